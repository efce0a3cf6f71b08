"""The part of a form that names CIs, each with its effect: numbered rows, and empty ones to add more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count

from cmdb.bootstrap import Core
from cmdb.errors import NotFound
from cmdb.usecases.resolve import resolve
from cmdb_api.web.forms import Fields


@dataclass(frozen=True, slots=True)
class Row:
    """One CI: `text` as a person wrote it, or an id with the `label` to show instead."""

    text: str
    effect: str
    label: str | None = None


def rows_of(form: Fields) -> list[Row]:
    """The rows that were filled in and are to stay, each CI once."""
    found: dict[str, str] = {}
    for number in count():
        if f"ci_{number}" not in form and f"effect_{number}" not in form:
            break
        text = form[f"ci_{number}"]
        if text and not form[f"drop_{number}"]:
            found[text] = form[f"effect_{number}"]
    return [Row(text, effect) for text, effect in found.items()]


def listed(texts: Iterable[str], dropped: Iterable[str]) -> list[Row]:
    """Rows without effects, of a field that is sent once for each CI; each CI once."""
    gone = set(dropped)
    return [Row(text, "") for text in dict.fromkeys(texts) if text not in gone]


def labelled(core: Core, rows: Iterable[Row]) -> list[Row]:
    """The rows, with the names of those that are ids."""
    return [Row(row.text, row.effect, row.label or _label(core, row.text)) for row in rows]


def _label(core: Core, text: str) -> str | None:
    if not text.startswith("ci_"):
        return None
    try:
        return resolve(core.graph, text).label
    except NotFound:
        return None
