"""A device that takes the place of another, on the real engine: what people said of the place follows it."""

from __future__ import annotations

from typing import Any

import pytest

from cmdb.store.driver import Graph
from cmdb.usecases.dependencies import declare_dependency, withdraw_dependency
from cmdb.usecases.incidents import change_incident, open_incident, read_incident
from cmdb.usecases.services import declare_service
from cmdb.usecases.teams import create_team, set_responsible
from tests.support.estate import ci_of, picture, relations, send
from tests.support.hosts import START, host

pytestmark = pytest.mark.neo4j
MINUTE = 60_000
HOUR = 60 * MINUTE


def box(serial: int, minutes: int, target: str = "sw1", **more: Any) -> dict[str, Any]:
    """What the collector reads at a target of the device with this serial number, always as `core` at 10.0.0.1."""
    document = host(
        serial, agent=target, agent_id=None, machine_id=None, at=START + minutes * MINUTE, services=(), packages=0,
        system_serial=f"SN{serial:06}", permanent_macs=[f"00:16:3e:00:00:{serial:02x}"],
        **{"name": "core", "address": "10.0.0.1"} | more,
    )  # fmt: skip
    document["source"] |= {"kind": "snmp", "name": "cmdb-collect", "instance": "collector"}
    document["scope"] = {"kind": "target", "key": target, "domain": "default"}
    document["items"][0]["attributes"]["vendor"] = "Acme"
    del document["boot_id"]
    return document


def replaced(graph: Graph) -> list[tuple[str, str]]:
    found = graph.ask("MATCH (n:CI)-[r:REPLACES]->(o:CI) WHERE r.proposed RETURN n.id AS new, o.id AS old")
    return [(one["new"], one["old"]) for one in found]


def around(graph: Graph, ci: str | None) -> dict[tuple[str, str], str | None]:
    """What people attached to a CI: (verb, title or id at the other end) → whom it was inherited from."""
    found = graph.ask(
        "MATCH (n:CI {id: $id})-[r]-(x) WHERE r.scope = 'person' OR type(r) CONTAINS 'AFFECTS' "
        "RETURN type(r) AS verb, coalesce(x.title, x.id) AS other, r.inherited_from AS former",
        id=ci,
    )
    return {(one["verb"], one["other"]): one["former"] for one in found}


@pytest.fixture
def place(graph: Graph) -> tuple[Graph, str]:
    """A device with everything that people attach to one."""
    old = ci_of(send(graph, box(1, 0)))
    assert old is not None
    send(graph, host(7))
    create_team(graph, "Networks", "ann", START)
    set_responsible(graph, old, "owner", ["Networks"], "ann", START)
    set_responsible(graph, old, "support", ["Networks"], "ann", START)
    declare_dependency(graph, "web-7", old, "hard", "ann", START)
    declare_service(graph, {"name": "Office", "entry_points": [old]}, "ann", START)
    return graph, old


def test_a_device_under_the_same_name_and_address_replaces_the_old_one_and_inherits_what_people_declared(
    place: tuple[Graph, str],
) -> None:
    graph, old = place
    incident = open_incident(graph, {"cis": {old: "down"}, "title": "core is dead"}, "ann", START + MINUTE)
    solved = open_incident(graph, {"cis": {old: "degraded"}, "title": "core was slow"}, "ann", START + MINUTE)
    change_incident(graph, solved.id, {"state": "resolved", "resolution": "rebooted"}, None, "ann", START + MINUTE)
    new = ci_of(send(graph, box(2, 60)))
    assert new is not None
    assert replaced(graph) == [(new, old)]
    assert around(graph, new) == {
        ("OWNED_BY", "Networks"): old,
        ("SUPPORTED_BY", "Networks"): old,
        ("DEPENDS_ON", "web-7"): old,
        ("PROVIDED_BY", "Office"): old,
        ("AFFECTS", "core is dead"): old,
    }
    assert {verb for verb, _ in around(graph, old)} == {
        "WAS_OWNED_BY", "WAS_SUPPORTED_BY", "WAS_DEPENDS_ON", "WAS_PROVIDED_BY", "WAS_AFFECTS", "AFFECTS",
    }  # fmt: skip
    assert [one.ci_id for one in read_incident(graph, incident.id).links if one.role == "source"] == [new]
    assert [one.ci_id for one in read_incident(graph, solved.id).links if one.role == "source"] == [old]


def test_a_device_that_comes_back_was_not_replaced_and_gets_everything_back(place: tuple[Graph, str]) -> None:
    graph, old = place
    open_incident(graph, {"cis": {old: "down"}, "title": "core is dead"}, "ann", START + MINUTE)
    before = around(graph, old)
    new = ci_of(send(graph, box(2, 60)))
    withdraw_dependency(graph, "web-7", str(new), START + 61 * MINUTE)
    # It says what it said before, word by word.
    assert ci_of(send(graph, box(1, 120))) == old
    assert replaced(graph) == []
    assert relations(graph, "WAS_REPLACES") == [("core", "core")]
    current = {key: former for key, former in around(graph, old).items() if not key[0].startswith("WAS_")}
    # What a person ended in between stays ended.
    assert current == {key: former for key, former in before.items() if key[0] != "DEPENDS_ON"}
    assert all(verb.startswith("WAS_") for verb, _ in around(graph, new))


def test_three_devices_in_turn_hand_on_what_the_first_one_had(place: tuple[Graph, str]) -> None:
    graph, old = place
    second = ci_of(send(graph, box(2, 60)))
    third = ci_of(send(graph, box(3, 120)))
    assert set(replaced(graph)) == {(second, old), (third, second)}
    assert around(graph, third)["OWNED_BY", "Networks"] == second
    assert {verb for verb, _ in around(graph, second)} == {verb for verb, _ in around(graph, old)}


def test_what_another_source_still_sees_was_not_replaced(place: tuple[Graph, str]) -> None:
    graph, old = place
    send(graph, box(1, 1, target="other"))
    send(graph, box(1, 90, target="other", name="moved", address="10.0.0.9"))
    new = ci_of(send(graph, box(2, 60)))
    assert new != old
    assert replaced(graph) == []
    assert around(graph, old)["OWNED_BY", "Networks"] is None


def test_a_device_that_another_source_sees_again_was_moved_and_not_replaced(place: tuple[Graph, str]) -> None:
    graph, old = place
    before = around(graph, old)
    send(graph, box(1, 1, target="other"))
    send(graph, box(2, 60))
    assert len(replaced(graph)) == 1
    assert ci_of(send(graph, box(1, 90, target="other"))) == old
    assert replaced(graph) == []
    assert {key: former for key, former in around(graph, old).items() if not key[0].startswith("WAS_")} == before


def test_another_device_at_the_address_with_another_name_replaces_nothing(place: tuple[Graph, str]) -> None:
    graph, old = place
    assert ci_of(send(graph, box(2, 60, name="edge"))) != old
    assert replaced(graph) == []


def test_two_devices_that_take_turns_behind_one_virtual_address_replace_each_other_never(graph: Graph) -> None:
    one = ci_of(send(graph, box(1, 0, target="a", address="10.0.0.2")))
    two = ci_of(send(graph, box(2, 0, target="b", address="10.0.0.3")))
    for minutes, serial in ((1, 1), (10, 2), (20, 1), (30, 2)):
        assert ci_of(send(graph, box(serial, minutes, target="virtual"))) == (one if serial == 1 else two)
    assert one != two
    assert replaced(graph) == []


def test_the_same_documents_once_more_change_nothing(place: tuple[Graph, str]) -> None:
    graph, _ = place
    send(graph, box(2, 60))
    before = picture(graph)
    send(graph, box(2, 120))
    after = picture(graph)
    assert before["nodes"].keys() == after["nodes"].keys()
    assert before["edges"] == after["edges"]
