"""What must be one before any evidence is weighed: people's decisions, and two readers of one boot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from cmdb.identify.clashes import Clashes
from cmdb.identify.compare import same_fingerprint
from cmdb.identify.evidence import Evidence
from cmdb.identify.outcome import ClashReason
from cmdb.identify.rules import Rules
from cmdb.identify.settle import Joint, connect
from cmdb.identify.sighting import Decisions, Identifier, Pair, SightingKey


@dataclass(frozen=True, slots=True)
class Bonds:
    """The must-linked groups of sightings, each in the order given, and the pairs that made them.

    Pairs are in the order of their keys.
    """

    groups: tuple[tuple[SightingKey, ...], ...]
    decided: tuple[Pair, ...]
    boots: Mapping[Identifier, tuple[Pair, ...]]


def bind(evidence: Mapping[SightingKey, Evidence], decisions: Decisions, clashes: Clashes, rules: Rules) -> Bonds:
    """The groups that decisions and shared boots make of these sightings.

    What must be one closes over pairs first; a set that would then hold two that a person separated is refused,
    and none of its decisions binds.

    A boot_id is one boot of one machine, but a resumed snapshot repeats it: the hardware has to agree too.
    Boots excuse two readers that could otherwise not be one, and nothing else: where they would bind what
    contradicts, or what a person separated, none of that group's boots binds.
    """
    keys = list(evidence)
    wanted = sorted(pair for pair in decisions.must if pair[0] in evidence and pair[1] in evidence)
    decided, sure = _undisputed(keys, wanted, decisions)
    holders: dict[Identifier, list[SightingKey]] = {}
    for key, seen in evidence.items():
        for boot in seen.boots:
            holders.setdefault(boot, []).append(key)
    boots: dict[Identifier, tuple[Pair, ...]] = {}
    for boot, sharing in holders.items():
        pairs = (pair for pair in combinations(sorted(sharing), 2) if _one_host(evidence, pair, rules))
        if found := tuple(pairs):
            boots[boot] = found
    if not boots:
        return Bonds(sure, decided, boots)
    sure_of = {key: number for number, group in enumerate(sure) for key in group}
    refused: set[SightingKey] = set()
    for group in _groups(keys, [*decided, *_pairs(boots)]):
        between_sure = (pair for pair in combinations(group, 2) if sure_of[pair[0]] != sure_of[pair[1]])
        if any(_disagree(pair, clashes) for pair in between_sure):
            refused.update(group)
    boots = {boot: tuple(pair for pair in pairs if pair[0] not in refused) for boot, pairs in boots.items()}
    return Bonds(_groups(keys, [*decided, *_pairs(boots)]), decided, boots)


def _undisputed(
    keys: Sequence[SightingKey], wanted: Sequence[Pair], decisions: Decisions
) -> tuple[tuple[Pair, ...], tuple[tuple[SightingKey, ...], ...]]:
    groups = _groups(keys, wanted)
    group_of = {key: number for number, group in enumerate(groups) for key in group}
    disputed = {group_of[a] for a, b in decisions.cannot if a in group_of and group_of[a] == group_of.get(b)}
    if not disputed:
        return tuple(wanted), groups
    decided = tuple(pair for pair in wanted if group_of[pair[0]] not in disputed)
    return decided, _groups(keys, decided)


def _pairs(boots: Mapping[Identifier, tuple[Pair, ...]]) -> list[Pair]:
    return [pair for pairs in boots.values() for pair in pairs]


def _one_host(evidence: Mapping[SightingKey, Evidence], pair: Pair, rules: Rules) -> bool:
    a, b = evidence[pair[0]], evidence[pair[1]]
    return a.sighting.family == b.sighting.family and same_fingerprint(a.values, b.values, rules)


def _disagree(pair: Pair, clashes: Clashes) -> bool:
    clash = clashes.between(*pair)
    return (clash is not None and clash.reason is not ClashReason.EXCLUSIVE) or (clashes.of_hardware(*pair) is not None)


def _groups(keys: Sequence[SightingKey], pairs: Sequence[Pair]) -> tuple[tuple[SightingKey, ...], ...]:
    if not pairs:
        return tuple((key,) for key in keys)
    numbers = {key: number for number, key in enumerate(keys)}
    joints = [Joint((numbers[a], numbers[b]), ()) for a, b in pairs]
    return tuple(tuple(keys[number] for number in found) for found in connect(len(keys), joints))
