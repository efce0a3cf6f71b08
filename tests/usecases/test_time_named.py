"""One history for each thing, whatever happens to documents, clocks and identities."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cmdb.model.sources import MINUTE_MS
from cmdb.store.driver import Graph
from cmdb.usecases.as_of import show_ci_at
from cmdb.usecases.decisions import Said, make_decision, undo_decision
from cmdb.usecases.inventory import Wanted, find_cis
from cmdb.usecases.relations import relations
from tests.support.courses import owners, sightings, stood
from tests.support.estate import send
from tests.support.hosts import START
from tests.support.ledger import Machine
from tests.support.readings import Reading

pytestmark = pytest.mark.neo4j
LATER, LATEST = START + 5 * MINUTE_MS, START + 10 * MINUTE_MS
BERLIN = ZoneInfo("Europe/Berlin")


def take(graph: Graph, reading: Reading, received_at: int | None = None) -> str:
    """Take it in, at the instant it was read or later; what became of it."""
    at = reading.at if received_at is None else received_at
    return send(graph, reading.document(at), at).status


def the(graph: Graph, at: int) -> Machine:
    """The only machine there was."""
    [machine] = stood(graph, at).values()
    return machine


def epoch_ms(local: str, *, fold: int = 0) -> int:
    """An instant by the clock on a wall in Berlin; the second one of that name where `fold` is 1."""
    return int(datetime.fromisoformat(local).replace(tzinfo=BERLIN, fold=fold).timestamp() * 1_000)


def test_a_document_older_than_the_newest_of_its_source_changes_no_instant(graph: Graph) -> None:
    take(graph, Reading(1, "agent", START, os_version="1", services={"nginx": "1"}))
    take(graph, Reading(1, "agent", LATEST, os_version="3", services={"nginx": "1"}))
    instants = (START, LATER, LATEST)
    before = [stood(graph, at) for at in instants]
    late = Reading(1, "agent", LATER, os_version="2", services={"nginx": "2", "redis": "1"})
    assert take(graph, late, LATEST + MINUTE_MS) == "late"
    assert [stood(graph, at) for at in instants] == before


def test_a_document_that_waited_counts_from_when_it_was_read(graph: Graph) -> None:
    take(graph, Reading(1, "agent", START, os_version="1", services={"nginx": "1"}))
    take(graph, Reading(1, "agent", LATER, os_version="2", services={}), LATEST)
    told = [(the(graph, at).values["os_version"], set(the(graph, at).things)) for at in (LATER - 1, LATER)]
    assert told == [("1", {"eth0", "nginx"}), ("2", {"eth0"})]


@pytest.mark.parametrize(
    ("evening", "morning", "hours"),
    [("2025-03-29T22:00", "2025-03-30T06:00", 7), ("2025-10-25T22:00", "2025-10-26T06:00", 9)],
)
def test_a_night_in_which_the_clocks_are_changed_is_as_long_as_it_is(
    graph: Graph, evening: str, morning: str, hours: int
) -> None:
    asleep, awake = epoch_ms(evening), epoch_ms(morning)
    assert awake - asleep == hours * 60 * MINUTE_MS
    for hour in range(hours + 1):
        take(graph, Reading(1, "agent", asleep + hour * 60 * MINUTE_MS, os_version=str(hour)))
    told = [the(graph, asleep + hour * 60 * MINUTE_MS).values["os_version"] for hour in range(hours + 1)]
    assert told == [str(hour) for hour in range(hours + 1)]


def test_the_hour_that_autumn_has_twice_is_two_hours(graph: Graph) -> None:
    first, second = (epoch_ms("2025-10-26T02:15", fold=fold) for fold in (0, 1))
    take(graph, Reading(1, "agent", first, os_version="1"))
    take(graph, Reading(1, "agent", second, os_version="2"))
    asked = [epoch_ms("2025-10-26T02:30", fold=fold) for fold in (0, 1)]
    assert asked[1] - asked[0] == second - first == 60 * MINUTE_MS
    assert [the(graph, at).values["os_version"] for at in asked] == ["1", "2"]


def test_a_reading_that_got_half_of_it_ends_nothing_at_any_instant(graph: Graph) -> None:
    whole = Reading(1, "agent", START, vendor="ACME", services={"nginx": "1", "redis": "1"}, packages=3)
    take(graph, whole)
    states = {"services": "partial", "packages": "not_read", "hardware": "not_read"}
    take(graph, replace(whole, at=LATER, vendor=None, services={"nginx": None}, packages=0, states=states))
    assert the(graph, LATER) == the(graph, START)
    take(graph, replace(whole, at=LATEST, services={"nginx": "1"}, packages=3))
    assert set(the(graph, LATEST - 1).things) - set(the(graph, LATEST).things) == {"redis"}


def test_what_goes_out_and_comes_back_in_is_one_thing_with_a_gap(graph: Graph) -> None:
    take(graph, Reading(1, "agent", START, services={"nginx": "1", "redis": "6"}, packages=2))
    take(graph, Reading(1, "agent", LATER, services={"nginx": "1"}, packages=1))
    take(graph, Reading(1, "agent", LATEST, services={"nginx": "1", "redis": "7"}, packages=2))
    [redis] = find_cis(graph, Wanted("ServiceInstance", "any", "redis"), 5, LATEST)
    told: list[tuple[str, Any]] = []
    for at in (START, LATER - 1, LATER, LATEST - 1, LATEST):
        shown = show_ci_at(graph, redis.ci.id, at)
        told.append((shown.state, {one.name: one.value for one in shown.values}.get("version")))
    assert told == [("active", "6"), ("active", "6"), ("absent", None), ("absent", None), ("active", "7")]
    assert [len(the(graph, at).packages) for at in (START, LATER, LATEST)] == [2, 1, 2]


def test_a_merge_that_is_discovered_today_shows_one_history(graph: Graph) -> None:
    take(graph, Reading(1, "ssh", START, os_version="1", is_named=False, vendor="ACME"))
    take(graph, Reading(1, "agent", LATER, os_version="2", is_named=False, is_proven=False, services={"nginx": "1"}))
    assert len(set(owners(graph).values())) == 2
    take(graph, Reading(1, "agent", LATEST, os_version="3", is_named=False, services={"nginx": "1"}))
    assert len(set(owners(graph).values())) == 1
    told = [the(graph, at) for at in (START, LATER - 1, LATER, LATEST)]
    assert [one.values["os_version"] for one in told] == ["1", "1", "2", "3"]
    assert [set(one.things) for one in told] == [{"eth0"}, {"eth0"}, {"eth0", "nginx"}, {"eth0", "nginx"}]
    assert {one.values["vendor"] for one in told} == {"ACME"}


def test_a_split_gives_each_side_its_own_past_and_undoing_it_gives_one_again(graph: Graph) -> None:
    """Also of what had ended before: values, parts and packages."""
    take(graph, Reading(1, "ssh", START, os_version="1", vendor="ACME"))
    take(graph, Reading(1, "agent", START + 1, os_version="7", services={"nginx": "1", "redis": "1"}, packages=2))
    take(graph, Reading(1, "ssh", LATER, os_version="2", vendor="Emca"))
    take(graph, Reading(1, "agent", LATER + 1, os_version="8", services={"nginx": "2"}, packages=1))
    instants = (START, START + 1, LATER, LATER + 1)
    as_one = [stood(graph, at) for at in instants]
    keys = {scope.split("|")[0]: key for scope, key in sightings(graph).items()}
    said = Said("separate", sightings=(keys["ssh"],), apart_from=(keys["agent"],), reason="another machine")
    decision = make_decision(graph, said, "someone", LATEST).decision
    of = {scope.split("|")[0]: ci for scope, ci in owners(graph).items()}
    assert of["ssh"] != of["agent"]
    then, now = stood(graph, START + 1), stood(graph, LATER + 1)
    assert set(stood(graph, START)) == {of["ssh"]}
    assert (then[of["ssh"]].values["os_version"], then[of["agent"]].values["os_version"]) == ("1", "7")
    assert (then[of["ssh"]].values["vendor"], then[of["agent"]].values.get("vendor")) == ("ACME", None)
    assert (set(then[of["ssh"]].things), set(then[of["agent"]].things)) == ({"eth0"}, {"eth0", "nginx", "redis"})
    assert (then[of["ssh"]].packages, len(then[of["agent"]].packages)) == (set(), 2)
    assert (now[of["ssh"]].values["os_version"], now[of["agent"]].values["os_version"]) == ("2", "8")
    ended = relations(graph, of["agent"], limit=50, past=True).relationships
    assert {one.ci.title for one in ended if one.ci} == {"redis", "p1 1"}
    undo_decision(graph, decision.id, "someone", LATEST + 1)
    assert [stood(graph, at) for at in instants] == as_one


def test_a_clock_at_1970_orders_nothing(graph: Graph) -> None:
    for number, at in enumerate((START, LATER, LATEST)):
        document = Reading(1, "agent", at, os_version=str(number)).document(at)
        assert send(graph, document | {"observed_at": 1_000 - number}, at).status == "accepted"
    assert stood(graph, 1_000) == {}
    assert [the(graph, at).values["os_version"] for at in (START, LATER - 1, LATER, LATEST)] == ["0", "0", "1", "2"]


def test_what_comes_back_in_without_a_value_does_not_have_its_former_one(graph: Graph) -> None:
    for at, services in ((START, {"redis": "6"}), (LATER, dict[str, str | None]()), (LATEST, {"redis": None})):
        take(graph, Reading(1, "agent", at, services=services))
    assert "version" not in the(graph, LATEST).things["redis"]
    assert find_cis(graph, Wanted("ServiceInstance", "any", None, {"version": "6"}), 5, LATEST) == []
    [redis] = find_cis(graph, Wanted("ServiceInstance", words="redis"), 5, LATEST)
    assert "version" not in redis.ci.values
