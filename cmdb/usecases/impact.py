"""What fails when these CIs fail, and what these CIs need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass

from cmdb.analyse.answer import Effect, Spared
from cmdb.analyse.blast import Blast, summarise
from cmdb.analyse.impact import Impact
from cmdb.analyse.layout import Drawing
from cmdb.analyse.needs import Need, needs
from cmdb.analyse.neighbourhood import Neighbourhood
from cmdb.analyse.picture import draw_impact
from cmdb.errors import Invalid
from cmdb.store.driver import Graph, Transaction
from cmdb.store.queries import neighbourhood
from cmdb.store.queries.responsibility import Responsibility, responsible_for
from cmdb.usecases.as_of import checked_instant
from cmdb.usecases.assessment import (
    Assessment,
    Failure,
    NeededCI,
    Needs,
    ReachedCI,
    ServiceReached,
    SparedCI,
    TeamReached,
)
from cmdb.usecases.neighbourhoods import weigh
from cmdb.usecases.networks import examine
from cmdb.usecases.resolve import resolve_all

MAX_DEPTH = 50
MAX_STARTS = 500
MAX_LISTED = 500
MAX_REASONS = 200
AHEAD = "{} was not known yet at that instant."
GONE = "{} had ended by that instant."


@dataclass(frozen=True)
class _Answer:
    impact: Impact
    assumptions: tuple[str, ...]
    responsibility: Responsibility


def assess(
    graph: Graph,
    failed: Mapping[str, Effect],
    at: int,
    *,
    depth: int | None = None,
    excluded: Set[str] = frozenset(),
    context: Mapping[str, str] | None = None,
    as_of: int | None = None,
) -> Assessment:
    """What these failures reach at `at` (epoch milliseconds), which is now, beyond what `context` explains.

    Keys of `failed` are what `resolve` takes: ids, names, addresses, `host:port`. `excluded` are ids of CIs that a
    person marked as not affected; `context` names for the id of each CI that other open tickets hold down the ticket.
    `as_of`: what they would have reached at that instant, by what held then, under today's names.
    Raises NotFound, Ambiguous or Invalid for what cannot be resolved, Invalid for a depth out of bounds and for an
    instant that nothing can be said of.
    """
    starts = resolve_failures(graph, failed)
    return assess_ids(graph, starts, at, depth=depth, excluded=excluded, context=context, as_of=as_of)


def assess_ids(
    graph: Graph,
    failed: Mapping[str, Effect],
    at: int,
    *,
    depth: int | None = None,
    excluded: Set[str] = frozenset(),
    context: Mapping[str, str] | None = None,
    as_of: int | None = None,
) -> Assessment:
    """`assess` for CIs by their ids, all of which must be there."""
    then = _instant(graph, as_of, at)
    answer = graph.read(lambda tx: _ask(tx, failed, at, depth, excluded, context or {}, then))
    return _assessment(answer, failed, at, depth, then)


def impact_at(graph: Graph, failed: Mapping[str, Effect], as_of: int, now: int, depth: int | None = None) -> Impact:
    """All that these failures, by ids, would have reached at an instant, uncut; raises what `assess` does."""
    then = _instant(graph, as_of, now)
    return graph.read(lambda tx: _ask(tx, failed, now, depth, frozenset(), {}, then)).impact


def draw(
    graph: Graph,
    failed: Mapping[str, Effect],
    at: int,
    *,
    depth: int | None = None,
    excluded: Set[str] = frozenset(),
    context: Mapping[str, str] | None = None,
    as_of: int | None = None,
) -> tuple[Assessment, Drawing]:
    """The assessment of these failures and a picture of it, for pages; takes and raises what `assess` does."""
    starts, then = resolve_failures(graph, failed), _instant(graph, as_of, at)
    answer = graph.read(lambda tx: _ask(tx, starts, at, depth, excluded, context or {}, then))
    return _assessment(answer, starts, at, depth, then), draw_impact(answer.impact)


def needed_by(graph: Graph, names: Iterable[str], at: int, depth: int | None = None, as_of: int | None = None) -> Needs:
    """What these CIs need at `at`, which is now, or needed at `as_of`; takes and raises what `assess` does."""
    _check_depth(depth)
    then = _instant(graph, as_of, at)
    ids = sorted({one.id for one in resolve_all(graph, _bounded(list(names)), "cis").values()})
    stored = graph.read(lambda tx: neighbourhood.needs(tx, ids, depth, at=then))
    found = weigh(stored, at if then is None else then)
    ordered = nearest_needs(found, ids, depth)
    return Needs(
        made_at=at,
        as_of=then,
        depth=depth,
        of=tuple(found.node(found.index_of(ci)) for ci in ids),
        needed=tuple(
            NeededCI(
                ci=n.ci, distance=n.distance, is_soft=n.is_soft, is_redundant=n.is_redundant, path=n.path
            )
            for n in ordered[:MAX_LISTED]
        ),
        needed_count=len(ordered),
        unread=tuple(found.node(node) for node in sorted(found.frontier)),
    )  # fmt: skip


def nearest_needs(found: Neighbourhood, ids: Iterable[str], depth: int | None = None) -> list[Need]:
    """What these CIs need beside themselves, each by the shortest way, by distance and id."""
    starts = sorted(set(ids))
    nearest: dict[str, Need] = {}
    for need in (need for ci in starts for need in needs(found, ci, depth)):
        known = nearest.get(need.ci.id)
        if need.ci.id not in starts and (known is None or need.distance < known.distance):
            nearest[need.ci.id] = need
    return sorted(nearest.values(), key=lambda need: (need.distance, need.ci.id))


def resolve_failures(graph: Graph, failed: Mapping[str, Effect]) -> dict[str, Effect]:
    """Effects by id; named twice under different names, a CI has the worse of its effects.

    Raises NotFound, Ambiguous or Invalid for what cannot be resolved, Invalid for none at all and too many.
    """
    found: dict[str, Effect] = {}
    for text, named in resolve_all(graph, _bounded(list(failed)), "cis").items():
        if found.get(named.id) != "down":
            found[named.id] = failed[text]
    return found


def _bounded(names: list[str]) -> list[str]:
    if not names:
        raise Invalid("name at least one CI", "cis")
    if len(names) > MAX_STARTS:
        raise Invalid(f"at most {MAX_STARTS} CIs at once, not {len(names)}", "cis")
    return names


def _instant(graph: Graph, as_of: int | None, now: int) -> int | None:
    return None if as_of is None else checked_instant(graph, as_of, now)


def _check_depth(depth: int | None) -> None:
    if depth is not None and not 0 <= depth <= MAX_DEPTH:
        raise Invalid(f"the depth lies between 0 and {MAX_DEPTH} hops, or is left out for all", "depth")


def _ask(
    tx: Transaction,
    failed: Mapping[str, Effect],
    at: int,
    depth: int | None,
    excluded: Set[str],
    context: Mapping[str, str],
    as_of: int | None,
) -> _Answer:
    _check_depth(depth)
    answer, assumptions = examine(tx, failed, at, depth, excluded, context, as_of)
    if as_of is not None:
        assumptions += tuple(
            AHEAD.format(title) if is_ahead else GONE.format(title)
            for title, is_ahead in neighbourhood.away(tx, failed, as_of)
        )
    return _Answer(answer, assumptions, responsible_for(tx, (reached.ci.id for reached in answer.reached), as_of))


def _assessment(
    answer: _Answer, failed: Mapping[str, Effect], at: int, depth: int | None, as_of: int | None
) -> Assessment:
    found, responsibility = answer.impact, answer.responsibility
    blast = summarise(found, responsibility.teams_of)
    nodes = {reached.ci.id: reached.ci for reached in found.reached}
    return Assessment(
        made_at=at,
        as_of=as_of,
        depth=depth,
        failed=tuple(Failure(ci=nodes[ci], effect=effect) for ci, effect in sorted(failed.items())),
        reached=tuple(
            ReachedCI(
                ci=one.ci, state=one.state, at_risk=one.at_risk, distance=one.distance, before=one.before,
                isolated=one.isolated, reason=found.reason(one.ci.id) if number < MAX_REASONS else None,
            )
            for number, one in enumerate(found.reached[:MAX_LISTED])
        ),
        reached_count=len(found.reached),
        spared=tuple(map(_spared, found.spared[:MAX_LISTED])),
        spared_count=len(found.spared),
        excluded=tuple(map(_spared, found.excluded)),
        truncated=found.truncated[:MAX_LISTED],
        truncated_count=len(found.truncated),
        unread=found.unread[:MAX_LISTED],
        services=_services(blast, responsibility),
        teams=_teams(blast, responsibility),
        counts=blast.counts,
        assumptions=answer.assumptions,
    )  # fmt: skip


def _spared(spared: Spared) -> SparedCI:
    return SparedCI(ci=spared.ci, because=spared.because, why=spared.why, would_be=spared.would_be)


def _services(blast: Blast, responsibility: Responsibility) -> tuple[ServiceReached, ...]:
    return tuple(
        ServiceReached(
            ci=one.service.ci, state=one.service.state, at_risk=one.service.at_risk,
            isolated=one.service.isolated, distance=one.service.distance,
            criticality=responsibility.criticality.get(one.service.ci.id),
            teams=tuple(sorted(responsibility.teams_of.get(one.service.ci.id, ()))), reason=one.reason,
        )
        for one in blast.services
    )  # fmt: skip


def _teams(blast: Blast, responsibility: Responsibility) -> tuple[TeamReached, ...]:
    return tuple(
        TeamReached(
            id=share.team_id, name=responsibility.teams[share.team_id].name,
            contact=responsibility.teams[share.team_id].contact, ci_count=len(share.cis),
            cis=tuple(reached.ci for reached in share.cis[:MAX_LISTED]),
        )
        for share in blast.teams
    )  # fmt: skip
