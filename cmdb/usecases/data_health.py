"""The health of the data: the figures, the CIs behind each, and how they were on the days before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from cmdb.analyse.data_health import (
    ASPECTS,
    BY_KEY,
    EXPIRES_SOON_MS,
    EXPIRY_SHOWN_MS,
    NONE,
    PERSON,
    RULES,
    AspectFigure,
    Figure,
    Group,
    Health,
    Measure,
    Rule,
    attributes_of,
    has_team,
    is_shared,
    measure,
)
from cmdb.errors import Invalid, NotFound
from cmdb.model.sources import SOURCE_KINDS, STALE_PERIODS
from cmdb.model.types import BY_LABEL
from cmdb.model.types.certificate import CERTIFICATE
from cmdb.practices.os_support import OS_RELEASES, pairs, release_of, without_support
from cmdb.store.driver import Graph, Transaction
from cmdb.store.queries import data_health as queries
from cmdb.store.queries.data_health import Affected, Day, Kept
from cmdb.usecases.evidence import period_of

__all__ = [
    "NONE", "PERSON", "AffectedCI", "AspectFigure", "Day", "Figure", "Health", "Measure", "Rule", "Scope",
    "affected_cis", "data_health", "history", "keep_todays_figures", "rule_of",
]  # fmt: skip

MAX_DAYS = 400
BREAKDOWNS = ("all", "type", "source", "team")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which of the CIs that break a rule are meant; None: all. `source` and `team` may be `none`."""

    type: str | None = None
    source: str | None = None
    team: str | None = None
    attribute: str | None = None


@dataclass(frozen=True, slots=True)
class AffectedCI:
    """A CI that breaks a rule, and why in words; None where the rule's own words say it all."""

    id: str
    type: str
    title: str
    place: tuple[str, str] | None
    teams: tuple[str, ...]
    last_seen_at: int | None
    missing: tuple[str, ...]
    why: str | None


def data_health(graph: Graph, now: int) -> Health:
    """The figures at `now`; the first ones of a day are kept for the history."""
    health = _measured(graph, now)
    _keep(graph, health)
    return health


def keep_todays_figures(graph: Graph, now: int) -> str | None:
    """Keep the figures of the day (UTC), and say so; None where they are kept already."""
    if queries.is_kept(graph, _day(now).isoformat()):
        return None
    _keep(graph, _measured(graph, now))
    return f"the figures of {_day(now)} kept"


def affected_cis(
    graph: Graph, key: str, scope: Scope, limit: int, now: int, after: tuple[str, str, str] | None = None
) -> list[AffectedCI]:
    """CIs that break a rule by type, title, id, after the one with these.

    Raises NotFound for a rule that there is not, Invalid for a type or attribute that the rule does not look at.
    """
    rule = rule_of(key)
    labels = sorted(rule.types)
    if scope.type is not None:
        if scope.type not in rule.types:
            raise Invalid(f"{rule.key} does not look at the type {scope.type!r}", "type")
        labels = [scope.type]
    if scope.attribute is not None and not any(scope.attribute in _levels(label).get(key, ()) for label in labels):
        raise Invalid(f"{rule.key} does not look at the attribute {scope.attribute!r}", "attribute")
    found: list[AffectedCI] = []
    for label in labels:
        if (after is not None and label < after[0]) or not _reaches(label, scope):
            continue
        start = after[1:] if after is not None and label == after[0] else ("", "")
        source = None if BY_LABEL[label].declared else scope.source
        some = queries.list_affected(
            graph, key, label, _parameters(label, now), limit - len(found), start, scope.attribute, source, scope.team
        )
        found += [_affected(one) for one in some]
        if len(found) >= limit:
            break
    return found


def history(
    graph: Graph, now: int, measures: tuple[str, ...] = (), by: str = "all", name: str = "", days: int = 90
) -> list[Day]:
    """Figures of rules or aspects on the last days, by day; today's are made where they are not kept yet.

    `measures` empty: the aspects. Raises Invalid for one that there is not, or where `by` and `name` do not fit.
    """
    for one in measures:
        if one not in BY_KEY and one not in ASPECTS:
            raise Invalid(f"there is no measure {one!r}", "measure")
    if by not in BREAKDOWNS:
        raise Invalid(f"figures are kept by {', '.join(BREAKDOWNS)}", "by")
    if (by == "all") == bool(name):
        raise Invalid("a name is needed with by=type, source or team, and with nothing else", "name")
    if not 1 <= days <= MAX_DAYS:
        raise Invalid(f"between 1 and {MAX_DAYS} days can be asked for", "days")
    keep_todays_figures(graph, now)
    first = _day(now) - timedelta(days=days - 1)
    return queries.days_since(graph, first.isoformat(), measures or ASPECTS, by, name)


def rule_of(key: str) -> Rule:
    """The rule with this key; raises NotFound."""
    if key not in BY_KEY:
        raise NotFound("measure", key)
    return BY_KEY[key]


def _measured(graph: Graph, now: int) -> Health:
    def read(tx: Transaction) -> dict[str, list[Group]]:
        return {label: _groups(tx, label, now) for label in BY_LABEL}

    return measure(graph.read(read), now)


def _groups(tx: Transaction, label: str, now: int) -> list[Group]:
    keys = [rule.key for rule in RULES if label in rule.types]
    return [
        Group(tuple(one.kinds), tuple((team, name) for team, name in one.teams), tuple(one.faults), one.count)
        for one in queries.count_groups(tx, label, keys, _parameters(label, now))
    ]


def _keep(graph: Graph, health: Health) -> None:
    day = _day(health.at).isoformat()
    if not queries.is_kept(graph, day):
        queries.keep(graph, day, health.at, list(_kept(health)))


def _kept(health: Health) -> Iterator[Kept]:
    for aspect in health.aspects:
        yield Kept(aspect.aspect, "all", "", aspect.considered, aspect.affected)
    for one in health.measures:
        key = one.rule.key
        yield Kept(key, "all", "", one.total.considered, one.total.affected)
        for by, figures in (("type", one.by_type), ("source", one.by_source), ("team", one.by_team)):
            for figure in figures:
                yield Kept(key, by, figure.name, figure.considered, figure.affected)


def _parameters(label: str, now: int) -> dict[str, object]:
    """What the rules compare the CIs of a type with."""
    ci_type = BY_LABEL[label]
    holders = [ci_type.inside.verb.name] if ci_type.value_key and ci_type.inside else []
    return {
        "at": now,
        "required": list(attributes_of(ci_type, "required")),
        "recommended": list(attributes_of(ci_type, "recommended")),
        "holders": holders,
        "silent_periods": STALE_PERIODS,
        "periods": {name: kind.period_ms for name, kind in SOURCE_KINDS.items()},
        "period": period_of("", None),
        "known": pairs(OS_RELEASES),
        "unsupported": pairs(without_support(now)),
        "expiry_shown_ms": EXPIRY_SHOWN_MS,
        "expires_soon_ms": EXPIRES_SOON_MS,
    }


def _levels(label: str) -> dict[str, tuple[str, ...]]:
    ci_type = BY_LABEL[label]
    return {
        "missing-required": attributes_of(ci_type, "required"),
        "missing-recommended": attributes_of(ci_type, "recommended"),
    }


def _reaches(label: str, scope: Scope) -> bool:
    """Whether CIs of this type can be counted for the source and the team that are meant."""
    ci_type = BY_LABEL[label]
    if scope.source is not None and (is_shared(ci_type) or ci_type.declared != (scope.source == PERSON)):
        return False
    return scope.team is None or has_team(ci_type)


def _affected(one: Affected) -> AffectedCI:
    missing = tuple(name for fault in one.faults if (name := fault.partition(":")[2]))
    why = f"without {', '.join(missing)}" if missing else None
    if "os-unsupported" in one.faults and (release := release_of(one.os_id, one.os_version)):
        why = f"{one.os_id} {one.os_version}: supported until {release.supported_until} ({release.source})"
    if "os-support-unknown" in one.faults:
        why = " ".join(filter(None, (one.os_id, one.os_version))) or "its release is not known"
    if one.gone:
        why = ", ".join(f"{title} is {state}" for title, state in one.gone)
    if one.not_after_at is not None and BY_LABEL[one.type] is CERTIFICATE:
        why = f"holds until {_day(one.not_after_at)}"
    return AffectedCI(one.id, one.type, one.title, one.place, one.teams, one.last_seen_at, missing, why)


def _day(at: int) -> date:
    return datetime.fromtimestamp(at / 1000, UTC).date()
