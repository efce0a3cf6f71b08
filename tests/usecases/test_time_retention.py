"""Removing the past before the horizon changes no answer about an instant after it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmdb.config import Keeping
from cmdb.errors import Invalid
from cmdb.model.types import BY_LABEL
from cmdb.store.driver import Graph
from cmdb.usecases.as_of import checked_instant
from cmdb.usecases.differences import ci_difference, estate_difference
from cmdb.usecases.retention import DAY_MS, retain
from tests.support.courses import COURSES, STEP_MS, WITH_A_GRAPH, Course, clear, instants_of, stood, take_in

pytestmark = pytest.mark.neo4j
KEPT = Keeping(history_days=1)


def answers(graph: Graph, instants: list[int], now: int) -> dict[str, Any]:
    """What can be asked of these instants: each of them, and what differs from one to the next.

    Value things are left out: they have no beginning and no end."""
    found: dict[str, Any] = {f"at {at}": stood(graph, at) for at in instants}
    cis = sorted({ci for at in instants for ci in found[f"at {at}"]})
    for start, end in {*pairwise(instants), (instants[0], instants[-1])}:
        found |= {f"{ci} {start} {end}": ci_difference(graph, ci, start, end, now) for ci in cis}
        for kind in ("appeared", "retired", "changed"):
            page = estate_difference(graph, kind, start, end, now, limit=500)
            found[f"{kind} {start} {end}"] = [one for one in page.cis if not BY_LABEL[one.type].value_key]
    return found


@given(COURSES, st.integers(0, 8))
@settings(WITH_A_GRAPH, max_examples=2)
def test_what_is_asked_of_instants_since_the_horizon_is_answered_as_before(
    graph: Graph, course: Course, kept_from: int
) -> None:
    clear(graph)
    take_in(graph, course)
    instants = instants_of(course.readings)
    horizon = instants[min(kept_from, len(instants) - 1)] + STEP_MS // 2
    now = horizon + DAY_MS
    kept = [horizon, *(at for at in instants if at >= horizon)]
    before = answers(graph, kept, now)
    retain(graph, now, KEPT)
    assert answers(graph, kept, now) == before
    for at in instants:
        if at < horizon:
            with pytest.raises(Invalid, match="kept since"):
                checked_instant(graph, at, now)
