"""A sighting prepared for comparing: which of its identifiers count, and as what."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from cmdb.identify.rules import Rules, Tier
from cmdb.identify.sighting import BOOT_ID, Decisions, Identifier, Sighting, SightingKey


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """One sighting's identifiers by what they are worth; void and unknown kinds are left out."""

    sighting: Sighting
    strong: frozenset[Identifier]
    medium: frozenset[Identifier]
    boots: frozenset[Identifier]
    values: Mapping[str, frozenset[str]]
    """Non-empty value sets by kind."""

    @property
    def linking(self) -> frozenset[Identifier]:
        """Everything through which this sighting can meet another."""
        return self.strong | self.medium | self.boots


def weigh(sighting: Sighting, rules: Rules, disavowed: Collection[Identifier] = ()) -> Evidence:
    """The evidence in a sighting, without what a person does not believe of it."""
    by_tier: dict[Tier, set[Identifier]] = {Tier.STRONG: set(), Tier.MEDIUM: set()}
    values: dict[str, set[str]] = {}
    for identifier in sighting.identifiers:
        rule = rules.kinds.get(identifier.kind)
        if rule is None or (rule.void_in_container and sighting.in_container) or identifier in disavowed:
            continue
        by_tier[rule.tier].add(identifier)
        values.setdefault(identifier.kind, set()).add(identifier.value)
    lives = () if sighting.in_container else sighting.lives
    boots = {Identifier(BOOT_ID, life.boot_id) for life in lives if life.boot_id is not None}
    return Evidence(
        sighting,
        strong=frozenset(by_tier[Tier.STRONG]),
        medium=frozenset(by_tier[Tier.MEDIUM]),
        boots=frozenset(boots.difference(disavowed)),
        values={kind: frozenset(found) for kind, found in values.items()},
    )


def weigh_all(sightings: Iterable[Sighting], decisions: Decisions, rules: Rules) -> dict[SightingKey, Evidence]:
    """The evidence in each sighting, in the order given, as far as people let it count."""
    disavowed: dict[SightingKey, set[Identifier]] = {}
    for key, identifier in decisions.disavowed:
        disavowed.setdefault(key, set()).add(identifier)
    return {one.key: weigh(one, rules, disavowed.get(one.key, ())) for one in sightings}


def linking_identifiers(sighting: Sighting, rules: Rules) -> frozenset[Identifier]:
    """What a store must find this sighting by, disavowed or not: its strong and medium identifiers and its boots."""
    return weigh(sighting, rules).linking
