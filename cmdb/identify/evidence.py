"""A sighting prepared for comparing: which of its identifiers count, and as what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cmdb.identify.rules import Rules, Tier
from cmdb.identify.sighting import BOOT_ID, Identifier, Sighting


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


def weigh(sighting: Sighting, rules: Rules) -> Evidence:
    """The evidence in a sighting."""
    by_tier: dict[Tier, set[Identifier]] = {Tier.STRONG: set(), Tier.MEDIUM: set()}
    values: dict[str, set[str]] = {}
    for identifier in sighting.identifiers:
        rule = rules.kinds.get(identifier.kind)
        if rule is None or (rule.void_in_container and sighting.in_container):
            continue
        by_tier[rule.tier].add(identifier)
        values.setdefault(identifier.kind, set()).add(identifier.value)
    boots = () if sighting.in_container else sighting.lives
    return Evidence(
        sighting,
        strong=frozenset(by_tier[Tier.STRONG]),
        medium=frozenset(by_tier[Tier.MEDIUM]),
        boots=frozenset(Identifier(BOOT_ID, life.boot_id) for life in boots if life.boot_id is not None),
        values={kind: frozenset(found) for kind, found in values.items()},
    )


def linking_identifiers(sighting: Sighting, rules: Rules) -> frozenset[Identifier]:
    """What a store must find this sighting by: its strong and medium identifiers and its boots."""
    return weigh(sighting, rules).linking
