"""What each kind of identifier is worth: the table the partition works by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


class Tier(StrEnum):
    """How a join came about, from the surest down; identifiers themselves are strong or medium."""

    DECIDED = "decided"
    BOOT = "boot"
    STRONG = "strong"
    MEDIUM = "medium"
    CORROBORATED = "corroborated"


class Origin(StrEnum):
    """Where an identifier comes from: what can be copied together counts once."""

    HARDWARE = "hardware"
    IMAGE = "image"


@dataclass(frozen=True, slots=True)
class KindRule:
    """What one kind of identifier proves and disproves."""

    tier: Tier
    """STRONG: one shared value joins. MEDIUM: it takes a second one, or a name and an address."""
    origin: Origin
    """Strong ones of hardware are the fingerprint that tells the epochs of a key apart."""
    contradicts: bool = False
    """Two disjoint sets of this kind, claimed at one time, are two things."""
    needs_complete: bool = False
    """They contradict only where both sides read the kind completely."""
    unless_shared: str | None = None
    """They do not contradict where the sets of this other kind meet (a stack's base MAC and its chassis)."""
    vetoes_image: bool = False
    """Disjoint sets, at whatever time, keep two image identifiers from joining: a template copies both."""
    void_in_container: bool = False
    """Read inside a container it is the host's, so no evidence."""
    yields_to_hardware: bool = False
    """It joins nothing whose hardware contradicts, at whatever time: it moves with a copied disk."""


@dataclass(frozen=True)
class Rules:
    """The rule of each identifier kind; kinds without one are no evidence."""

    kinds: Mapping[str, KindRule]
    crowd: int = 50
    """An identifier of more groups than this is set aside outright."""

    @cached_property
    def contradicting(self) -> tuple[tuple[str, KindRule], ...]:
        """The kinds that can contradict, sorted by name."""
        return tuple(sorted((k, r) for k, r in self.kinds.items() if r.contradicts))

    @cached_property
    def fingerprints(self) -> tuple[frozenset[str], ...]:
        """The kinds that make up a hardware fingerprint: strong ones, or medium ones where these are missing."""
        return tuple(
            frozenset(k for k, r in self.kinds.items() if r.tier is tier and r.origin is Origin.HARDWARE)
            for tier in (Tier.STRONG, Tier.MEDIUM)
        )

    @cached_property
    def image_vetoes(self) -> tuple[str, ...]:
        """The kinds whose disjoint sets keep two image identifiers from joining."""
        return tuple(sorted(k for k, r in self.kinds.items() if r.vetoes_image))
