"""As of any instant it is as if only the readings up to it had been made, and today's machines had been known."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from cmdb.store.driver import Graph
from tests.support.courses import COURSES, READINGS, WITH_A_GRAPH, Course, check, clear, decide, instants_of, take_in
from tests.support.estate import send
from tests.support.ledger import Ledger
from tests.support.readings import Reading

pytestmark = pytest.mark.neo4j


@given(READINGS)
@settings(WITH_A_GRAPH, max_examples=5)
def test_any_instant_is_told_as_if_nothing_later_had_been_read(graph: Graph, readings: list[Reading]) -> None:
    clear(graph)
    for reading in readings:
        send(graph, reading.document(reading.at), reading.at)
    check(graph, Ledger(readings), instants_of(readings))


@given(COURSES)
@settings(WITH_A_GRAPH, max_examples=5)
def test_so_it_is_however_the_documents_came_and_whatever_people_say_of_them(graph: Graph, course: Course) -> None:
    clear(graph)
    manual, now = take_in(graph, course)
    ledger = Ledger(course.arrivals)
    instants = [*instants_of(course.readings), *(one.start for one in manual)]
    check(graph, ledger, instants, manual)
    if course.decided != "nothing" and decide(graph, course.decided, now + 1):
        check(graph, ledger, instants, manual)
