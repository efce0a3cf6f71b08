"""Values that people set: what they win over, how they end, and what a merge and a split make of them."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from cmdb.errors import Conflict, Invalid, NotFound
from cmdb.model.sources import MINUTE_MS
from cmdb.model.vocabulary import Value
from cmdb.observation.document import decode
from cmdb.store.driver import Graph
from cmdb.usecases.decisions import Said, make_decision, undo_decision
from cmdb.usecases.declaring import Stale
from cmdb.usecases.inventory import Wanted, find_cis
from cmdb.usecases.manual_values import ManualValues, list_manual_values, set_manual_value, withdraw_manual_value
from cmdb.usecases.observe import observe
from cmdb.usecases.past import past_of
from cmdb.usecases.provenance import ValueOrigin
from cmdb.usecases.services import declare_service
from cmdb.usecases.show import show_ci
from tests.support.hosts import START, encoded, host

pytestmark = pytest.mark.neo4j
HOUR = 60 * MINUTE_MS
LATER = START + HOUR


def tell(graph: Graph, document: dict[str, Any], at: int = START) -> None:
    observe(graph, decode(encoded(document)), at)


def the(graph: Graph, label: str = "Server", **attributes: str) -> str:
    (found,) = find_cis(graph, Wanted(type=label, attributes=attributes), 2, LATER + 9 * HOUR)
    return found.ci.id


def put(graph: Graph, ci_id: str, attribute: str, value: Value, **more: Any) -> ManualValues:
    said = {"reason": "the label says so", "expires_at": None, "by": "alice", "now": LATER} | more
    return set_manual_value(graph, ci_id, attribute, value, **said)


def origin(graph: Graph, ci_id: str, attribute: str, now: int = LATER) -> ValueOrigin:
    return next(one for one in show_ci(graph, ci_id, now).values if one.name == attribute)


def stored(graph: Graph, ci_id: str, attribute: str) -> Value | None:
    return graph.ask("MATCH (n:CI {id: $id}) RETURN n[$name] AS value", id=ci_id, name=attribute)[0]["value"]


def everything(graph: Graph) -> list[Any]:
    """All CIs with their values."""
    return [one["ci"] for one in graph.ask("MATCH (n:CI) RETURN n {.*} AS ci ORDER BY n.id")]


def test_a_value_that_a_person_set_wins_and_withdrawing_it_brings_back_what_was_there(graph: Graph) -> None:
    tell(graph, host(1))
    server, before = the(graph), everything(graph)
    put(graph, server, "memory_bytes", 1 << 34)
    put(graph, server, "vendor", "ACME")
    found = origin(graph, server, "memory_bytes")
    assert found.source is not None
    assert (found.value, found.ground, found.source.by) == (1 << 34, "manual", "alice")
    assert found.why == "set by alice: the label says so"
    assert [(one.value, one.source_kind) for one in found.others] == [(1 << 30, "agent")]
    assert stored(graph, server, "memory_bytes") == 1 << 34
    assert stored(graph, server, "vendor") == "ACME"
    withdraw_manual_value(graph, server, "memory_bytes", "bob", LATER + 1)
    withdraw_manual_value(graph, server, "vendor", "bob", LATER + 1)
    assert everything(graph) == before
    states = [
        (one.value.attribute, one.state, one.value.ended_by) for one in list_manual_values(graph, server, LATER).values
    ]
    assert sorted(states) == [("memory_bytes", "withdrawn", "bob"), ("vendor", "withdrawn", "bob")]


def test_documents_that_come_later_do_not_change_it(graph: Graph) -> None:
    tell(graph, host(1))
    server = the(graph)
    put(graph, server, "memory_bytes", 5, now=START + 1)
    document = host(1, at=LATER)
    document["items"][0]["attributes"]["memory_bytes"] = 2 << 30
    tell(graph, document, LATER)
    found = origin(graph, server, "memory_bytes")
    assert (stored(graph, server, "memory_bytes"), found.value) == (5, 5)
    assert [one.value for one in found.others] == [2 << 30]
    changes = [one for one in past_of(graph, server, 50).events if one.attribute == "memory_bytes"]
    assert [(one.value, one.next_value, one.cause) for one in changes] == [(1 << 30, 5, "person")]


def test_the_title_follows_a_name_that_a_person_set(graph: Graph) -> None:
    tell(graph, host(1))
    server = the(graph)
    put(graph, server, "name", "Shop-Front")
    assert show_ci(graph, server, LATER).title == "shop-front"
    assert the(graph, name="shop-front") == server


def test_an_expired_value_stops_to_count_when_it_is_read_and_the_next_document_ends_it(graph: Graph) -> None:
    tell(graph, host(1))
    server = the(graph)
    put(graph, server, "memory_bytes", 5, expires_at=LATER + HOUR)
    assert origin(graph, server, "memory_bytes", LATER + HOUR - 1).value == 5
    read = origin(graph, server, "memory_bytes", LATER + HOUR)
    assert (read.value, read.ground) == (1 << 30, "alone")
    assert [one.state for one in list_manual_values(graph, server, LATER + HOUR).values] == ["expired"]
    tell(graph, host(1, at=LATER + 2 * HOUR), LATER + 2 * HOUR)  # it says nothing new
    assert stored(graph, server, "memory_bytes") == 1 << 30
    changes = [one for one in past_of(graph, server, 50).events if one.attribute == "memory_bytes"]
    assert [(one.at, one.value, one.next_value) for one in changes] == [
        (LATER + HOUR, 5, 1 << 30), (LATER, 1 << 30, 5)
    ]  # fmt: skip


def test_setting_another_value_replaces_it_and_the_same_again_changes_nothing(graph: Graph) -> None:
    tell(graph, host(1))
    server = the(graph)
    first = put(graph, server, "memory_bytes", 5)
    assert put(graph, server, "memory_bytes", 5, now=LATER + 1) == first
    second = put(graph, server, "memory_bytes", 6, now=LATER + 2, by="bob")
    assert [(one.value.value, one.state) for one in second.values] == [(6, "in_force"), (5, "replaced")]
    assert second.revision > first.revision
    changes = [one for one in past_of(graph, server, 50).events if one.attribute == "memory_bytes"]
    assert [(one.value, one.next_value) for one in changes] == [(5, 6), (1 << 30, 5)]


def test_an_outdated_version_is_refused(graph: Graph) -> None:
    tell(graph, host(1))
    server = the(graph)
    read = list_manual_values(graph, server, LATER).revision
    put(graph, server, "memory_bytes", 5, revision=read)
    with pytest.raises(Stale):
        put(graph, server, "memory_bytes", 6, revision=read)
    with pytest.raises(Stale):
        withdraw_manual_value(graph, server, "memory_bytes", "bob", LATER, read)
    assert stored(graph, server, "memory_bytes") == 5


def test_a_part_of_a_machine_keeps_its_value_through_a_rename(graph: Graph) -> None:
    tell(graph, host(1))
    nginx = the(graph, "ServiceInstance", name="nginx")
    put(graph, nginx, "version", "1.24.0")
    document = host(1, at=LATER, services=(("web", "tcp 0.0.0.0:80"), ("postgres", "tcp 0.0.0.0:5432")))
    tell(graph, document, LATER)
    assert the(graph, "ServiceInstance", name="web") == nginx
    assert stored(graph, nginx, "version") == "1.24.0"


@pytest.mark.parametrize(
    ("attribute", "value", "field"),
    [
        ("memory_bytes", "much", "value"),
        ("memory_bytes", True, "value"),
        ("memory_bytes", 2**63, "value"),
        ("vendor", "To be filled by O.E.M.", "value"),
        ("vendor", "x" * 10_001, "value"),
        ("dns_servers", "10.0.0.1", "value"),
        ("load_average_1m", 1.0, "attribute"),
    ],
)
def test_what_cannot_be_the_value_is_refused(graph: Graph, attribute: str, value: Value, field: str) -> None:
    tell(graph, host(1))
    with pytest.raises(Invalid) as refused:
        put(graph, the(graph), attribute, value)
    assert refused.value.field == field


def test_what_has_no_sources_or_no_such_attribute_is_refused(graph: Graph) -> None:
    tell(graph, host(1))
    server = the(graph)
    with pytest.raises(NotFound):
        put(graph, server, "colour", "red")
    with pytest.raises(NotFound):
        withdraw_manual_value(graph, server, "vendor", "bob", LATER)
    with pytest.raises(Invalid, match="say why"):
        put(graph, server, "vendor", "ACME", reason=" ")
    with pytest.raises(Invalid, match="passed"):
        put(graph, server, "vendor", "ACME", expires_at=LATER)
    with pytest.raises(Invalid, match="what its value says"):
        put(graph, the(graph, "IPAddress", address="10.0.0.1"), "address", "10.0.0.2")
    shop = declare_service(graph, {"name": "shop", "entry_points": [server]}, "alice", LATER)
    with pytest.raises(Invalid, match="declared"):
        put(graph, shop.id, "criticality", "high")
    nginx = the(graph, "ServiceInstance", name="nginx")
    tell(graph, host(1, at=LATER, services=()), LATER)
    with pytest.raises(Conflict, match="ended"):
        put(graph, nginx, "version", "1")


def test_a_merge_keeps_the_later_value_and_a_split_gives_each_its_own_again(graph: Graph) -> None:
    tell(graph, host(1))
    tell(graph, host(2))
    one, two = the(graph, name="web-1"), the(graph, name="web-2")
    put(graph, one, "vendor", "ACME", now=LATER)
    put(graph, two, "vendor", "Initech", now=LATER + 1)
    apart = everything(graph)
    joined = make_decision(graph, Said("join", cis=(one, two), reason="one board"), "bob", LATER + 2).decision
    both = list_manual_values(graph, one, LATER + 3)
    assert (stored(graph, both.id, "vendor"), list_manual_values(graph, two, LATER + 3)) == ("Initech", both)
    assert [(each.value.value, each.state) for each in both.values] == [
        ("Initech", "in_force"), ("ACME", "outranked")
    ]  # fmt: skip
    undo_decision(graph, joined.id, "bob", LATER + 4)
    assert (stored(graph, one, "vendor"), stored(graph, two, "vendor")) == ("ACME", "Initech")
    assert everything(graph) == apart


def test_a_split_lists_a_value_of_both_on_both_and_it_stands_for_the_senior_alone(graph: Graph) -> None:
    tell(graph, host(1))
    tell(graph, host(2, at=START + 1))
    one, two = the(graph, name="web-1"), the(graph, name="web-2")
    joined = make_decision(graph, Said("join", cis=(one, two), reason="one board"), "bob", LATER).decision
    put(graph, one, "vendor", "ACME", now=LATER + 1)
    undo_decision(graph, joined.id, "bob", LATER + 2)
    assert (stored(graph, one, "vendor"), stored(graph, two, "vendor")) == ("ACME", None)
    states = {ci: [each.state for each in list_manual_values(graph, ci, LATER + 3).values] for ci in (one, two)}
    assert states == {one: ["in_force"], two: ["elsewhere"]}


def test_a_value_does_not_keep_a_thing_alive_and_stands_again_when_it_comes_back(graph: Graph) -> None:
    tell(graph, host(1))
    nginx = the(graph, "ServiceInstance", name="nginx")
    put(graph, nginx, "version", "1.24.0", now=START + 1)
    tell(graph, host(1, at=LATER, services=()), LATER)
    assert show_ci(graph, nginx, LATER).state == "retired"
    tell(graph, host(1, at=LATER + HOUR), LATER + HOUR)
    shown = show_ci(graph, nginx, LATER + HOUR)
    assert (shown.state, stored(graph, nginx, "version")) == ("active", "1.24.0")


def by_snmp(document: dict[str, Any]) -> dict[str, Any]:
    """The same machine read by SNMP, which knows it by a serial number that the agent reads too."""
    document["source"] = {"kind": "snmp", "name": "cmdb-collect", "version": "1", "instance": "site-a"}
    document["scope"] = {"kind": "target", "key": "web-1", "domain": "default"}
    document["document_id"] = "snmp-" + document["document_id"]
    document["items"][0]["identifiers"] = {"permanent_macs": document["items"][0]["identifiers"]["permanent_macs"]}
    document["items"][0]["attributes"] |= {"memory_bytes": 7, "os_name": "Linux", "sys_name": "WEB-1"}
    document["items"][1]["attributes"] |= {"if_index": 3, "alias": "uplink"}
    return document


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_of_documents_and_of_a_persons_word_between_them_does_not_matter(
    graph: Graph, order: tuple[int, ...]
) -> None:
    documents = [host(1), by_snmp(host(1, at=START + 1)), host(1, at=START + 2, packages=6, agent="agent-1")]
    told: list[int] = []
    for number in order:
        tell(graph, documents[number], START + 10)
        told.append(number)
        if len(told) == 1:
            put(graph, the(graph), "vendor", "ACME", now=START + 10)
    server, port = the(graph), the(graph, "NetworkInterface", name="eth0")
    names = ("vendor", "memory_bytes", "os_name", "sys_name")
    assert [stored(graph, server, name) for name in names] == ["ACME", 1 << 30, "Debian GNU/Linux", "WEB-1"]
    assert (stored(graph, port, "if_index"), stored(graph, port, "alias")) == (3, "uplink")
    why = origin(graph, server, "memory_bytes", START + 11).why
    assert why == "agent is believed before snmp for memory_bytes"
