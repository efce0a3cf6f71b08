"""A scope's content as compressed JSON: compact rows, the same bytes for the same content."""

from __future__ import annotations

import json
import zlib
from typing import Any

from cmdb.observation.relations import Connection, Link, Sight
from cmdb.reconcile.content import Beginning, Birth, Content, ContentItem, Reading
from cmdb.reconcile.sampled import Seen

_SIGHT = len(Sight._fields)


def pack(value: object) -> bytes:
    """JSON, compressed."""
    return zlib.compress(json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode(), 1)


def unpack(data: bytes | None, default: Any) -> Any:
    """What `pack` packed; the default where there is nothing."""
    return default if data is None else json.loads(zlib.decompress(bytes(data)))


def encode(content: Content) -> bytes:
    """The content in bytes."""
    return pack({
        "items": [
            [key, i.type, i.parent, i.values, i.identifiers, i.birth, i.born_at, i.since, i.changed,
             *_known(i.held_after, i.absent_at, i.placed)]
            for key, i in sorted(content.items.items())
        ],
        "links": [[*link, *_known(*beginning)] for link, beginning in sorted(content.links.items())],
        "connections": [
            [c.start, c.protocol, c.address, c.port, seen.first_at, seen.last_at, seen.samples]
            for c, seen in sorted(content.connections.items(), key=lambda item: item[0])
        ],
        "sights": [
            [*sight, seen.first_at, seen.last_at, seen.samples, *_known(seen.absent_at)]
            for sight, seen in sorted(content.sights.items(), key=lambda item: item[0])
        ],
        "read_at": content.read_at,
        "births": [[b.type, b.birth, b.born_at, b.ended_at, b.values] for b in content.births],
        "whole": content.whole,
        "version": content.version,
    })  # fmt: skip


def decode(data: bytes | None, confirmed_at: int | None = None) -> Content:
    """The content that `encode` encoded; an empty one for None.

    `confirmed_at`: when the scope's last document was effective, which may have said nothing new since.
    """
    if data is None:
        return Content()
    raw = unpack(data, None)
    items = {row[0]: _item(*row[1:]) for row in raw["items"]}
    content = Content(
        items=items,
        links={Link(*row[:3]): _beginning(row, items) for row in raw["links"]},
        connections={
            Connection(start, protocol, address, port): Seen(first, last, samples)
            for start, protocol, address, port, first, last, samples in raw["connections"]
        },
        sights={Sight(*row[:_SIGHT]): Seen(*row[_SIGHT:]) for row in raw.get("sights", ())},
        read_at=raw["read_at"],
        births=tuple(Birth(*birth) for birth in raw["births"]),
        whole={section: Reading(*one) for section, one in raw.get("whole", {}).items()},
        version=raw.get("version", ""),
    )
    return content if confirmed_at is None else content.confirmed(confirmed_at)


def _item(
    kind: str,
    parent: str | None,
    values: dict[str, Any],
    identifiers: dict[str, list[str]],
    birth: str,
    born_at: int,
    since: int,
    changed: dict[str, int],
    held: int | bool | None = None,
    absent_at: int | None = None,
    placed: list[Any] | None = None,
) -> ContentItem:
    # Contents of former versions say whether something is held, and not since when.
    held_after = held if not isinstance(held, bool) else since if held else None
    return ContentItem(
        kind, parent, values, {k: tuple(v) for k, v in identifiers.items()}, birth, born_at, since, changed,
        held_after, absent_at, Beginning(*placed) if placed else None,
    )  # fmt: skip


def _beginning(row: list[Any], items: dict[str, ContentItem]) -> Beginning:
    """Of a link; contents of former versions do not say since when: since both ends are there."""
    return Beginning(*row[3:]) if len(row) > 3 else Beginning(max(items[row[1]].since, items[row[2]].since))


def _known(*columns: object) -> list[object]:
    """The columns without the unknown ones at the end, which most rows have."""
    found = list(columns)
    while found and found[-1] is None:
        found.pop()
    return found
