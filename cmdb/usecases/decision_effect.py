"""What a decision changes, for the person who makes it: which CIs become one or several, and what goes along."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cmdb.identify.sighting import SightingKey
from cmdb.reconcile.projection import Projection
from cmdb.store.driver import Transaction
from cmdb.store.queries.proofs import Attached, NamedCI, attached
from cmdb.usecases.repartition import Repartition

__all__ = ["Attached", "Effect", "Merge", "Part", "Split", "effect_of"]

MAX_ATTACHED = 200


@dataclass(frozen=True, slots=True)
class Merge:
    """Several CIs become one: it keeps its id where it is one of them, and the others' become former ids of it."""

    into: NamedCI
    of: tuple[NamedCI, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One side of a split. `ci` None: nothing is left to tell what it is, and it is held."""

    ci: NamedCI | None
    is_new: bool
    sightings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Split:
    """One CI becomes several."""

    of: NamedCI
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Effect:
    """What changes. `former`: (id, present id) of what gives its id up. `released`: CIs that come out of being held.

    `moves`: what people and tickets attached to a CI that goes into another, or back to one that comes out of one.
    `ended`, `begun`, `merged`: how many parts (interfaces, services, …) of each type end, begin, or become one.
    """

    merges: tuple[Merge, ...]
    splits: tuple[Split, ...]
    former: tuple[tuple[str, str], ...]
    released: tuple[NamedCI, ...]
    moves: tuple[Attached, ...]
    in_use_again: tuple[str, ...]
    set_aside: tuple[str, ...]
    ended: dict[str, int]
    begun: dict[str, int]
    merged: dict[str, int]

    @property
    def is_nothing(self) -> bool:
        """Whether every CI stays what it is."""
        return not (self.merges or self.splits or self.released or self.former)


def effect_of(tx: Transaction, found: Repartition) -> Effect:
    """What this changes, in the graph as it stands before."""
    old, diff = found.both.old, found.diff
    old_of = {key: one.ci for key, one in found.before.items() if one.ci is not None}
    new_of = {key: cluster.id for key, cluster in found.result.partition.cluster_of().items()}
    sources: dict[str, dict[str, None]] = {}
    targets: dict[str, dict[str | None, list[str]]] = {}
    for key, before in sorted(old_of.items()):
        after = new_of.get(key)
        targets.setdefault(before, {}).setdefault(after, []).append(key.text)
        if after is not None:
            sources.setdefault(after, {})[before] = None
    named = _Names(found, old_of, new_of)
    once = targets.keys()
    gone = {**diff.renamed, **diff.merged}
    moves = attached(tx, [one for one in diff.merged if one in old.nodes], MAX_ATTACHED)
    for part in diff.created:
        moves += attached(tx, once, MAX_ATTACHED, part.id) if part.births else []
    aside = {one.key for one in found.result.partition.set_aside}
    return Effect(
        merges=tuple(
            Merge(named.after(ci), tuple(map(named.before, ones)))
            for ci, ones in sorted(sources.items())
            if len(ones) > 1
        ),
        splits=tuple(
            Split(named.before(ci), tuple(
                Part(named.after(now) if now else None, now not in once, tuple(keys)) for now, keys in parts.items()
            ))
            for ci, parts in sorted(targets.items())
            if len(parts) > 1
        ),
        former=tuple(sorted((ci, now) for ci, now in gone.items() if ci in once)),
        released=tuple(map(named.after, sorted(set(new_of.values()) - sources.keys()))),
        moves=tuple(moves),
        in_use_again=tuple(sorted(found.was_aside - aside)),
        set_aside=tuple(sorted(aside - found.was_aside)),
        ended=_count(node.type for node in diff.ended if node.id not in once),
        begun=_count(node.type for node in diff.created if node.births and node.id not in set(new_of.values())),
        merged=_count(old.nodes[one].type for one in diff.merged if one not in once),
    )  # fmt: skip


class _Names:
    """What CIs are called before and after; one whose sightings are all gone is called by these."""

    def __init__(
        self, found: Repartition, old_of: Mapping[SightingKey, str], new_of: Mapping[SightingKey, str]
    ) -> None:
        self._found = found
        self._old = {ci: key for key, ci in old_of.items()}
        self._new = {ci: key for key, ci in new_of.items()}

    def before(self, ci_id: str) -> NamedCI:
        return self._name(ci_id, self._found.both.old, self._old[ci_id])

    def after(self, ci_id: str) -> NamedCI:
        return self._name(ci_id, self._found.both.new, self._new[ci_id])

    def _name(self, ci_id: str, projection: Projection, key: SightingKey) -> NamedCI:
        if node := projection.nodes.get(ci_id):
            return NamedCI(ci_id, node.type, node.title)
        sighting = self._found.before[key].sighting
        return NamedCI(ci_id, sighting.family, sighting.name or key.item)


def _count(types: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(types).items()))
