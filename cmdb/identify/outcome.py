"""What the partition answers: clusters with proofs, what was set aside and why, what is held."""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b

from cmdb.identify.rules import Tier
from cmdb.identify.sighting import Address, Birth, Identifier, Pair, Sighting, SightingKey


class ClashReason(StrEnum):
    """Why two sightings cannot be one thing."""

    DECIDED = "decided"
    FAMILY = "family"
    EXCLUSIVE = "exclusive"
    CONTRADICTION = "contradiction"


@dataclass(frozen=True, slots=True)
class Clash:
    """A reason, and for a contradiction the identifier kind whose values are disjoint."""

    reason: ClashReason
    kind: str | None = None


class AsideReason(StrEnum):
    """Why an identifier joins nothing."""

    DIRECT = "direct"
    CHAIN = "chain"
    CROWDED = "crowded"


@dataclass(frozen=True, slots=True)
class SetAside:
    """An identifier that joins nothing from `tier` on, and both sides' evidence.

    Direct and chain: `witness` is a pair of sightings that cannot be one, `clash` says why; the pair holds
    the identifier itself wherever such a pair exists. Crowded: `groups` is how many hold it. A medium
    identifier that is crowded and clashes too stays with the reason it was first set aside for.
    """

    tier: Tier
    reason: AsideReason
    witness: Pair | None = None
    clash: Clash | None = None
    groups: int | None = None

    @property
    def is_cut(self) -> bool:
        """Whether the identifier links nothing at all, so that its holders need not be looked at together.

        One lost in a chain stands between things that other evidence joins; one lost in the last tier was
        of use in an earlier one.
        """
        return self.reason is not AsideReason.CHAIN and self.tier is not Tier.CORROBORATED


@dataclass(frozen=True, slots=True)
class Proof:
    """One reason why `members` are one thing.

    `since_at` is when the second of them was born. `name` and `addresses` are filled where they
    corroborate; a person's decision has no identifiers.
    """

    tier: Tier
    members: tuple[SightingKey, ...]
    since_at: int
    identifiers: tuple[Identifier, ...] = ()
    name: str | None = None
    addresses: tuple[Address, ...] = ()


@dataclass(frozen=True, slots=True)
class Cluster:
    """One CI: its sightings, senior first, and every proof that joins two of them, surest first."""

    id: str
    members: tuple[SightingKey, ...]
    proofs: tuple[Proof, ...] = ()

    def proofs_of(self, member: SightingKey) -> tuple[Proof, ...]:
        """What joins this member to others; empty for a cluster of one."""
        return tuple(proof for proof in self.proofs if member in proof.members)


@dataclass(frozen=True, slots=True)
class Partition:
    """Every sighting is in one cluster or held.

    `held` maps a sighting that is left with nothing to the identifiers it lost (empty: it had none).
    `superseded` are the sightings whose mere further life could change the answer, because something
    else took their place: their unchanged documents need looking at again.
    `examined` are all identifiers whose standing was decided: those not in `set_aside` are in use.
    """

    clusters: tuple[Cluster, ...]
    set_aside: Mapping[Identifier, SetAside]
    held: Mapping[SightingKey, tuple[Identifier, ...]]
    superseded: frozenset[SightingKey]
    examined: frozenset[Identifier]

    def cluster_of(self) -> dict[SightingKey, Cluster]:
        """The cluster of each sighting that has one."""
        return {key: cluster for cluster in self.clusters for key in cluster.members}


def seniority(sighting: Sighting) -> tuple[Birth, SightingKey]:
    """The order in which sightings found a CI: by the earliest birth that each stands for, then by key."""
    return sighting.birth, sighting.key


def ci_id(founder: SightingKey) -> str:
    """The id of the CI that this sighting founds: ci_ and 16 lower-case base32 characters."""
    digest = blake2b(founder.text.encode(), digest_size=10).digest()
    return "ci_" + b32encode(digest).decode().lower()
