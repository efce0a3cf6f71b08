"""What changed lately on what the services of an incident depend on, newest first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from cmdb.errors import Invalid
from cmdb.model import verbs
from cmdb.store.driver import Graph
from cmdb.store.queries import neighbourhood
from cmdb.store.queries.recent import Recent, Relation, recent
from cmdb.usecases.impact import nearest_needs
from cmdb.usecases.incidents import read_incident
from cmdb.usecases.neighbourhoods import weigh

HOUR_MS = 60 * 60 * 1000
MAX_HOURS = 24 * 90
NOTICED_AFTER_MS = 10 * 60 * 1000
"""An agent looks every five minutes: what it finds this long after the start may have happened before it."""
MAX_LISTED = 200
MAX_CONE = 2_000

Kind = Literal["value", "upgraded", "installed", "removed", "related", "unrelated", "began", "ended", "change"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One thing that happened to a CI, `distance` hops down what the services need.

    `at`: when it was noticed, epoch milliseconds; `not_before_at`: when it had not yet happened, None where nobody
    knows. `text` says it in words; `old` and `new` are values, None where there was or is none. `ticket`: of a change.
    """

    at: int
    not_before_at: int | None
    kind: Kind
    ci_id: str
    ci_type: str
    ci_name: str
    distance: int
    text: str
    old: Any = None
    new: Any = None
    ticket: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentChanges:
    """The newest of what happened after `since`, up to `until`; `more`: there was more than is listed.

    `cone_is_cut`: the services need more CIs than were looked at, the nearest `MAX_CONE`.
    """

    since: int
    until: int
    happenings: tuple[Happening, ...]
    more: bool
    ci_count: int
    cone_is_cut: bool


def recent_changes(graph: Graph, incident_id: str, hours: int, now: int) -> RecentChanges:
    """What changed within `hours` before the incident began on what its services need, and on what failed.

    Raises NotFound, Invalid for hours out of bounds.
    """
    if not 1 <= hours <= MAX_HOURS:
        raise Invalid(f"between 1 and {MAX_HOURS} hours", "hours")
    incident = read_incident(graph, incident_id)
    assessment = incident.assessment
    starts = {one.ci_id for one in incident.sources}
    starts |= {one.ci.id for one in assessment.services} if assessment else set()
    since = incident.started_at - hours * HOUR_MS
    return changes_beneath(graph, starts, since, min(now, incident.started_at + NOTICED_AFTER_MS), now)


def changes_beneath(graph: Graph, starts: Iterable[str], since: int, until: int, now: int) -> RecentChanges:
    """What changed after `since`, up to `until`, on these CIs and all that they need now."""
    starts = sorted(set(starts))
    distance = dict.fromkeys(starts, 0)
    stored = graph.read(lambda tx: neighbourhood.needs(tx, starts, max_nodes=MAX_CONE))
    for need in nearest_needs(weigh(stored, now), starts):
        distance[need.ci.id] = need.distance
    found = graph.read(lambda tx: recent(tx, distance, since, until, MAX_LISTED + 1))
    happenings = sorted(_happenings(found, distance), key=lambda one: (-one.at, one.distance, one.ci_id, one.text))
    return RecentChanges(
        since=since,
        until=until,
        happenings=tuple(happenings[:MAX_LISTED]),
        more=len(happenings) > MAX_LISTED,
        ci_count=len(distance),
        cone_is_cut=bool(stored.frontier),
    )


def _happenings(found: Recent, distance: dict[str, int]) -> list[Happening]:
    def about(ci: str, at: int, kind: Kind, text: str, **more: Any) -> Happening:
        ci_type, title, place, via = found.cis[ci]
        hops = distance[ci] if ci in distance else distance[via] + 1
        return Happening(
            at=at, not_before_at=more.pop("not_before_at", None), kind=kind, ci_id=ci, ci_type=ci_type,
            ci_name=f"{title} on {place}" if place else title, distance=hops,
            text=text, **more,
        )  # fmt: skip

    shown = [
        about(v.ci, v.at, "value", f"{v.attribute}: {_said(v.old)} → {_said(v.new)}", old=v.old, new=v.new,
              not_before_at=v.not_before_at)
        for v in found.values
    ]  # fmt: skip
    shown += [
        about(m.ci, m.at, "change", f"{m.ticket} {m.title} ({m.outcome or m.state})", ticket=m.ticket, new=m.effect)
        for m in found.made
    ]
    began = {r.other for r in found.relations if not r.outward and r.began}
    ended = {r.other for r in found.relations if not r.outward and not r.began}
    for ci, (start, end) in found.lives.items():
        if end is not None and ci not in ended:
            shown.append(about(ci, end, "ended", "is gone"))
        elif end is None and ci not in began:
            shown.append(about(ci, start, "began", "was first seen"))
    packages, relations = _packages(found.relations)
    shown += [
        about(ci, at, kind, text, old=old, new=new, not_before_at=after)
        for ci, at, kind, text, old, new, after in packages
    ]
    shown += [about(r.ci, r.at, *_relation(r), not_before_at=r.not_before_at) for r in relations]
    return shown


def _relation(relation: Relation) -> tuple[Kind, str]:
    other = f"{relation.other_type} {relation.other_title}"
    if relation.outward:
        words = relation.verb.lower().replace("_", " ")
        return ("related", f"{words} {other}") if relation.began else ("unrelated", f"no longer {words} {other}")
    return ("began", f"{other} appeared") if relation.began else ("ended", f"{other} is gone")


def _packages(
    relations: Iterable[Relation],
) -> tuple[list[tuple[str, int, Kind, str, str | None, str | None, int | None]], list[Relation]]:
    """Packages of which one version went and another came at once, as one event each; and all other relations."""
    rest: list[Relation] = []
    versions: dict[tuple[str, int, str], dict[bool, list[str]]] = {}
    after: dict[tuple[str, int, str], int | None] = {}
    for one in relations:
        if one.verb == verbs.HAS_INSTALLED.name and one.other_name:
            both = versions.setdefault((one.ci, one.at, one.other_name), {True: [], False: []})
            both[one.began].append(one.other_title.removeprefix(one.other_name).strip())
            after[one.ci, one.at, one.other_name] = one.not_before_at
        else:
            rest.append(one)
    found: list[tuple[str, int, Kind, str, str | None, str | None, int | None]] = []
    for (ci, at, name), both in versions.items():
        old, new = (", ".join(sorted(both[began])) or None for began in (False, True))
        kind: Kind = "upgraded" if old and new else "installed" if new else "removed"
        words = f"{name} {old} → {new}" if old and new else f"{name} {new or old} was {kind}"
        found.append((ci, at, kind, words, old, new, after[ci, at, name]))
    return found, rest


def _said(value: Any) -> str:
    if value is None:
        return "nothing"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
