"""Drift that is kept: findings as documents come in, how they grow, and how they are settled."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from cmdb.store.driver import Graph
from cmdb.usecases.change_steps import move_change
from cmdb.usecases.changes import read_change
from cmdb.usecases.decisions import Said, make_decision
from cmdb.usecases.drift import drift_between
from cmdb.usecases.drift_findings import (
    Finding,
    Wanted,
    findings_about,
    list_findings,
    read_finding,
    reject_finding,
)
from cmdb.usecases.drift_watch import watch_drift
from cmdb.usecases.events import Wanted as WantedEvents
from cmdb.usecases.events import read_stream
from cmdb.usecases.retrospective import record_change
from tests.support.drifting import HOUR, approved, read
from tests.support.estate import ci_of, send
from tests.support.hosts import START

pytestmark = pytest.mark.neo4j
DAY = 24 * HOUR


def found(graph: Graph) -> list[Finding]:
    """Every kept finding, the oldest first."""
    return [read_finding(graph, one.id) for one in reversed(list_findings(graph, Wanted()))]


def test_an_edit_is_kept_once_with_one_event_however_often_it_is_looked_at(graph: Graph) -> None:
    send(graph, read(START, os_version="12"))
    assert watch_drift(graph, START) is None
    send(graph, read(START + HOUR, os_version="13"))
    assert watch_drift(graph, START + HOUR) == "1 opened"
    assert watch_drift(graph, START + HOUR + 60_000) is None
    (one,) = found(graph)
    assert (one.id, one.state, one.attribute) == ("DRF-000001", "open", "os_version")
    assert one.title == "os_version: 12 → 13 on web-1"
    (revision,) = one.revisions
    assert (revision.old, revision.new, revision.changed_after, revision.seen_at) == ("12", "13", START, START + HOUR)
    (event,) = read_stream(graph, None, 10, WantedEvents(kinds=("drift",))).events
    assert (event.other, event.title, event.at) == ("DRF-000001", "web-1", START + HOUR)


def test_a_22_00_change_that_a_06_00_reading_sees_is_never_a_finding(graph: Graph) -> None:
    send(graph, read(START, os_version="12"))
    approved(graph, START + 16 * HOUR, START + 17 * HOUR)
    send(graph, read(START + DAY, os_version="13"))
    assert watch_drift(graph, START + DAY) is None


def test_the_same_edit_on_one_more_host_makes_the_finding_grow(graph: Graph) -> None:
    for number in (1, 2):
        send(graph, read(START, number, os_version="12"))
    send(graph, read(START + HOUR, 1, os_version="13"))
    watch_drift(graph, START + HOUR)
    send(graph, read(START + HOUR + 1, 2, os_version="13"))
    assert watch_drift(graph, START + 2 * HOUR) == "1 grown"
    (one,) = found(graph)
    assert one.ci_count == 2
    assert [entry.kind for entry in one.entries] == ["opened", "comment"]


def test_a_change_that_is_approved_later_closes_it_and_one_that_is_cancelled_does_not(graph: Graph) -> None:
    send(graph, read(START, os_version="12"))
    send(graph, read(START + HOUR, os_version="13"))
    change = approved(graph, START, START + 2 * HOUR)
    move_change(graph, change, "cancelled", None, "ann", START, "not needed")
    assert watch_drift(graph, START + HOUR) == "1 opened"
    late = approved(graph, START, START + 2 * HOUR)
    assert watch_drift(graph, START + 2 * HOUR) == "1 settled"
    (one,) = found(graph)
    assert (one.state, one.change) == ("authorised", late)


def test_what_turns_out_to_flap_is_settled_as_noise(graph: Graph) -> None:
    for day in range(5):
        send(graph, read(START + day * DAY, default_gateways=[f"10.0.0.{1 + day % 2}"]))
        watch_drift(graph, START + day * DAY)
    states = {one.state for one in found(graph)}
    assert states == {"noise"}


def test_a_new_agent_version_that_words_values_anew_is_no_finding_also_where_it_reads_them_later(graph: Graph) -> None:
    send(graph, read(START, os_name="Debian GNU/Linux"))
    unread = read(START + HOUR, version="0.2.0", os_name=None)
    del unread["items"][0]["attributes"]["os_name"]
    unread["sections"]["operating_system"] = "not_read"
    send(graph, unread)
    send(graph, read(START + 2 * HOUR, version="0.2.0", os_name="Debian"))
    assert watch_drift(graph, START + 2 * HOUR) is None


def test_a_value_that_came_where_a_whole_reading_had_found_none_is_a_finding(graph: Graph) -> None:
    send(graph, read(START))
    send(graph, read(START + HOUR, dns_servers=["192.0.2.66"]))
    assert watch_drift(graph, START + HOUR) == "1 opened"
    assert found(graph)[0].title == "dns_servers: nothing → 192.0.2.66 on web-1"


def test_much_at_once_is_read_in_pieces_and_comes_to_the_same(graph: Graph) -> None:
    for number in range(1, 6):
        send(graph, read(START + number, number, os_version="12", dns_servers=["10.0.0.53"]))
    for number in range(1, 6):
        edited = read(START + HOUR + number, number, os_version=f"13.{number}", dns_servers=["192.0.2.66"])
        edited["items"][-3]["attributes"]["version"] = "2"
        send(graph, edited)
    watch_drift(graph, START + 2 * HOUR, batch=3)
    counts = {one.title.split(":")[0]: one.ci_count for one in found(graph)}
    assert len(found(graph)) == 7
    assert counts == {"os_version": 1, "dns_servers": 5, "package p4": 5}


def test_of_two_processes_that_look_at_once_one_writes(graph: Graph) -> None:
    send(graph, read(START, os_version="12"))
    send(graph, read(START + HOUR, os_version="13"))
    with ThreadPoolExecutor(4) as pool:
        told = [one.result() for one in [pool.submit(watch_drift, graph, START + HOUR) for _ in range(4)]]
    assert told.count("1 opened") == 1
    assert set(told) == {"1 opened", None}
    assert len(found(graph)) == 1


def test_a_finding_follows_a_machine_that_turns_out_to_be_another_and_the_merge_itself_is_none(graph: Graph) -> None:
    first, second = (str(ci_of(send(graph, read(START, number, os_version="12")))) for number in (1, 2))
    send(graph, read(START + HOUR, 2, os_version="13"))
    assert watch_drift(graph, START + HOUR) == "1 opened"
    make_decision(graph, Said("join", cis=(first, second), reason="One box."), "ann", START + 2 * HOUR)
    assert watch_drift(graph, START + 2 * HOUR) is None
    (one,) = found(graph)
    present = one.revisions[0].ci.id
    assert present in (first, second)
    assert [about.id for about in findings_about(graph, present)] == ["DRF-000001"]
    reject_finding(graph, "DRF-000001", "put it back", None, "ann", START + 2 * HOUR)
    send(graph, read(START + 3 * HOUR, 2, os_version="12"))
    assert watch_drift(graph, START + 3 * HOUR) == "1 settled"
    assert found(graph)[0].state == "reverted"


def test_a_change_recorded_for_a_machine_that_was_not_read_for_long_has_a_window_that_a_change_may_have(
    graph: Graph,
) -> None:
    send(graph, read(START, os_version="12"))
    send(graph, read(START + 120 * DAY, os_version="13"))
    watch_drift(graph, START + 120 * DAY)
    done = record_change(graph, "DRF-000001", "nobody knows when", None, "bob", START + 121 * DAY)
    change = read_change(graph, str(done.change))
    assert (change.planned_start_at, change.planned_end_at) == (START + 30 * DAY, START + 120 * DAY)
    assert [one.ci_id for one in change.cis] == [one.ci.id for one in done.revisions]
    judged = drift_between(graph, START + 119 * DAY, START + 121 * DAY, START + 121 * DAY).drift
    assert [one.change for one in judged.judged("authorised")] == [done.change]
