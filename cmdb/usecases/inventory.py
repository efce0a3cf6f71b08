"""Finding CIs: by type, state, attributes and words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from cmdb.errors import Invalid
from cmdb.model.types import BY_LABEL, CI_TYPES
from cmdb.model.vocabulary import Attribute, Value
from cmdb.store.driver import Graph
from cmdb.store.queries import inventory
from cmdb.store.queries.inventory import CI, Filter, Place
from cmdb.store.queries.inventory_as_of import FilterAsOf, list_as_of, search_as_of

__all__ = ["CI", "Found", "Place", "Wanted", "find_cis"]

STATES = ("active", "stale", "retired")
_PIECE = re.compile(r"\w+(?:\.\w+)*")
MAX_WORDS = 20
_ATTRIBUTES = {attribute.name: attribute for ci_type in CI_TYPES for attribute in ci_type.attributes}
"""Of all types: a name is of the same kind wherever it stands."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for. `state` None or `current`: what has not ended; `any`: all. `attributes`: as people write.

    `at`: of what was there at this instant (epoch ms), by what it is called and says today; without attributes.
    """

    type: str | None = None
    state: str | None = None
    words: str | None = None
    attributes: Mapping[str, str] | None = None
    at: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A CI that was found, and where it stands in the order: its title, or its score in a search."""

    position: str | float
    ci: CI


def find_cis(
    graph: Graph, wanted: Wanted, limit: int, as_of: int, after: tuple[str | float, str] | None = None
) -> list[Found]:
    """CIs that existed at `as_of`, the instant of the first page: by title, or the best first where words are sought.

    `after`: position and id of the last one known. Raises Invalid, naming the parameter.
    """
    chosen = _filter(wanted, as_of)
    if wanted.at is not None:
        if chosen.stale:
            raise Invalid("who was silent at an instant is not kept", "state")
        return _find_as_of(graph, wanted, FilterAsOf(chosen.type, chosen.states, wanted.at), limit, after)
    if wanted.words is None:
        start = (str(after[0]), after[1]) if after else None
        return [Found(ci.title, ci) for ci in inventory.list_cis(graph, chosen, limit, start)]
    start = (float(after[0]), after[1]) if after else None
    query = full_text_query(wanted.words)
    return [Found(score, ci) for score, ci in inventory.search_cis(graph, query, chosen, limit, start)]


def _find_as_of(
    graph: Graph, wanted: Wanted, chosen: FilterAsOf, limit: int, after: tuple[str | float, str] | None
) -> list[Found]:
    if wanted.attributes:
        raise Invalid("what stood at an instant is shown of each CI, and not looked for", next(iter(wanted.attributes)))
    if wanted.words is None:
        start = (str(after[0]), after[1]) if after else None
        return [Found(ci.title, ci) for ci in list_as_of(graph, chosen, limit, start)]
    start = (float(after[0]), after[1]) if after else None
    query = full_text_query(wanted.words)
    return [Found(score, ci) for score, ci in search_as_of(graph, query, chosen, limit, start)]


def full_text_query(words: str) -> str:
    """The full-text query for words as people type them: all must occur, the last part of each may be its beginning.

    Nothing that the query language gives a meaning to survives. Raises Invalid where there is no word in it.
    """
    clauses: list[str] = []
    for word in words.split()[:MAX_WORDS]:
        *whole, last = _PIECE.findall(word.lower()) or [""]
        if last:
            quoted = word.replace("\\", "\\\\").replace('"', '\\"')
            parts = " AND ".join([*whole, f"{last}*"])
            clauses.append(f'("{quoted}"^4 OR ({parts}))')
    if not clauses:
        raise Invalid("there is no word in it to look for", "q")
    return " AND ".join(clauses)


def _filter(wanted: Wanted, as_of: int) -> Filter:
    if wanted.type is not None and wanted.type not in BY_LABEL:
        raise Invalid(f"no type is called {wanted.type!r}", "type")
    if wanted.state not in (None, "current", "any", *STATES):
        raise Invalid("a state is current, active, stale, retired or any", "state")
    declared = BY_LABEL[wanted.type].by_name if wanted.type else _ATTRIBUTES
    equal: dict[str, Value] = {}
    containing: dict[str, Value] = {}
    for name, text in (wanted.attributes or {}).items():
        attribute = declared.get(name)
        if attribute is None:
            owner = f"a {wanted.type} has no" if wanted.type else "no type has an"
            raise Invalid(f"{owner} attribute {name!r}", name)
        if attribute.volatile:
            raise Invalid(f"{name!r} always moves: it cannot be looked for", name)
        (containing if attribute.kind == "texts" else equal)[name] = _value(attribute, text)
    states = {"any": ("active", "retired"), "retired": ("retired",)}.get(wanted.state or "", ("active",))
    stale = {"active": False, "stale": True}.get(wanted.state or "")
    return Filter(wanted.type, states, equal, containing, as_of, stale)


def _value(attribute: Attribute, text: str) -> Value:
    try:
        match attribute.kind:
            case "integer" | "instant":
                return int(text)
            case "number":
                return float(text)
            case "boolean":
                return {"true": True, "false": False}[text]
            case "text" | "texts":
                return (attribute.normalise(text) if attribute.normalise else text.strip()) or text
    except (ValueError, KeyError) as error:
        raise Invalid(f"{attribute.name!r} is {attribute.kind}, not {text!r}", attribute.name) from error
