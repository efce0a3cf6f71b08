"""Both sides of a question next to each other: what they have in common, and where they differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from cmdb.model.types import IDENTIFIERS
from cmdb.store.queries.proofs import Brief, NamedCI
from cmdb.usecases.evidence_words import kind_words

Verdict = Literal["equal", "shared", "different", "one_side"]
MAX_SIDES = 6


@dataclass(frozen=True, slots=True)
class Side:
    """Sightings that stand for one thing at present. `ci` None: one that is held."""

    ci: NamedCI | None
    name: str
    sightings: tuple[Brief, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """One kind of evidence on every side. `shared`: the values that at least two of them have."""

    kind: str
    words: str
    values: tuple[tuple[str, ...], ...]
    shared: tuple[str, ...]
    verdict: Verdict


def sides_of(groups: Sequence[Sequence[str]], briefs: Mapping[str, Brief]) -> tuple[Side, ...]:
    """A side for each group of keys of sightings; those that exist no more are left out."""
    found = ([briefs[key] for key in group if key in briefs] for group in groups)
    return tuple(_side(group) for group in found if group)


def compare(sides: Sequence[Side]) -> tuple[Compared, ...]:
    """What the sides say, kind by kind: the strongest evidence first, then names and addresses."""
    by_side = [_values(side) for side in sides]
    kinds = [kind for kind in (*IDENTIFIERS, "name", "addresses") if any(kind in one for one in by_side)]
    found: list[Compared] = []
    for kind in kinds:
        values = [one.get(kind, frozenset[str]()) for one in by_side]
        shared = {value for one in values for value in one if sum(value in other for other in values) > 1}
        found.append(Compared(
            kind, kind_words(kind), tuple(tuple(sorted(one)) for one in values), tuple(sorted(shared)),
            _verdict(values, shared),
        ))  # fmt: skip
    return tuple(found)


def _side(briefs: Sequence[Brief]) -> Side:
    ci = next((one.ci for one in briefs if one.ci), None)
    name = ci.title if ci else next((one.name for one in briefs if one.name), briefs[0].item)
    return Side(ci, name, tuple(briefs))


def _values(side: Side) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for one in side.sightings:
        for key in one.identifiers:
            kind, _, value = key.partition(":")
            found.setdefault(kind, set()).add(value)
        if one.name:
            found.setdefault("name", set()).add(".".join(filter(None, (one.name, one.name_domain))))
        if one.addresses:
            found.setdefault("addresses", set()).update(text.rpartition("|")[2] for text in one.addresses)
    return {kind: frozenset(values) for kind, values in found.items()}


def _verdict(values: Sequence[frozenset[str]], shared: set[str]) -> Verdict:
    told = [one for one in values if one]
    if len(told) < 2:
        return "one_side"
    if len(told) == len(values) and len(set(told)) == 1:
        return "equal"
    return "shared" if shared else "different"
