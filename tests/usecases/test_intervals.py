"""In which interval things began and ended, and why: what stands in the graph after documents as they come in."""

from __future__ import annotations

from typing import Any

import pytest

from cmdb.store.driver import Graph
from cmdb.usecases.as_of import show_ci_at
from cmdb.usecases.decisions import Said, make_decision, undo_decision
from cmdb.usecases.dependencies import declare_dependency, withdraw_dependency
from cmdb.usecases.past import past_of
from cmdb.usecases.show import standing_of
from tests.support.devices import base_mac, lldp, switch
from tests.support.estate import ci_of, send
from tests.support.hosts import START, host

pytestmark = pytest.mark.neo4j
HOUR = 3_600_000
PLAIN = {"valid_from", "scope"}


def read(hour: float, number: int = 1, version: str = "1", **asked: Any) -> dict[str, Any]:
    document = host(number, at=START + int(hour * HOUR), **({"packages": 1} | asked))
    document["source"]["version"] = version
    return document


def by_login(document: dict[str, Any]) -> dict[str, Any]:
    """What a login without an agent reads of the same host."""
    document["source"] = {"kind": "ssh", "name": "cmdb-collect", "version": "1", "instance": "site-a"}
    document["scope"]["key"] = "10.0.0.1:22"
    document["document_id"] += "-ssh"
    document["items"][0]["identifiers"].pop("agent_id")
    return document


def carried(graph: Graph, verb: str, end: str | None = None) -> list[dict[str, Any]]:
    """What the relationships of a verb carry, by when they began; `end`: only those to what is called so."""
    found = graph.ask(
        "MATCH ()-[r]->(x) WHERE type(r) = $verb AND coalesce(x.title = $end, true) "
        "RETURN properties(r) AS carried ORDER BY r.valid_from",
        verb=verb, end=end,
    )  # fmt: skip
    return [one["carried"] for one in found]


def claims(graph: Graph, attribute: str) -> list[tuple[Any, ...]]:
    """Values that an attribute had: (value, changed after, until, cause), hours after START."""
    found = graph.ask(
        "MATCH (c:Claim {attribute: $attribute}) RETURN c.value AS value, (c.changed_after - $start) / $hour AS after, "
        "(c.valid_to - $start) / $hour AS until, c.cause AS cause ORDER BY until",
        attribute=attribute, start=START, hour=HOUR,
    )  # fmt: skip
    return [(one["value"], one["after"], one["until"], one["cause"]) for one in found]


def test_the_first_document_of_a_host_writes_nothing_but_since_when_and_by_whom(graph: Graph) -> None:
    send(graph, read(0, calls=(("nginx", "10.0.0.9", 80),)))
    for verb in ("HAS_INSTALLED", "RUNS_ON", "PART_OF", "HAS_ADDRESS", "STORED_ON"):
        assert {frozenset(one) for one in carried(graph, verb)} == {frozenset(PLAIN)}
    assert [set(one) for one in carried(graph, "USES")] == [PLAIN | {"last_seen_at", "samples"}]


def test_an_installation_at_22_00_that_is_read_at_06_00_happened_between_the_readings(graph: Graph) -> None:
    send(graph, read(-2, packages=1))
    send(graph, read(6, packages=2))
    send(graph, read(24, packages=1))
    ((begun,), (ended,)) = (carried(graph, verb, end) for verb, end in (
        ("HAS_INSTALLED", "p0 1"), ("WAS_HAS_INSTALLED", "p1 1")
    ))  # fmt: skip
    assert set(begun) == PLAIN
    assert (ended["began_after"], ended["valid_from"]) == (START - 2 * HOUR, START + 6 * HOUR)
    assert (ended["ended_after"], ended["valid_to"]) == (START + 6 * HOUR, START + 24 * HOUR)
    assert ended.keys().isdisjoint({"began_cause", "ended_cause", "began_recorded_at"})


def test_documents_that_say_nothing_new_move_the_instant_after_which_something_happened(graph: Graph) -> None:
    for hour in range(4):
        send(graph, read(hour))
    send(graph, read(4, packages=2, name="renamed"))
    assert claims(graph, "name") == [("web-1", 3, 4, "world")]
    assert [one["began_after"] for one in carried(graph, "HAS_INSTALLED", "p1 1")] == [START + 3 * HOUR]


def test_a_partial_run_ends_nothing_and_moves_nothing(graph: Graph) -> None:
    send(graph, read(0, packages=2))
    half = {"packages": "partial", "services": "not_read", "identity": "not_read"}
    send(graph, read(1, packages=0, services=(), sections=half))
    send(graph, read(2, packages=0, services=(), sections=half))
    assert [carried(graph, verb) for verb in ("WAS_HAS_INSTALLED", "WAS_RUNS_ON")] == [[], []]
    send(graph, read(3, packages=1, name="renamed"))
    assert claims(graph, "name") == [("web-1", 0, 3, "world")]
    assert [one["ended_after"] for one in carried(graph, "WAS_HAS_INSTALLED")] == [START]


def test_what_the_first_whole_reading_adds_to_partial_ones_has_no_known_beginning(graph: Graph) -> None:
    send(graph, read(0, sections={"packages": "partial"}))
    send(graph, read(1, packages=2))
    send(graph, read(2, packages=3))
    after = [one.get("began_after") for one in carried(graph, "HAS_INSTALLED")]
    assert after == [None, None, START + HOUR]


def test_a_new_version_that_words_values_anew_is_the_observer_also_where_it_reads_them_later(graph: Graph) -> None:
    def used_by(user: str, document: dict[str, Any]) -> dict[str, Any]:
        for item in document["items"]:
            if item["type"] == "ServiceInstance":
                item["attributes"]["user"] = user
        return document

    nginx = (("nginx", "tcp 0.0.0.0:80"),)
    send(graph, used_by("app", read(0, services=nginx)))
    send(graph, read(1, version="2", services=(), sections={"services": "not_read"}))
    send(graph, used_by("APP", read(2, version="2", services=(*nginx, ("redis", "tcp 0.0.0.0:6379")))))
    send(graph, used_by("root", read(3, version="2", services=nginx)))
    assert claims(graph, "user") == [
        ("app", 0, 2, "observer"), ("APP", 2, 3, "world"), ("APP", 2, 3, "ended"),
    ]  # fmt: skip
    (redis,) = carried(graph, "WAS_RUNS_ON")
    assert (redis["began_cause"], redis["began_after"], redis["ended_after"]) == ("observer", START, START + 2 * HOUR)
    assert "ended_cause" not in redis


def test_what_a_late_document_brings_says_when_it_was_learnt(graph: Graph) -> None:
    late = read(0)
    late["age_ms"] = 5 * HOUR
    send(graph, late, received_at=START + 5 * HOUR)
    send(graph, read(6, packages=2), received_at=START + 6 * HOUR + 1)
    first, second = carried(graph, "HAS_INSTALLED")
    assert (first["valid_from"], first["began_recorded_at"]) == (START, START + 5 * HOUR)
    assert "began_recorded_at" not in second


def test_a_clock_at_1970_puts_no_interval_there(graph: Graph) -> None:
    for hour, packages in ((0, 1), (1, 2)):
        document = host(1, at=hour + 5, packages=packages, booted_at=1)
        send(graph, document, received_at=START + hour * HOUR)
    first, second = carried(graph, "HAS_INSTALLED")
    assert (first["valid_from"], first.get("began_after")) == (START, None)
    assert (second["valid_from"], second["began_after"]) == (START + HOUR, START)


def test_what_a_person_joins_and_parts_is_pointed_elsewhere_because_of_identity(graph: Graph) -> None:
    a, b = (ci_of(send(graph, read(number, number, packages=number))) for number in (1, 2))
    made = make_decision(graph, Said("join", cis=(str(a), str(b)), reason="one box"), "ann", START + 3 * HOUR)
    past = carried(graph, "WAS_HAS_INSTALLED")
    assert past
    assert {(one["ended_cause"], one.get("ended_after"), one["recorded_at"]) for one in past} == {
        ("identity", None, START + 3 * HOUR)
    }
    undo_decision(graph, made.decision.id, "ann", START + 4 * HOUR)
    again = [one for one in carried(graph, "HAS_INSTALLED") if "began_cause" in one]
    assert again
    assert {(one["began_cause"], one["began_recorded_at"]) for one in again} == {("identity", START + 4 * HOUR)}
    assert {one["valid_from"] for one in again} <= {START + HOUR, START + 2 * HOUR}


def test_an_agent_reconciles_away_what_a_login_had_found_and_it_did_not_see(graph: Graph) -> None:
    send(graph, by_login(read(0, packages=2)))
    send(graph, read(1, packages=1))
    (gone,) = carried(graph, "WAS_HAS_INSTALLED")
    assert (gone["ended_cause"], gone.get("ended_after"), gone["valid_to"]) == ("reconcile", None, START + HOUR)


def test_what_a_person_declares_and_withdraws_is_a_persons(graph: Graph) -> None:
    a, b = (str(ci_of(send(graph, read(0, number)))) for number in (1, 2))
    declare_dependency(graph, a, b, "hard", "ann", START + HOUR)
    assert [one["began_cause"] for one in carried(graph, "DEPENDS_ON")] == ["person"]
    withdraw_dependency(graph, a, b, START + 2 * HOUR)
    assert [one["ended_cause"] for one in carried(graph, "WAS_DEPENDS_ON")] == ["person"]


def test_a_connection_that_is_no_more_and_its_call_were_there_when_they_were_last_seen(graph: Graph) -> None:
    send(graph, read(0, 2))
    send(graph, read(1, 1, calls=(("nginx", "10.0.0.2", 5432),)))
    send(graph, read(2, 1, services=()))
    for verb in ("WAS_USES", "WAS_CALLS"):
        assert [(one["ended_after"], one["valid_to"]) for one in carried(graph, verb)] == [
            (START + HOUR, START + 2 * HOUR)
        ]


def test_the_history_of_a_ci_tells_between_which_readings_it_happened_and_why(graph: Graph) -> None:
    server = str(ci_of(send(graph, read(0))))
    send(graph, read(1, packages=2, name="renamed"))
    send(graph, read(2, version="2", name="renamed"))
    told = [
        (one.kind, one.attribute or (one.other or ("", "", ""))[2], one.changed_after, one.at, one.cause)
        for one in past_of(graph, server, 10).events
    ]
    assert told == [
        ("ended", "p1 1", START + HOUR, START + 2 * HOUR, "observer"),
        ("began", "p1 1", START, START + HOUR, "world"),
        ("value", "name", START, START + HOUR, "world"),
        ("appeared", "", None, START, None),
    ]


def test_what_is_found_to_be_one_thing_has_one_history_in_which_nothing_ends_by_that(graph: Graph) -> None:
    a, b = (str(ci_of(send(graph, read(number, number, packages=number)))) for number in (1, 2))
    send(graph, read(3, 2, packages=3))
    make_decision(graph, Said("join", cis=(a, b), reason="one box"), "ann", START + 4 * HOUR)
    events = past_of(graph, a, 50).events
    packages = [(one.kind, one.other[2], one.at) for one in events if one.other and one.other[1] == "SoftwareRelease"]
    assert ("began", "p2 1", START + 3 * HOUR) in packages
    assert len(set(packages)) == len(packages)
    assert {one.at for one in events} <= {START + n * HOUR for n in (1, 2, 3)}


def test_a_value_where_none_had_been_found_is_a_change_and_as_of_before_it_there_is_none(graph: Graph) -> None:
    server = str(ci_of(send(graph, read(0))))
    later = read(2)
    later["items"][0]["attributes"]["vendor"] = "ACME"
    send(graph, read(1))
    send(graph, later)
    assert claims(graph, "vendor") == [(None, 1, 2, "world")]
    told = [(one.attribute, one.value, one.next_value) for one in past_of(graph, server, 10).events if one.attribute]
    assert told == [("vendor", None, "ACME")]
    shown = [show_ci_at(graph, server, START + int(hour * HOUR)).values for hour in (0.5, 1.5, 2)]
    assert [[one.value for one in values if one.name == "vendor"] for values in shown] == [[], [], ["ACME"]]


def test_a_cable_began_and_ended_between_the_readings_of_the_device_that_tells_of_it(graph: Graph) -> None:
    send(graph, switch(2))
    for hour, neighbours in ((0, {}), (1, {}), (2, {1: lldp(base_mac(2), "Gi0/3")}), (3, {})):
        send(graph, switch(1, at=START + hour * HOUR, neighbours=neighbours))
    ((heard,), (cable,)) = (carried(graph, verb) for verb in ("WAS_SEES", "WAS_LINKED_TO"))
    for one in (heard, cable):
        assert (one["began_after"], one["valid_from"]) == (START + HOUR, START + 2 * HOUR)
        assert (one["ended_after"], one["valid_to"]) == (START + 2 * HOUR, START + 3 * HOUR)
        assert one.keys().isdisjoint({"began_cause", "ended_cause"})


def test_what_a_mass_ending_holds_back_was_last_seen_by_the_reading_that_had_it(graph: Graph) -> None:
    services = tuple((f"s{n}", f"tcp 0.0.0.0:{n + 1}") for n in range(12))
    send(graph, read(0, services=services))
    send(graph, read(1, services=services))
    send(graph, read(2, services=()))
    send(graph, read(3, services=()))
    service = graph.ask("MATCH (s:ServiceInstance {name: 's3'}) RETURN s.id AS id")[0]["id"]
    assert [one.last_seen_at for one in standing_of(graph, service).said] == [START + HOUR]
