"""How far the data can be trusted: rules as data, and the figures that follow from what breaks them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from cmdb.model.types import BY_LABEL, CI_TYPES
from cmdb.model.types.certificate import CERTIFICATE
from cmdb.model.types.machine_evidence import MACHINES
from cmdb.model.vocabulary import CIType

Aspect = Literal["completeness", "correctness", "compliance"]
By = Literal["all", "type", "source", "team"]
ASPECTS: tuple[Aspect, ...] = ("completeness", "correctness", "compliance")
NONE = "none"
"""What nobody sees, or no team answers for."""
PERSON = "person"
"""The source of what people declare."""
EXPIRES_SOON_MS = 30 * 86_400_000
"""How long before its end a certificate is brought up."""
EXPIRY_SHOWN_MS = 30 * 86_400_000
"""How long a value that a person set and that has expired is brought up: afterwards it was let go on purpose."""


def attributes_of(ci_type: CIType, level: Literal["required", "recommended"]) -> tuple[str, ...]:
    """The attributes that a CI of this type must, or ought to, have."""
    return tuple(one.name for one in ci_type.attributes if one.completeness == level)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One thing that ought to hold for every current CI of these types. `key` stands in addresses and snapshots."""

    key: str
    aspect: Aspect
    title: str
    about: str
    types: tuple[str, ...]


INDEPENDENT = (*MACHINES, "Container")

RULES: tuple[Rule, ...] = (
    Rule(
        key="missing-required", aspect="completeness", title="Required attribute missing",
        about="An attribute is unknown without which such a CI cannot be managed.",
        types=tuple(one.label for one in CI_TYPES if attributes_of(one, "required")),
    ),
    Rule(
        key="missing-recommended", aspect="completeness", title="Recommended attribute missing",
        about="An attribute is unknown that ought to be known of such a CI.",
        types=tuple(one.label for one in CI_TYPES if attributes_of(one, "recommended")),
    ),
    Rule(
        key="stale", aspect="correctness", title="Stale",
        about="Every source that could see it has been silent for more than three of its own periods.",
        types=INDEPENDENT,
    ),
    Rule(
        key="orphan", aspect="correctness", title="Orphan",
        about="It has no relationship at all; an address, subnet or package: nobody has it any more.",
        types=tuple(one.label for one in CI_TYPES if not one.needs_parent),
    ),
    Rule(
        key="duplicate-suspect", aspect="correctness", title="Suspected duplicate",
        about="Another CI of its type has the same serial number, or the same name and an address in common.",
        types=MACHINES,
    ),
    Rule(
        key="open-question", aspect="correctness", title="Open review question",
        about="Evidence about its identity contradicts itself and waits for a person, or a replacement is proposed.",
        types=INDEPENDENT,
    ),
    Rule(
        key="broken-dependency", aspect="correctness", title="Dependency on what is gone",
        about="A person declared that it needs, or is delivered by, what is stale or retired, or on such a machine.",
        types=("BusinessService", "ServiceInstance", *INDEPENDENT),
    ),
    Rule(
        key="no-owner", aspect="compliance", title="No owner",
        about="No current team owns it.",
        types=("BusinessService", "Server"),
    ),
    Rule(
        key="no-entry-point", aspect="compliance", title="No entry point",
        about="Nothing current provides it, so no failure reaches it.",
        types=("BusinessService",),
    ),
    Rule(
        key="os-unsupported", aspect="compliance", title="Operating system without support",
        about="Its maker's support for this release has ended.",
        types=("Server",),
    ),
    Rule(
        key="os-support-unknown", aspect="compliance", title="Support of operating system unknown",
        about="Its release is not known, or until when it is supported is not in the table.",
        types=("Server",),
    ),
    Rule(
        key="certificate-expired", aspect="compliance", title="Certificate expired",
        about="A service presents it to its clients, and it holds no longer.",
        types=("Certificate",),
    ),
    Rule(
        key="certificate-expires-soon", aspect="compliance", title="Certificate expires soon",
        about="A service presents it to its clients, and it holds for less than 30 days.",
        types=("Certificate",),
    ),
    Rule(
        key="manual-value-expired", aspect="compliance", title="Manual value expired",
        about="A value that a person set, of it or of a part of it, expired within 30 days and was not set anew.",
        types=INDEPENDENT,
    ),
)  # fmt: skip
BY_KEY = {rule.key: rule for rule in RULES}


@dataclass(frozen=True, slots=True)
class Group:
    """How many CIs of a type are alike: seen by these kinds of sources, answered for by these teams (id, name), and
    with these faults, which are a rule's key or `KEY:ATTRIBUTE`."""

    kinds: tuple[str, ...]
    teams: tuple[tuple[str, str], ...]
    faults: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Figure:
    """Of `considered` CIs `affected` break a rule. `name`: of a type, kind of source or team (its id); "" for all."""

    name: str
    title: str
    considered: int
    affected: int


@dataclass(frozen=True, slots=True)
class AttributeFigure:
    """Of `considered` CIs of a type `affected` lack an attribute."""

    type: str
    attribute: str
    considered: int
    affected: int


@dataclass(frozen=True, slots=True)
class Measure:
    """A rule with its figures. What everybody shares belongs to no source and no team."""

    rule: Rule
    total: Figure
    by_type: tuple[Figure, ...]
    by_source: tuple[Figure, ...]
    by_team: tuple[Figure, ...]
    by_attribute: tuple[AttributeFigure, ...]


@dataclass(frozen=True, slots=True)
class AspectFigure:
    """Of `considered` CIs `affected` break at least one rule of an aspect."""

    aspect: Aspect
    considered: int
    affected: int


@dataclass(frozen=True, slots=True)
class Health:
    """The health of the data at an instant, epoch ms."""

    at: int
    aspects: tuple[AspectFigure, ...]
    measures: tuple[Measure, ...]


def is_shared(ci_type: CIType) -> bool:
    """Whether such a CI is nobody's: known by its value; but a certificate is its services'."""
    return bool(ci_type.value_key) and ci_type is not CERTIFICATE


def kinds_of(ci_type: CIType, kinds: Sequence[str]) -> tuple[str, ...]:
    """The sources that CIs of a type count for, when these kinds see them; none for what is shared."""
    if is_shared(ci_type):
        return ()
    return (PERSON,) if ci_type.declared and not kinds else tuple(kinds) or (NONE,)


def has_team(ci_type: CIType) -> bool:
    """Whether a team can answer for such a CI."""
    return not is_shared(ci_type) and ci_type.label != "Team"


def measure(groups_of: Mapping[str, Sequence[Group]], at: int) -> Health:
    """The figures of all current CIs, given by type in groups of those that are alike."""
    return Health(
        at, tuple(_aspect(one, groups_of) for one in ASPECTS), tuple(_measure(one, groups_of) for one in RULES)
    )


def _aspect(aspect: Aspect, groups_of: Mapping[str, Sequence[Group]]) -> AspectFigure:
    keys = {rule.key for rule in RULES if rule.aspect == aspect}
    labels = {label for rule in RULES if rule.aspect == aspect for label in rule.types}
    groups = [group for label in labels for group in groups_of.get(label, ())]
    affected = sum(group.count for group in groups if any(_key(fault) in keys for fault in group.faults))
    return AspectFigure(aspect, sum(group.count for group in groups), affected)


def _measure(rule: Rule, groups_of: Mapping[str, Sequence[Group]]) -> Measure:
    tally: defaultdict[tuple[By, str], list[int]] = defaultdict(lambda: [0, 0])
    titles: dict[str, str] = {NONE: "no team"}
    attributes: list[AttributeFigure] = []
    for label in rule.types:
        ci_type, groups = BY_LABEL[label], groups_of.get(label, ())
        lacking: Counter[str] = Counter()
        for group in groups:
            titles.update(group.teams)
            breaks = [fault for fault in group.faults if _key(fault) == rule.key]
            for fault in breaks:
                lacking[fault.partition(":")[2]] += group.count
            for place in _places(ci_type, group):
                tally[place][0] += group.count
                tally[place][1] += group.count if breaks else 0
        considered = sum(group.count for group in groups)
        attributes += [AttributeFigure(label, name, considered, lacking[name]) for name in sorted(lacking) if name]

    def figures(by: By, title: Mapping[str, str]) -> tuple[Figure, ...]:
        found = [Figure(name, title.get(name, name), *counts) for (place, name), counts in tally.items() if place == by]
        return tuple(sorted(found, key=lambda one: (-one.affected, one.title, one.name)))

    total = figures("all", {})
    return Measure(
        rule, total[0] if total else Figure("", "", 0, 0), figures("type", {}), figures("source", {}),
        figures("team", titles), tuple(attributes),
    )  # fmt: skip


def _places(ci_type: CIType, group: Group) -> list[tuple[By, str]]:
    """Everywhere that CIs of this group are counted."""
    teams = ([team for team, _ in group.teams] or [NONE]) if has_team(ci_type) else []
    names: dict[By, Sequence[str]] = {
        "all": ("",), "type": (ci_type.label,), "source": kinds_of(ci_type, group.kinds), "team": teams,
    }  # fmt: skip
    return [(by, name) for by, every in names.items() for name in every]


def _key(fault: str) -> str:
    return fault.partition(":")[0]
