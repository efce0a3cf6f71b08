"""What one source says about one thing, as plain values: the input of the partition."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple, Self

BOOT_ID = "boot_id"
TARGET = "target"
"""The kind of identifier that stands in for all others where a person named what is to be read, and it tells nothing to
know it by. It links nothing; it makes a thing of what would be held."""


class Identifier(NamedTuple):
    """A normalised claim that can tell things apart.

    Placeholders never come here, and a value with several spellings (the byte orders of a UUID) comes as
    the smallest of them. Kinds are per family: a baseboard controller repeats its host's serial number, so
    its serial is another kind.
    """

    kind: str
    value: str

    @property
    def key(self) -> str:
        """The unique key of the identifier's node: kind:value."""
        return f"{self.kind}:{self.value}"


class SightingKey(NamedTuple):
    """Which source's which item this is, and which of the things that stood under that name in turn.

    `scope` is the whole scope key (source kind, instance, scope kind, domain, key), `item` the key inside
    the document, `epoch` counts from 0.
    """

    scope: str
    item: str
    epoch: int

    @property
    def text(self) -> str:
        """The key in one string: readable, and different for different keys."""
        item = self.item.replace("%", "%25").replace("|", "%7C")
        return f"{self.scope}|{item}|{self.epoch}"


class Address(NamedTuple):
    """An address inside its routing domain: 10.0.0.5 in two domains is two addresses."""

    domain: str
    address: str


class Life(NamedTuple):
    """One interval in which the source saw the thing alive, both ends included; epoch milliseconds.

    For an agent one per boot: the start of the boot, the last reading in it, its boot_id. For what is
    listed or polled: the first and the last reading that held it without a gap; boot_id is None.
    """

    from_at: int
    to_at: int
    boot_id: str | None = None


class Birth(NamedTuple):
    """When a sighting was born, epoch ms, and its key: what founds a CI and gives it its id."""

    at: int
    key: SightingKey


@dataclass(frozen=True, slots=True)
class Sighting:
    """One source's word about one thing as of its last reading."""

    key: SightingKey
    family: str
    """Things of different families are never one: machine, container, controller."""
    source_kind: str
    is_exclusive: bool
    """Whether this kind of source meets each thing under one key at a time (agents, hypervisors)."""
    identifiers: frozenset[Identifier]
    lives: tuple[Life, ...]
    """In any order. Kept at least as long as another sighting may have to be compared with them."""
    first_effective_at: int
    """When the sighting was born, epoch ms: seniority, and so the CI's id."""
    period_ms: int = 0
    """The interval between two readings of this scope; 0 for what is read once."""
    complete_kinds: frozenset[str] = frozenset()
    """Identifier kinds read completely: what is not among the values is not there."""
    name: str | None = None
    """First label of the host name, lower case."""
    name_domain: str | None = None
    """The rest of the host name, lower case; None when the name has one label."""
    addresses: frozenset[Address] = frozenset()
    """Without loopback, link-local and container-internal ones."""
    in_container: bool = False
    """Read from inside a container: hardware and machine-id there are the host's."""
    inherited: frozenset[Birth] = frozenset()
    """The births of purged sightings of the same CI: its id outlives them."""

    @property
    def is_named(self) -> bool:
        """Whether it is a thing by a person's word alone: a target that has no evidence at all."""
        return any(one.kind == TARGET for one in self.identifiers)

    @property
    def birth(self) -> Birth:
        """The earliest birth that this sighting stands for: its own, or one that it inherited."""
        return min((Birth(self.first_effective_at, self.key), *self.inherited))

    @property
    def last_seen_at(self) -> int:
        """The end of the latest life; the birth where there is none."""
        return max((life.to_at for life in self.lives), default=self.first_effective_at)


Pair = tuple[SightingKey, SightingKey]
Claim = tuple[SightingKey, Identifier]


@dataclass(frozen=True, slots=True)
class Decisions:
    """What people decided about sightings; each pair in the order of its keys.

    `disavowed` are claims that a person does not believe of this sighting, though of others they hold: they
    neither join it to anything nor contradict anything.
    """

    must: frozenset[Pair] = field(default_factory=frozenset[Pair])
    cannot: frozenset[Pair] = field(default_factory=frozenset[Pair])
    disavowed: frozenset[Claim] = field(default_factory=frozenset[Claim])

    @classmethod
    def of(cls, must: Iterable[Pair] = (), cannot: Iterable[Pair] = (), disavowed: Iterable[Claim] = ()) -> Self:
        """Decisions from pairs in whatever order."""
        return cls(
            must=frozenset((min(a, b), max(a, b)) for a, b in must),
            cannot=frozenset((min(a, b), max(a, b)) for a, b in cannot),
            disavowed=frozenset(disavowed),
        )

    def keys_that_differ(self, other: Self) -> frozenset[SightingKey]:
        """The sightings of whatever stands in one of the two and not in the other."""
        pairs = (self.must ^ other.must) | (self.cannot ^ other.cannot)
        return frozenset(chain.from_iterable(pairs)) | {key for key, _ in self.disavowed ^ other.disavowed}
