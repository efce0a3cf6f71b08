"""What differs between two instants, applied to what was so at the first, gives what was so at the second."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings

from cmdb.model.types import BY_LABEL
from cmdb.model.verbs import IMPACT_VERBS
from cmdb.store.driver import Graph
from cmdb.usecases.as_of import show_ci_at
from cmdb.usecases.differences import Kind, estate_difference
from cmdb.usecases.inventory import Wanted, find_cis
from cmdb.usecases.needs_difference import needs_difference
from cmdb.usecases.relations import relations
from tests.support.courses import COURSES, LIMIT, WITH_A_GRAPH, Course, clear, instants_of, take_in

pytestmark = pytest.mark.neo4j


def estate(graph: Graph, at: int) -> set[str]:
    """What was there; a value thing is there before anyone has it."""
    found = find_cis(graph, Wanted(at=at), LIMIT, at)
    return {one.ci.id for one in found if not BY_LABEL[one.ci.type].value_key}


def spans(course: Course) -> list[tuple[int, int]]:
    """From each instant to the next, and from the first to the last."""
    instants = instants_of(course.readings)
    return [*pairwise(instants), (instants[1], instants[-1])]


def values(graph: Graph, ci: str, at: int) -> dict[str, Any]:
    return {one.name: one.value for one in show_ci_at(graph, ci, at).values}


def cone(graph: Graph, start: str, at: int) -> set[str]:
    """What the CI needed, by following what it was related to."""
    known, edge = {start}, [start]
    while edge:
        ci = edge.pop()
        around = relations(graph, ci, limit=LIMIT, direction="out", as_of=at).relationships
        found = {one.ci.id for one in around if one.ci and one.type in {verb.name for verb in IMPACT_VERBS}}
        edge += found - known
        known |= found
    return known


def named(graph: Graph, kind: Kind, start: int, end: int) -> set[str]:
    found = estate_difference(graph, kind, start, end, end, limit=LIMIT)
    assert found.counts[kind] == len(found.cis)
    assert all(start < one.at <= end for one in found.cis)
    return {one.id for one in found.cis if not BY_LABEL[one.type].value_key}


def holding(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    return {name: value for name, value in pairs if value is not None}


@given(COURSES)
@settings(WITH_A_GRAPH, max_examples=2)
def test_the_difference_of_the_estate_leads_from_one_instant_to_another(graph: Graph, course: Course) -> None:
    clear(graph)
    take_in(graph, course)
    for start, end in spans(course):
        before, after = estate(graph, start), estate(graph, end)
        appeared, retired = named(graph, "appeared", start, end), named(graph, "retired", start, end)
        assert retired <= before
        assert not appeared & before
        assert (before - retired) | appeared == after
        assert named(graph, "changed", start, end) <= before & after


@given(COURSES)
@settings(WITH_A_GRAPH, max_examples=2)
def test_the_difference_of_all_that_a_service_needs_leads_from_one_instant_to_another(
    graph: Graph, course: Course
) -> None:
    clear(graph)
    take_in(graph, course)
    callers = [one.ci.id for one in find_cis(graph, Wanted("ServiceInstance", "any", "nginx"), LIMIT, 2**53)]
    for ci in callers:
        for start, end in spans(course):
            found = {one.id: one for one in needs_difference(graph, ci, start, end, end).cis}
            before, after = cone(graph, ci, start), cone(graph, ci, end)
            assert {one for one in found if found[one].was_needed != found[one].is_needed} == before ^ after
            for one in before | after:
                old, new = values(graph, one, start), values(graph, one, end)
                differing = {changed.name: changed.new for changed in found[one].values} if one in found else {}
                assert holding((old | differing).items()) == new
