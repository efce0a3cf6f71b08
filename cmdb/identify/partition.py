"""The partition: which sightings are one thing, tier by tier, and the proof of every join.

A pure function of its arguments: neither order nor repetition of the sightings matters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cmdb.identify import tiers
from cmdb.identify.bonds import Bonds, bind
from cmdb.identify.clashes import Clashes
from cmdb.identify.evidence import Evidence, weigh_all
from cmdb.identify.outcome import Cluster, Partition, SetAside, ci_id, seniority
from cmdb.identify.proofs import bond_proofs, joint_proofs, strong_proofs
from cmdb.identify.rules import Rules, Tier
from cmdb.identify.settle import Aside, Groups, settle
from cmdb.identify.sighting import Decisions, Identifier, Sighting, SightingKey
from cmdb.identify.superseded import find_superseded


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """A partition and the steps on the way to it."""

    partition: Partition
    evidence: Mapping[SightingKey, Evidence]
    clashes: Clashes
    bonds: Bonds
    strong: Sequence[tuple[SightingKey, ...]]
    """What is one by bonds and strong identifiers alone."""


def partition(
    sightings: Iterable[Sighting],
    decisions: Decisions,
    rules: Rules,
    fixed: Mapping[Identifier, SetAside] | None = None,
) -> Partition:
    """The clusters of these sightings, with proofs.

    `fixed` are identifiers that sightings beyond these set aside: nothing here is joined by them.
    Raises ValueError when two different sightings have one key.
    """
    return solve(sightings, decisions, rules, fixed or {}).partition


def solve(
    sightings: Iterable[Sighting], decisions: Decisions, rules: Rules, fixed: Mapping[Identifier, SetAside]
) -> Solution:
    """The partition with its steps, for whoever has to go on from them."""
    evidence = weigh_all(_by_seniority(sightings), decisions, rules)
    clashes = Clashes(evidence, decisions, rules)
    aside: Aside = dict(fixed)
    bonds = bind(evidence, decisions, clashes, rules)

    groups = Groups(bonds.groups, clashes)
    strong_holders = tiers.shared_holders((key, seen.strong) for key, seen in evidence.items())
    held = tiers.groups_of(strong_holders, groups)
    tiers.set_aside_direct(groups, Tier.STRONG, held, strong_holders, rules, aside)
    tiers.set_aside_crowded_strong(groups, held, rules, aside)
    components, _ = settle(groups, Tier.STRONG, aside, tiers.strong_joints(held, aside))
    strong = merge(groups, components)

    groups = Groups(strong, clashes)
    holders = tiers.shared_holders((key, seen.medium) for key, seen in evidence.items())
    held = tiers.groups_of(holders, groups)
    tiers.set_aside_crowded_medium(held, rules, aside)
    tiers.set_aside_direct(groups, Tier.MEDIUM, held, holders, rules, aside)
    components, joints = settle(groups, Tier.MEDIUM, aside, tiers.medium_joints(groups, evidence, held, rules, aside))
    proofs = [*bond_proofs(bonds, evidence), *strong_proofs(strong_holders, aside, evidence)]
    proofs += joint_proofs(Tier.MEDIUM, joints, groups, evidence)

    groups = Groups(merge(groups, components), clashes)
    held = tiers.groups_of(holders, groups)
    tiers.set_aside_direct(groups, Tier.CORROBORATED, held, holders, rules, aside)
    components, joints = settle(
        groups, Tier.CORROBORATED, aside, tiers.corroborated_joints(groups, evidence, held, rules, aside)
    )
    proofs += joint_proofs(Tier.CORROBORATED, joints, groups, evidence)

    # Whom a person named, or told from others, is a thing of its own, whatever is left to know it by; an heir too.
    founded = {key for pair in decisions.cannot for key in pair}
    founded |= {key for key, seen in evidence.items() if seen.sighting.inherited or seen.sighting.is_named}
    rank = {key: number for number, key in enumerate(evidence)}
    clusters: list[Cluster] = []
    held_back: dict[SightingKey, tuple[Identifier, ...]] = {}
    proofs_of: dict[SightingKey, list[int]] = {}
    for number, proof in enumerate(proofs):
        proofs_of.setdefault(proof.members[0], []).append(number)
    for members in merge(groups, components):
        seen = evidence[members[0]]
        lost = seen.strong | seen.medium
        if len(members) == 1 and lost <= aside.keys() and members[0] not in founded:
            held_back[members[0]] = tuple(sorted(lost))
            continue
        numbers = sorted(number for key in members for number in proofs_of.get(key, ()))
        members = tuple(sorted(members, key=rank.__getitem__))
        founder = evidence[members[0]].sighting.birth.key
        clusters.append(Cluster(ci_id(founder), members, tuple(proofs[number] for number in numbers)))
    return Solution(
        Partition(
            clusters=tuple(clusters),
            set_aside=dict(sorted(aside.items())),
            held=held_back,
            superseded=find_superseded(evidence, clashes, bonds, aside),
            examined=frozenset(aside).union(*(seen.strong | seen.medium for seen in evidence.values())),
        ),
        evidence,
        clashes,
        bonds,
        strong,
    )


def merge(groups: Groups, components: Iterable[Sequence[int]]) -> list[tuple[SightingKey, ...]]:
    """The sightings of each component; components and groups stand in the order of their seniors."""
    return [tuple(key for number in found for key in groups.members[number]) for found in components]


def _by_seniority(sightings: Iterable[Sighting]) -> list[Sighting]:
    found: dict[SightingKey, Sighting] = {}
    for sighting in sightings:
        if found.setdefault(sighting.key, sighting) != sighting:
            raise ValueError(f"two different sightings have the key {sighting.key.text}")
    return sorted(found.values(), key=seniority)
