"""Readings within the limits of one document: what is over them is cut from each section's end, and said."""

from __future__ import annotations

import json
from collections.abc import Sequence

from cmdb_agent.reading import Reading
from cmdb_agent.wire.document import Item, Relation

ITEMS_MAX = 20_000
RELATIONS_MAX = 50_000
BYTES_MAX = (8 << 20) - (256 << 10)  # the rest for the problems, a thousand at most, and the document's own fields
PROBLEMS_MAX = 1_000


def fit(readings: Sequence[Reading]) -> None:
    """Cut the readings, first all their items in order, then their relations, where together they are too many.

    A relation goes with the item that it starts or ends at.
    """
    left, bytes_left = ITEMS_MAX - 1, BYTES_MAX  # the root item is one of them
    for reading in readings:
        kept, bytes_left = _fitting(reading.items, left, bytes_left)
        left -= kept
        if kept < len(reading.items):
            reading.missed("too_many", f"{len(reading.items) - kept} items over the limits of a document are left out")
            gone = {item.get("key", "") for item in reading.items[kept:]}
            del reading.items[kept:]
            for other in readings:
                other.relations = [one for one in other.relations if not _ends(one) & gone]
    left = RELATIONS_MAX
    for reading in readings:
        kept, bytes_left = _fitting(reading.relations, left, bytes_left)
        left -= kept
        if kept < len(reading.relations):
            over = len(reading.relations) - kept
            reading.missed("too_many", f"{over} relations over the limits of a document are left out")
            del reading.relations[kept:]
        del reading.problems[PROBLEMS_MAX // len(readings) :]


def _fitting(parts: Sequence[Item] | Sequence[Relation], count_max: int, bytes_left: int) -> tuple[int, int]:
    """How many of the parts fit, and the bytes that they leave."""
    for count, part in enumerate(parts[: count_max + 1]):
        size = len(json.dumps(part, ensure_ascii=False).encode("utf-8", "replace"))
        if count == count_max or size > bytes_left:
            return count, bytes_left
        bytes_left -= size
    return len(parts), bytes_left


def _ends(relation: Relation) -> set[str]:
    end = relation.get("to", "")
    return {relation.get("from", ""), end} if isinstance(end, str) else {relation.get("from", "")}
