"""What happened to a CI and to all that it needs, or that needs it, on one time line."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass
from typing import Any, Literal

from cmdb.errors import Invalid
from cmdb.model.verbs import SEES, USES, VERBS
from cmdb.store.driver import Graph
from cmdb.store.queries import neighbourhood
from cmdb.store.queries import timeline as queries
from cmdb.store.queries.neighbourhood import StoredNeighbourhood
from cmdb.store.queries.timeline import Entry
from cmdb.usecases.assessment import Direction
from cmdb.usecases.differences import check_span
from cmdb.usecases.impact import MAX_DEPTH
from cmdb.usecases.show import standing_of

__all__ = ["Around", "Happened", "Timeline", "timeline_of"]

MAX_CONE = 500
MAX_OTHERS = 5
SPAN_MS = 7 * 24 * 60 * 60 * 1000
"""How far back one looks where nobody says."""
_GROUP = "RedundancyGroup"
_IN_FORCE = ("approved", "implementing", "completed")
_TYPES = sorted(name for verb in VERBS if verb not in (USES, SEES) for name in (verb.name, verb.past))
"""A connection is told as the call that it is, and hearing of a neighbour as the cable."""

Around = Direction | Literal["itself"]


@dataclass(frozen=True, slots=True)
class Happened:
    """One entry: what happened to a CI `distance` hops away, or to a part of one, where it is None.

    `text` says it in words, without the CI's name.
    """

    entry: Entry
    distance: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """A page of what happened after `start`, up to `end` (epoch ms), newest first, around the CI with this id.

    `ci_count`: how many CIs were looked at, beside their parts; `is_cut`: there are more around it.
    """

    id: str
    around: Around
    start: int
    end: int
    ci_count: int
    is_cut: bool
    happened: list[Happened]


def timeline_of(
    graph: Graph,
    ci_id: str,
    start: int,
    end: int,
    now: int,
    *,
    around: Around = "needs",
    depth: int | None = None,
    limit: int,
    after: tuple[int, str] | None = None,
) -> Timeline:
    """What happened to the CI and what was around it at either instant, as far as `depth` hops (None: all).

    `after`: instant and tie of the last entry known. Raises NotFound, Invalid.
    """
    check_span(graph, start, end, now)
    if depth is not None and not 0 <= depth <= MAX_DEPTH:
        raise Invalid(f"the depth lies between 0 and {MAX_DEPTH} hops, or is left out for all", "depth")
    own = standing_of(graph, ci_id).ci.id
    distances, is_cut = {own: 0}, False
    if around != "itself":
        for at in (start, end):
            found, is_more = _around(graph, own, around, depth, at)
            is_cut = is_cut or is_more
            distances = found | {ci: min(found.get(ci, far), far) for ci, far in distances.items()}
    nearest = sorted(distances, key=lambda ci: (distances[ci], ci))
    entries = queries.timeline(
        graph, nearest[:MAX_CONE], _TYPES, _IN_FORCE, start, end, limit=limit, most=MAX_OTHERS, after=after
    )
    return Timeline(
        id=own,
        around=around,
        start=start,
        end=end,
        ci_count=min(len(nearest), MAX_CONE),
        is_cut=is_cut or len(nearest) > MAX_CONE,
        happened=[Happened(one, distances.get(one.ci), entry_words(one)) for one in entries],
    )


def _around(graph: Graph, own: str, way: Direction, depth: int | None, at: int) -> tuple[dict[str, int], bool]:
    """How far what it needed, or what needed it, was at `at`, in hops; and whether not all of that was read."""
    read = neighbourhood.needs if way == "needs" else neighbourhood.dependents
    stored = graph.read(lambda tx: read(tx, [own], depth, MAX_CONE, at=at))
    found = _distances(stored, own, way)
    near = {ci: far for ci, far in found.items() if depth is None or far <= depth}
    return near, any(found.get(ci, 0) < (depth or MAX_DEPTH) for ci in stored.frontier)


def _distances(stored: StoredNeighbourhood, own: str, way: Direction) -> dict[str, int]:
    """Hops from the CI; a group costs none."""
    onward: defaultdict[str, list[str]] = defaultdict(list)
    for edge in stored.edges:
        near, far = (edge.source, edge.target) if way == "needs" else (edge.target, edge.source)
        onward[near].append(far)
    found, waiting = {own: 0}, deque([own])
    while waiting:
        near = waiting.popleft()
        for far in onward[near]:
            cost = 0 if stored.nodes[far].type == _GROUP else 1
            if found[near] + cost < found.get(far, MAX_CONE):
                found[far] = found[near] + cost
                (waiting.append if cost else waiting.appendleft)(far)
    return found


def entry_words(entry: Entry) -> str:
    """What happened, in words, without the name of the CI it happened to."""
    match entry.kind:
        case "value":
            old, new = entry.told
            return f"{entry.what}: {_said(old)} → {_said(new)}"
        case "ticket":
            ticket, title, _, outcome = entry.told
            result = f" ({outcome})" if entry.what == "completed" and outcome else ""
            beside = f", with {entry.number - 1} more" if entry.number > 1 else ""
            return f"{ticket} {title}: {entry.what}{result}{beside}"
        case "appeared":
            return "was first seen"
        case "retired":
            return "ended"
        case _:
            return _relation(entry)


def _relation(entry: Entry) -> str:
    verb, _, direction = entry.what.partition(" ")
    others = ", ".join(f"{title}" for _, _, title in entry.told)
    more = f" and {entry.number - len(entry.told)} more" if entry.number > len(entry.told) else ""
    if direction == "in":
        return f"{others}{more} {'came' if entry.kind == 'began' else 'went'}"
    words = verb.lower().replace("_", " ")
    return f"{'' if entry.kind == 'began' else 'no longer '}{words} {others}{more}"


def _said(value: Any) -> str:
    if value is None:
        return "nothing"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
