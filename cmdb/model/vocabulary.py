"""The words of a declaration. Each refuses, at import, to contradict itself and names what disagrees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

Normalise = Callable[[str], str | None]
"""A canonical spelling, or None where the value is a placeholder that identifies nothing."""

Value = str | int | float | bool | list[str]


class ModelError(Exception):
    """Two declarations contradict each other."""


class Tier(StrEnum):
    """How much an identifier proves. Strong: one joins. Medium: two of different origin. Weak: never enough."""

    STRONG = "strong"
    MEDIUM = "medium"
    WEAK = "weak"


class Origin(StrEnum):
    """Where an identifier lives: in the hardware, or in an image that a template copies."""

    HARDWARE = "hardware"
    IMAGE = "image"


class Family(StrEnum):
    """Types that share one space of identifiers; the type within a family is a reconciled value like any other."""

    MACHINE = "machine"
    CONTAINER = "container"


class Impact(StrEnum):
    """What a relationship does to its start when its end fails."""

    HARD = "hard"
    DECLARED = "declared"
    OBSERVED = "observed"
    GROUP = "group"
    NONE = "none"


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of a document that is read, partly read or not read as one; only a read one may withdraw things.

    `optional`: a source that does not read it lacks nothing.
    """

    name: str
    about: str
    optional: bool = False


@dataclass(frozen=True, kw_only=True)
class Attribute:
    """One fact about a CI.

    `volatile` values always move: kept as last value, outside the content hash and the history.
    `merge` says how several sources' lists combine: `whole` takes the winner's, `union` joins them.
    `searchable` puts it into the full-text index; `column` shows it in lists.
    `completeness`: a CI without it counts as incomplete: `required` where it cannot be managed without, `recommended`
    where it ought to be known.
    """

    name: str
    about: str
    kind: Literal["text", "texts", "integer", "number", "boolean", "instant"] = "text"
    section: str
    unit: str | None = None
    normalise: Normalise | None = None
    volatile: bool = False
    merge: Literal["whole", "union"] = "whole"
    searchable: bool = False
    column: bool = False
    completeness: Literal["required", "recommended"] | None = None


@dataclass(frozen=True, kw_only=True)
class Identifier:
    """One kind of evidence that two sightings are the same thing. `many`: a document gives a list of them.

    `contradicts`: two disjoint sets of it at one time are two things, `needs_complete`: where both were read wholly,
    `unless_shared`: where the sets of that other kind do not meet. `per_vendor`: unique within its vendor only.
    `vetoes_image`: disjoint sets keep two identifiers that a template copies from joining. `void_in_container`: read
    in a container it is the host's. `yields_to_hardware`: it moves with a copied disk, so differing hardware wins.
    """

    kind: str
    tier: Tier
    origin: Origin
    because: str
    section: str
    normalise: Normalise
    many: bool = False
    contradicts: bool = False
    needs_complete: bool = False
    per_vendor: bool = False
    unless_shared: str | None = None
    vetoes_image: bool = False
    void_in_container: bool = False
    yields_to_hardware: bool = False


@dataclass(frozen=True, kw_only=True)
class Verb:
    """A relationship type. `impact` says what the start suffers when the end fails (verbs point at what is needed).

    `section`: whose reading withdraws it, where that is not the section of its start's type.
    """

    name: str
    about: str
    inverse: str
    impact: Impact
    section: str | None = None

    @property
    def past(self) -> str:
        """The type of an ended relationship of this verb: history never slows a current traversal."""
        return f"WAS_{self.name}"


@dataclass(frozen=True, kw_only=True)
class Inside:
    """Where a dependent thing lives, and how it is recognised there.

    `matches` are tried in order; each is a tuple of attributes that must all be present and equal (a list
    attribute: share an element), and must name exactly one thing on either side.
    """

    verb: Verb
    parents: tuple[str, ...]
    matches: tuple[tuple[str, ...], ...] = ()
    points_down: bool = False
    """True where the relationship starts at the parent, as in (Server)-[:HAS_INSTALLED]->(SoftwareRelease)."""


@dataclass(frozen=True, kw_only=True)
class CIType:
    """What one kind of CI is. Identified in exactly one way: by evidence (`family`), by its value (`value_key`), by the
    person who declares it (`declared`), or else within its parent (`inside` alone)."""

    label: str
    about: str
    attributes: tuple[Attribute, ...]
    title: tuple[str, ...]
    """Attributes whose values, joined by a space, name the CI to a person; the first one present is enough."""
    family: Family | None = None
    identified_by: tuple[Identifier, ...] = ()
    inside: Inside | None = None
    value_key: tuple[str, ...] = ()
    domain_scoped: bool = False
    declared: bool = False
    relationships: tuple[tuple[Verb, str], ...] = ()
    section: str | None = None
    """The section whose absence ends items of this type; None for what only people declare."""
    by_name: dict[str, Attribute] = field(init=False, repr=False, compare=False, default_factory=dict[str, Attribute])

    RESERVED = frozenset({"id", "type", "title", "state", "valid_from", "valid_to", "last_seen_at", "proof", "domain"})

    def __post_init__(self) -> None:
        for attribute in self.attributes:
            if attribute.name in self.by_name:
                raise ModelError(f"{self.label} declares the attribute {attribute.name!r} twice")
            if attribute.name in self.RESERVED:
                raise ModelError(f"{self.label}.{attribute.name}: {attribute.name!r} is a property of every CI")
            self.by_name[attribute.name] = attribute
        for origin, names in (("title", self.title), ("value_key", self.value_key), *self._match_names()):
            for name in names:
                if name not in self.by_name:
                    raise ModelError(f"{self.label}.{origin} names {name!r}, which {self.label} does not declare")
        ways = [bool(self.family), bool(self.value_key), self.declared]
        if self.inside and not self.value_key and not self.family:
            ways.append(True)
        if sum(ways) != 1:
            raise ModelError(f"{self.label} must be identified in one way: family, inside, value_key or declared")
        if self.identified_by and not self.family:
            raise ModelError(f"{self.label} declares the identifier {self.identified_by[0].kind!r} but no family")
        if not self.declared and self.section is None:
            raise ModelError(f"{self.label} is discovered but no section owns it")

    def _match_names(self) -> list[tuple[str, tuple[str, ...]]]:
        return [("inside.matches", names) for names in self.inside.matches] if self.inside else []

    @property
    def needs_parent(self) -> bool:
        """True for what is identified inside its parent and does not exist without it."""
        return self.inside is not None and not self.value_key and not self.family
