"""What would have followed at an instant: the answer given later is the one that was given then."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cmdb.errors import Invalid, NotFound
from cmdb.store.driver import Graph
from cmdb.usecases.dependencies import declare_dependency, withdraw_dependency
from cmdb.usecases.impact import assess, needed_by
from cmdb.usecases.services import change_service, declare_service, list_services
from cmdb.usecases.teams import create_team, set_responsible
from tests.support import estate
from tests.support.devices import base_mac, lldp, switch
from tests.support.hosts import START, host
from tests.support.shop import APP, BATCH, MINUTE, POSTGRES, report

pytestmark = pytest.mark.neo4j

DAY = 24 * 60 * MINUTE
HOSTS = ("web-1", "web-2", "web-3")
Act = Callable[[Graph, int], None]


def reads(number: int, services: int, calls: tuple[int, ...], graph: Graph, at: int) -> None:
    """Host `number` is read, with its first `services` services, the first of which calls these hosts."""
    running = ((f"app-{number}", "tcp 0.0.0.0:5432"), (f"batch-{number}", "tcp 0.0.0.0:9000"))[:services]
    called = tuple((f"app-{number}", f"10.0.0.{one}", 5432) for one in calls if one != number) if running else ()
    report(graph, number, at=at, services=running, calls=called)


def depends(source: str, target: str, strength: str, graph: Graph, at: int) -> None:
    if source != target:
        declare_dependency(graph, source, target, "soft" if strength == "soft" else "hard", "ann", at)


def withdraws(source: str, target: str, graph: Graph, at: int) -> None:
    try:
        withdraw_dependency(graph, source, target, at)
    except NotFound:
        return


def declares(entry: str, criticality: str, graph: Graph, at: int) -> None:
    """The service Shop enters here from now on, and matters that much."""
    if known := list_services(graph):
        changes = {"entry_points": [entry], "criticality": criticality}
        change_service(graph, known[0].id, {**changes, "entry_points": [entry]}, None, "ann", at)
    else:
        declare_service(graph, {"name": "Shop", "entry_points": [entry], "criticality": criticality}, "ann", at)


def supports(ci: str, teams: list[str], graph: Graph, at: int) -> None:
    set_responsible(graph, ci, "support", teams, "ann", at)


ON = st.sampled_from(HOSTS)
ACTS = st.lists(
    st.one_of(
        st.builds(partial, st.just(reads), st.integers(1, 3), st.integers(0, 2),
                  st.lists(st.integers(1, 3), unique=True, max_size=2).map(tuple)),
        st.builds(partial, st.just(depends), ON, ON, st.sampled_from(["hard", "soft"])),
        st.builds(partial, st.just(withdraws), ON, ON),
        st.builds(partial, st.just(declares), ON, st.sampled_from(["low", "critical"])),
        st.builds(partial, st.just(supports), ON, st.sampled_from([["Sales"], ["Databases"], []])),
    ),
    min_size=4, max_size=7,
)  # fmt: skip


def told(graph: Graph, now: int, as_of: int | None) -> list[object]:
    """What each host's failure reaches and what each needs, in values that compare."""
    found: list[object] = []
    for name in HOSTS:
        impact = assess(graph, {name: "down"}, now, as_of=as_of)
        found.append({one.ci.id: (one.state, one.at_risk, one.distance) for one in impact.reached})
        found.append({one.ci.id: (one.criticality, one.teams) for one in impact.services})
        found.append({one.id: one.ci_count for one in impact.teams})
        found.append({one.ci.id: one.because for one in impact.spared})
        needs = needed_by(graph, [name], now, as_of=as_of)
        found.append({one.ci.id: (one.distance, one.is_soft, one.is_redundant) for one in needs.needed})
    return found


@given(ACTS)
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_impact_and_needs_asked_of_an_instant_are_those_that_were_told_then(graph: Graph, acts: list[Act]) -> None:
    graph.tell("MATCH (n) WHERE NOT n:Migration DETACH DELETE n")
    for number in (1, 2, 3):
        reads(number, 1, (), graph, START)
    create_team(graph, "Sales", "ann", START)
    create_team(graph, "Databases", "ann", START)
    then = {START: told(graph, START, None)}
    for number, act in enumerate(acts, 1):
        at = START + number * 2 * MINUTE
        act(graph, at)
        then[at] = told(graph, at, None)
    for at, known in then.items():
        assert told(graph, START + DAY, at) == known


def test_a_call_that_has_ended_counts_until_thirty_days_after_it_was_last_seen(graph: Graph) -> None:
    report(graph, 1, services=POSTGRES)
    report(graph, 2, services=APP, calls=(("app", "10.0.0.1", 5432),))
    report(graph, 2, at=START + 40 * DAY, services=BATCH)
    now = START + 41 * DAY

    def states(at: int) -> dict[str, str]:
        return {one.ci.name: one.state for one in assess(graph, {"postgres": "down"}, now, as_of=at).reached}

    assert states(START + 29 * DAY) == {"postgres on web-1": "down", "app on web-2": "down"}
    assert states(START + 31 * DAY) == {"postgres on web-1": "down"}


def test_a_service_that_was_recognised_later_counts_as_it_did_before(graph: Graph) -> None:
    report(graph, 1, services=POSTGRES)
    report(graph, 2, services=APP, calls=(("app", "10.0.0.1", 5432),))
    document = host(1, at=START + 2 * MINUTE, services=POSTGRES)
    for item in document["items"]:
        if item["type"] == "ServiceInstance":
            item["attributes"] |= {"product": "rsyslog", "product_category": "logging"}
    estate.send(graph, document)

    def state(as_of: int | None) -> str:
        found = assess(graph, {"postgres": "down"}, START + 3 * MINUTE, as_of=as_of)
        return next(one.state for one in found.reached if one.ci.name == "app on web-2")

    assert (state(START + MINUTE), state(None)) == ("down", "degraded")


def test_a_virtual_address_has_the_members_that_it_had_then(graph: Graph) -> None:
    for number, at in ((1, START), (2, START), (1, START + MINUTE), (2, START + MINUTE)):
        document = host(number, at=at, services=POSTGRES)
        if at > START:
            document["items"].append(
                {"key": "addr:10.0.0.50", "type": "IPAddress", "in": "if:eth0", "attributes": {"address": "10.0.0.50"}}
            )
        estate.send(graph, document)
    report(graph, 3, at=START + 2 * MINUTE, services=APP, calls=(("app", "10.0.0.50", 5432),))
    shared = START + 3 * MINUTE
    report(graph, 2, at=START + 4 * MINUTE, services=POSTGRES)

    def state(as_of: int | None) -> tuple[str, bool]:
        found = assess(graph, {"web-1": "down"}, START + 5 * MINUTE, as_of=as_of)
        return next((one.state, one.at_risk) for one in found.reached if one.ci.name == "app on web-3")

    assert state(shared) == ("up", True)
    assert state(None) == ("down", False)


def test_the_network_is_that_of_the_instant(graph: Graph) -> None:
    collector = {"address": "10.9.9.9", "mac_address": "00:16:3e:00:09:09"}
    uplink = {1: lldp(base_mac(2), "Gi0/1")}
    learnt = {4: (collector["mac_address"],)}
    estate.send_all(
        graph,
        [
            switch(1, observed_from=collector, neighbours=uplink, learnt=learnt | {2: ("00:16:3e:00:00:03",)}),
            switch(2, neighbours={1: lldp(base_mac(1), "Gi0/1")}, learnt={2: ("00:16:3e:00:00:01",)}),
            host(1, services=POSTGRES),
            host(3, services=APP, calls=(("app", "10.0.0.1", 5432),)),
        ],
    )
    before = {one.ci.id for one in assess(graph, {"sw-2": "down"}, START + MINUTE).reached}
    # The cable between the two is pulled: what is behind the second is no longer reached through it.
    later = START + 10 * MINUTE
    estate.send(graph, switch(1, at=later, observed_from=collector, learnt=learnt))
    estate.send(graph, switch(2, at=later, learnt={2: ("00:16:3e:00:00:01",)}))
    now = later + MINUTE
    assert {one.ci.id for one in assess(graph, {"sw-2": "down"}, now, as_of=START + MINUTE).reached} == before
    assert {one.ci.id for one in assess(graph, {"sw-2": "down"}, now).reached} != before


def test_who_was_not_there_yet_is_told_and_what_lies_ahead_is_refused(graph: Graph) -> None:
    report(graph, 1, at=START + MINUTE, services=POSTGRES)
    found = assess(graph, {"web-1": "down"}, START + 2 * MINUTE, as_of=START)
    assert [one.ci.name for one in found.reached] == ["web-1"]
    assert "web-1 was not known yet at that instant." in found.assumptions
    with pytest.raises(Invalid, match="ahead"):
        assess(graph, {"web-1": "down"}, START, as_of=START + 1)
