"""Three days of a small made-up estate in the graph: every edit that nobody approved is found, and nothing else is."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest

from cmdb.practices.drift import UNSETTLED
from cmdb.store.driver import Graph
from cmdb.usecases.change_steps import decide_change, submit_change
from cmdb.usecases.changes import draft_change
from cmdb.usecases.drift_findings import Finding, Wanted, list_findings, read_finding
from cmdb.usecases.drift_watch import watch_drift
from cmdb.usecases.events import Wanted as WantedEvents
from cmdb.usecases.events import read_stream
from tests.support.estate import send
from tests.support.simulated_machine import Host
from tests.support.simulation import DAY, EVERY, HOUR, START

pytestmark = pytest.mark.neo4j
HOSTS = 14
PATCHED, FAILING, LEASED, REIMAGED = (1, 2, 3), 5, 7, 4
EDITED = (6, 8, 9, 10, 11, 12, 13, 14)
UNREAD = {(9, START + DAY + 2 * EVERY), (13, START + 2 * DAY + EVERY)}
"""Readings of a host at which its packages could not be read."""

Done = Counter[tuple[str, str, str]]
"""Machine, attribute, and what it led to."""


def approve_patches(graph: Graph) -> None:
    """Approve a night of patches of some hosts, in the hour before midnight of the first day."""
    start_at = START + DAY - HOUR
    change = draft_change(
        graph,
        {"title": "Patch night", "cis": {f"host-{number}": "degraded" for number in PATCHED},
         "planned_start_at": start_at, "planned_end_at": start_at + HOUR, "backout_plan": "Go back to the snapshot"},
        "ann", START,
    )  # fmt: skip
    submit_change(graph, change.id, None, "ann", START)
    decide_change(graph, change.id, approve=True, by="bob", now=START)


def happen(hosts: dict[int, Host], at: int) -> Done:
    """What happens between a round of readings and the one at this instant; what of it nobody approved."""
    done: Done = Counter()
    if at == START + DAY:
        for number in PATCHED:
            hosts[number].upgrade(["openssl", "nginx"], 3)
    if at == START + DAY + EVERY:
        hosts[FAILING].crash("app-worker")
        for place, number in enumerate(EDITED):
            _, _, attribute, new, act = hosts[number].edits()[place]
            act()
            done[f"host-{number}", attribute, repr(new[-1:] if attribute == "address" else new)] += 1
    if at == START + DAY + 2 * EVERY:
        hosts[FAILING].recover()
        for number in EDITED[:3]:
            _, attribute, new, act = hosts[number].rollout()
            act()
            done[f"host-{number}", attribute, repr(new)] += 1
    if at == START + 2 * DAY:
        hosts[REIMAGED].reinstall()
    if at == START + 2 * DAY + 2 * EVERY:
        for host in hosts.values():
            host.bring_agent_up()
    if at > START + EVERY:
        hosts[LEASED].move_lease()
    return done


def reading(host: Host, at: int) -> dict[str, Any]:
    document = host.document(at)
    if (host.number, at) in UNREAD:
        document["items"] = [one for one in document["items"] if one["type"] != "SoftwareRelease"]
        document["sections"]["packages"] = "not_read"
    return document


def told(found: Iterable[Finding]) -> Done:
    return Counter(
        ((one.place or one.ci).title if one.place is None or one.place.title.startswith("host") else "?",
         finding.attribute, repr(one.new))
        for finding in found
        for one in finding.revisions
    )  # fmt: skip


def test_three_days_of_a_small_estate_lead_to_exactly_the_edits(graph: Graph) -> None:
    dice = random.Random(5)
    hosts = {number: Host.made(number, dice) for number in range(1, HOSTS + 1)}
    done: Done = Counter()
    for at in range(START + EVERY, START + 3 * DAY + 1, EVERY):
        done += happen(hosts, at)
        for number, host in hosts.items():
            send(graph, reading(host, at + number * 1_000))
        if at == START + EVERY:
            approve_patches(graph)
        watch_drift(graph, at + HOUR)
    findings = [read_finding(graph, one.id) for one in list_findings(graph, Wanted(), limit=500)]
    open_ones = [one for one in findings if one.state in UNSETTLED]
    assert told(open_ones) == done
    assert {one.state for one in findings} == {"open", "noise"}
    settled = {(one.ci_type, one.attribute) for one in findings if one.state == "noise"}
    assert settled == {("NetworkInterface", "address"), ("ServiceInstance", "presence")}
    (rollout,) = (one for one in open_ones if one.attribute == "user" and one.revisions[0].new == "nobody")
    assert rollout.ci_count == 3
    events = read_stream(graph, None, 500, WantedEvents(kinds=("drift",))).events
    assert {one.other for one in events} == {one.id for one in findings}
    assert len(events) == len(findings)
