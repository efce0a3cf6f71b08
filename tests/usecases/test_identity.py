"""The cases that merge or split the wrong CIs elsewhere, as agents report them, through the real graph."""

from __future__ import annotations

from typing import Any

import pytest

from cmdb.store.driver import Graph
from tests.support.estate import ci_of, picture, relations, send, titles
from tests.support.hosts import START, host

pytestmark = pytest.mark.neo4j
MINUTE = 60_000
HOUR = 60 * MINUTE
UUID = "4c4c4544-0031-3510-8052-b4c04f4a4832"
OTHER_UUID = "564d0e25-eb50-0a44-0e3f-3e4eb5b2b7f1"


def aside(graph: Graph) -> set[str]:
    found = graph.ask("MATCH (i:Identifier) WHERE i.aside_reason IS NOT NULL RETURN i.key AS key")
    return {record["key"] for record in found}


def test_the_same_host_name_on_two_machines_is_two_servers(graph: Graph) -> None:
    assert ci_of(send(graph, host(1, name="web"))) != ci_of(send(graph, host(2, name="web")))
    assert titles(graph, "Server") == ["web", "web"]


def test_a_cloned_disk_with_the_same_machine_id_is_another_server(graph: Graph) -> None:
    keys = ["SHA256:abc"]
    first = send(graph, host(1, machine_id="cloned", ssh_host_keys=keys))
    second = send(graph, host(2, machine_id="cloned", ssh_host_keys=keys))
    assert ci_of(first) != ci_of(second)
    assert len(titles(graph, "Server")) == 2


def test_boards_that_share_a_uuid_are_two_servers_and_the_uuid_is_set_aside(graph: Graph) -> None:
    first = send(graph, host(1, system_uuid=UUID))
    second = send(graph, host(2, system_uuid=UUID, at=START + 1))
    # The second agent is alive with other network cards while the first is: they cannot be one machine.
    assert ci_of(first) != ci_of(second)
    assert len(titles(graph, "Server")) == 2
    assert [key.partition(":")[0] for key in aside(graph)] == ["system_uuid"]


def test_to_be_filled_by_oem_joins_nothing(graph: Graph) -> None:
    for number in (1, 2):
        document = host(
            number, system_serial="To be filled by O.E.M.", system_uuid="03000200-0400-0500-0006-000700080009"
        )
        document["items"][0]["attributes"]["vendor"] = "Acme"
        send(graph, document)
    assert len(titles(graph, "Server")) == 2
    assert aside(graph) == set()


def test_a_replaced_network_card_leaves_the_server_the_same(graph: Graph) -> None:
    first = send(graph, host(1, system_uuid=UUID))
    second = send(graph, host(1, system_uuid=UUID, at=START + MINUTE, permanent_macs=["00:16:3e:ff:ff:01"]))
    assert ci_of(first) == ci_of(second)
    assert titles(graph, "Server") == ["web-1"]


def test_a_rename_leaves_the_server_the_same(graph: Graph) -> None:
    assert ci_of(send(graph, host(1))) == ci_of(send(graph, host(1, at=START + MINUTE, name="db")))
    assert titles(graph, "Server") == ["db"]


def test_an_address_that_dhcp_gave_to_another_machine_moves_and_merges_nothing(graph: Graph) -> None:
    first = send(graph, host(1, address="10.0.0.77"))
    second = send(graph, host(2, address="10.0.0.77", at=START + HOUR))
    send(graph, host(1, address="10.0.0.78", at=START + 2 * HOUR))
    assert ci_of(first) != ci_of(second)
    holders = graph.ask(
        "MATCH (:IPAddress {address: '10.0.0.77'})<-[:HAS_ADDRESS]-()-[:PART_OF]->(m:Server) RETURN m.title AS title"
    )
    assert holders == [{"title": "web-2"}]


def test_two_agents_on_one_host_are_one_server(graph: Graph) -> None:
    first = send(graph, host(1))
    second = send(graph, host(1, agent="other-agent", at=START + 1))
    assert ci_of(first) == ci_of(second)
    assert titles(graph, "Server") == ["web-1"]
    assert titles(graph, "ServiceInstance") == ["nginx", "postgres"]
    assert relations(graph, "RUNS_ON") == [("nginx", "web-1"), ("postgres", "web-1")]


def test_a_reimaged_machine_with_a_new_agent_id_is_the_same_server(graph: Graph) -> None:
    first = send(graph, host(1, system_uuid=UUID))
    reimaged = host(1, system_uuid=UUID, agent="new-agent", machine_id="new", boot="2", at=START + HOUR,
                    booted_at=START + HOUR - MINUTE, services=(("redis", "tcp 0.0.0.0:6379"),))  # fmt: skip
    second = send(graph, reimaged)
    assert ci_of(first) == ci_of(second)
    assert titles(graph, "Server") == ["web-1"]
    assert titles(graph, "ServiceInstance") == ["redis"]


def test_agent_state_copied_to_another_machine_is_another_server_told_to_renew_its_id(graph: Graph) -> None:
    first = send(graph, host(1, system_uuid=UUID))
    copied: dict[str, Any] = {"agent": "agent-1", "agent_id": "agent-1", "system_uuid": OTHER_UUID}
    second = send(graph, host(2, at=START + MINUTE, **copied))
    third = send(graph, host(1, system_uuid=UUID, at=START + 2 * MINUTE))
    fourth = send(graph, host(2, at=START + 3 * MINUTE, **copied))
    assert ci_of(first) == ci_of(third)
    assert ci_of(second) == ci_of(fourth) != ci_of(first)
    assert titles(graph, "Server") == ["web-1", "web-2"]
    assert fourth.instructions == ("renew_agent_id",)
    assert third.instructions == ()
    assert len(relations(graph, "RUNS_ON")) == 4


def test_a_clone_started_while_the_original_is_off_is_split_when_the_original_returns(graph: Graph) -> None:
    image = {"machine_id": "image", "ssh_host_keys": ["SHA256:image"], "permanent_macs": None}
    first = send(graph, host(1, routed_macs=["02:00:00:00:00:01"], **image))
    clone = host(2, agent="agent-2", routed_macs=["02:00:00:00:00:02"], at=START + HOUR, boot="c",
                 booted_at=START + HOUR - MINUTE, **image)  # fmt: skip
    second = send(graph, clone)
    third = send(graph, host(1, routed_macs=["02:00:00:00:00:01"], at=START + 2 * HOUR, **image))
    assert ci_of(third) == ci_of(first)
    assert ci_of(second) != ci_of(first)
    assert titles(graph, "Server") == ["web-1", "web-2"]


def test_two_containers_on_a_host_are_two_and_neither_is_the_host(graph: Graph) -> None:
    document = host(1)
    for name in ("a", "b"):
        document["items"] += [
            {"key": f"container:{name}", "type": "Container", "in": "host",
             "identifiers": {"container_id": name * 64}, "attributes": {"name": name, "container_id": name * 64}},
            {"key": f"svc:container:{name}", "type": "ServiceInstance", "in": f"container:{name}",
             "attributes": {"name": name, "container_name": name, "listens": ["tcp 0.0.0.0:9000"]}},
        ]  # fmt: skip
    document["items"][-4]["identifiers"]["container_id"] = "0a1b" * 16
    document["items"][-2]["identifiers"]["container_id"] = "0c1d" * 16
    send(graph, document)
    assert titles(graph, "Container") == ["a", "b"]
    assert relations(graph, "RUNS_ON") == [
        ("a", "a"), ("a", "web-1"), ("b", "b"), ("b", "web-1"), ("nginx", "web-1"), ("postgres", "web-1"),
    ]  # fmt: skip
    send(graph, host(1, at=START + MINUTE))
    assert titles(graph, "Container") == []
    assert titles(graph, "ServiceInstance", "retired") == ["a", "b"]


def test_a_run_that_fails_half_way_ends_nothing(graph: Graph) -> None:
    send(graph, host(1))
    before = picture(graph)
    broken = host(1, at=START + MINUTE, services=(), packages=0)
    broken["items"] = broken["items"][:1]
    broken["relations"] = []
    broken["sections"] = dict.fromkeys(broken["sections"], "not_read") | {"identity": "read"}
    send(graph, broken)
    assert picture(graph) == before


def test_an_agent_whose_clock_says_1970_is_taken_at_the_instant_it_arrived(graph: Graph) -> None:
    first = send(graph, host(1))
    second = send(graph, host(1, at=60_000, booted_at=0, name="renamed"), received_at=START + HOUR)
    assert second.status == "accepted"
    assert ci_of(first) == ci_of(second)
    assert titles(graph, "Server") == ["renamed"]
    skew = graph.ask("MATCH (s:Scope) RETURN s.clock_skew_ms AS skew")[0]["skew"]
    assert skew == 60_000 - (START + HOUR)


def test_an_hour_of_sixty_clones_of_one_image_makes_sixty_servers(graph: Graph) -> None:
    for number in range(1, 61):
        send(graph, host(number, machine_id="image", ssh_host_keys=["SHA256:image"], at=START + number, packages=0))
    assert len(titles(graph, "Server")) == 60


def test_a_merge_seen_later_leaves_the_former_id_as_an_alias_and_one_set_of_parts(graph: Graph) -> None:
    first = send(graph, host(1, system_uuid=None))
    other = host(1, agent="second", machine_id="different", permanent_macs=["00:16:3e:aa:aa:aa"], boot="2",
                 booted_at=START + HOUR - MINUTE, at=START + HOUR)  # fmt: skip
    second = send(graph, other)
    assert ci_of(first) != ci_of(second)
    joined = host(1, agent="second", machine_id="different", boot="2", booted_at=START + HOUR - MINUTE,
                  permanent_macs=["00:16:3e:aa:aa:aa", "00:16:3e:00:00:01"], at=START + 2 * HOUR)  # fmt: skip
    third = send(graph, joined)
    assert ci_of(third) == ci_of(first)
    assert titles(graph, "Server") == ["web-1"]
    aliases = graph.ask("MATCH (a:Alias)-[:NOW]->(n:CI) RETURN a.id AS former, n.id AS now")
    assert {"former": ci_of(second), "now": ci_of(first)} in aliases
    assert titles(graph, "ServiceInstance") == ["nginx", "postgres"]
    assert relations(graph, "RUNS_ON") == [("nginx", "web-1"), ("postgres", "web-1")]


def test_a_split_undoes_its_merge_exactly(graph: Graph) -> None:
    alone = {"machine_id": "different", "boot": "2", "booted_at": START + HOUR - MINUTE, "agent": "second"}
    send(graph, host(1))
    send(graph, host(2, at=START + HOUR, **alone))
    apart = picture(graph)
    macs = ["00:16:3e:00:00:02", "00:16:3e:00:00:01"]
    send(graph, host(2, at=START + 2 * HOUR, permanent_macs=macs, **alone))
    assert len(titles(graph, "Server")) == 1
    send(graph, host(2, at=START + 3 * HOUR, **alone))
    again = picture(graph)
    assert {key for key, (labels, _) in again["nodes"].items() if "Server" in labels} == {
        key for key, (labels, _) in apart["nodes"].items() if "Server" in labels
    }
    assert titles(graph, "Server") == ["web-1", "web-2"]
    assert len(relations(graph, "RUNS_ON")) == 4


def test_every_member_of_a_merged_server_says_by_what_it_was_joined(graph: Graph) -> None:
    send(graph, host(1))
    send(graph, host(1, agent="other-agent", at=START + 1))
    proofs = graph.ask("MATCH (:Sighting)-[r:IS]->(:Server) RETURN r.proof AS proof")
    assert len(proofs) == 2
    assert all("permanent_macs:00:16:3e:00:00:01" in record["proof"] for record in proofs)


def test_a_machine_without_any_evidence_is_held_and_listed(graph: Graph) -> None:
    receipt = send(graph, host(1, agent_id=None, machine_id=None, permanent_macs=None))
    assert [(item.key, item.ci_id, item.status) for item in receipt.items if item.key == "host"] == [
        ("host", None, "held")
    ]
    assert graph.ask("MATCH (g:Sighting {held: true}) RETURN g.item AS item") == [{"item": "host"}]
    assert titles(graph, "Server") == []


def test_a_document_that_nothing_places_among_two_machines_of_one_agent_is_held_and_shown_on_the_source(
    graph: Graph,
) -> None:
    send(graph, host(1, system_uuid=UUID))
    send(graph, host(2, agent="agent-1", system_uuid=OTHER_UUID, at=START + MINUTE))
    bare = host(1, at=START + 2 * MINUTE, permanent_macs=None)
    receipt = send(graph, bare)
    assert [(item.ci_id, item.status) for item in receipt.items] == [(None, "held")]
    assert titles(graph, "Server") == ["web-1", "web-2"]
    shown = graph.ask("MATCH (s:Scope {key: s.base}) WHERE s.epoch = 0 RETURN s.refusals AS refusals")[0]["refusals"]
    assert "nothing tells which this is" in shown
