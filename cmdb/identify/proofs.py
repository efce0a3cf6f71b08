"""Why the sightings of a cluster are one: every join, written down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from cmdb.identify.bonds import Bonds
from cmdb.identify.evidence import Evidence
from cmdb.identify.outcome import Proof, seniority
from cmdb.identify.rules import Tier
from cmdb.identify.settle import Aside, Groups, Joint
from cmdb.identify.sighting import Identifier, SightingKey

EvidenceOf = Mapping[SightingKey, Evidence]


def bond_proofs(bonds: Bonds, evidence: EvidenceOf) -> list[Proof]:
    """One proof per decided pair, and per shared boot and the sightings that it makes one."""
    proofs = [_proof(Tier.DECIDED, pair, evidence) for pair in bonds.decided]
    group_of = {key: number for number, keys in enumerate(bonds.groups) for key in keys}
    for boot, pairs in sorted(bonds.boots.items()):
        by_group: dict[int, set[SightingKey]] = {}
        for pair in pairs:
            by_group.setdefault(group_of[pair[0]], set()).update(pair)
        proofs += [_proof(Tier.BOOT, keys, evidence, (boot,)) for keys in by_group.values()]
    return proofs


def strong_proofs(
    holders: Mapping[Identifier, Iterable[SightingKey]], aside: Aside, evidence: EvidenceOf
) -> list[Proof]:
    """One proof per strong identifier in use that several sightings hold."""
    return [_proof(Tier.STRONG, keys, evidence, (one,)) for one, keys in holders.items() if one not in aside]


def joint_proofs(tier: Tier, joints: Sequence[Joint], groups: Groups, evidence: EvidenceOf) -> list[Proof]:
    """One proof per joint: the holders on both sides, since both sides had one."""
    proofs: list[Proof] = []
    for joint in joints:
        wanted = frozenset(joint.identifiers)
        sides = [
            [key for key in groups.members[group] if not wanted.isdisjoint(evidence[key].medium)]
            for group in joint.groups
        ]
        since_at = max(min(evidence[key].sighting.first_effective_at for key in keys) for keys in sides)
        members = _by_seniority((key for keys in sides for key in keys), evidence)
        proofs.append(Proof(tier, members, since_at, joint.identifiers, joint.name, joint.addresses))
    return proofs


def _proof(
    tier: Tier, keys: Iterable[SightingKey], evidence: EvidenceOf, identifiers: tuple[Identifier, ...] = ()
) -> Proof:
    members = _by_seniority(keys, evidence)
    return Proof(tier, members, evidence[members[1]].sighting.first_effective_at, identifiers)


def _by_seniority(keys: Iterable[SightingKey], evidence: EvidenceOf) -> tuple[SightingKey, ...]:
    return tuple(sorted(keys, key=lambda key: seniority(evidence[key].sighting)))
