"""Neighbourhoods written as sentences: `app CALLS db1`, `web DEPENDS_ON app soft`, `pair ANY_OF db1 db2`."""

from __future__ import annotations

from collections.abc import Set

from cmdb.analyse.impact import Impact
from cmdb.analyse.neighbourhood import Neighbourhood

SEEN_AT = 1_700_000_000_000


def sketch(
    sentences: str,
    needs: dict[str, int | float] | None = None,
    capacity: Set[str] = frozenset(),
    types: dict[str, str] | None = None,
    frontier: tuple[str, ...] = (),
    assumed: Set[str] = frozenset(),
) -> Neighbourhood:
    """`needs` says for each group how many members it needs (int) or which share (float); one by default."""
    rows = []
    for sentence in sentences.strip().splitlines():
        source, verb, *ends = sentence.split()
        strength = ends.pop() if ends[-1] in ("soft", "none") else "hard"
        rows += [(source, verb, target, strength) for target in ends]
    nodes = sorted({end for source, _, target, _ in rows for end in (source, target)})
    groups = sorted({source for source, verb, _, _ in rows if verb == "ANY_OF"})
    need = {group: (needs or {}).get(group, 1) for group in groups}
    return Neighbourhood.from_columns(
        ids=nodes,
        types=[(types or {}).get(node, "RedundancyGroup" if node in groups else "Server") for node in nodes],
        names=nodes,
        edge_from=[row[0] for row in rows],
        edge_to=[row[2] for row in rows],
        verbs=[row[1] for row in rows],
        strengths=[row[3] for row in rows],
        evidence=["observed" if row[1] == "CALLS" else "declared" for row in rows],
        valid_from=[SEEN_AT] * len(rows),
        last_seen_at=[SEEN_AT if row[1] == "CALLS" else None for row in rows],
        group_ids=groups,
        group_k=[k if isinstance(k, int) else None for k in need.values()],
        group_share=[k if isinstance(k, float) else None for k in need.values()],
        group_modes=["capacity" if group in capacity else "standby" for group in groups],
        group_assumed=[group in assumed for group in groups],
        frontier=frontier,
    )


def states(answer: Impact) -> dict[str, str]:
    """What was reached, as `down`, `degraded`, `up`, with a `!` where it is at risk."""
    return {r.ci.id: r.state + "!" * r.at_risk for r in answer.reached}


def path(answer: Impact, ci_id: str) -> list[str]:
    return [f"{hop.source.id} {hop.verb} {hop.target.id}" for hop in answer.reason(ci_id).hops]
