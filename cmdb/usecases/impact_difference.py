"""The difference of two instants of an impact: what became exposed to a failure, and what is so no more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cmdb.analyse.answer import Effect, HopState, Reason, shown_state
from cmdb.analyse.impact import Impact
from cmdb.analyse.neighbourhood import Node
from cmdb.store.driver import Graph
from cmdb.usecases.differences import check_span
from cmdb.usecases.impact import MAX_LISTED, impact_at, resolve_failures


@dataclass(frozen=True, slots=True)
class ChangedReach:
    """A CI that the failures would have done something else to; `before`, `after` None: they would not have reached it.

    `reason`: why it is reached at the later instant, or was at the earlier one.
    """

    ci: Node
    before: HopState | None
    after: HopState | None
    reason: Reason


@dataclass(frozen=True, slots=True)
class ImpactDifference:
    """What differs between two instants (epoch ms) in what these failures reach: what became exposed comes first.

    The counts are of all there are, where the list was cut.
    """

    start: int
    end: int
    failed: tuple[Node, ...]
    cis: tuple[ChangedReach, ...]
    exposed_count: int
    relieved_count: int
    changed_count: int


def impact_difference(
    graph: Graph, failed: Mapping[str, Effect], start: int, end: int, now: int, depth: int | None = None
) -> ImpactDifference:
    """What these failures, named as `assess` takes them, reach at one of the instants only, or in another way.

    Raises what `assess` does, and Invalid for instants the wrong way round.
    """
    check_span(graph, start, end, now)
    starts = resolve_failures(graph, failed)
    earlier, later = (impact_at(graph, starts, at, now, depth) for at in (start, end))
    before, after = _states(earlier), _states(later)
    differing = [ci for ci in before | after if before.get(ci) != after.get(ci)]
    # What became exposed, then what is reached in another way, then what no longer is; of each the nearest.
    order = {one.ci.id: one.distance for one in (*earlier.reached, *later.reached)}
    differing.sort(key=lambda ci: (ci in before, ci not in after, order[ci], ci))
    nodes = {one.ci.id: one.ci for one in (*earlier.reached, *later.reached)}
    return ImpactDifference(
        start=start,
        end=end,
        failed=tuple(nodes[ci] for ci in sorted(starts)),
        cis=tuple(
            ChangedReach(nodes[ci], before.get(ci), after.get(ci), (later if ci in after else earlier).reason(ci))
            for ci in differing[:MAX_LISTED]
        ),
        exposed_count=len(after.keys() - before.keys()),
        relieved_count=len(before.keys() - after.keys()),
        changed_count=sum(before[ci] != after[ci] for ci in before.keys() & after.keys()),
    )


def _states(found: Impact) -> dict[str, HopState]:
    return {one.ci.id: shown_state(one.state, isolated=one.isolated) for one in found.reached}
