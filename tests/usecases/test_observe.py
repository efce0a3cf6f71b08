from __future__ import annotations

import pytest

from cmdb.store.driver import Graph
from tests.support.estate import changes, ci_of, count, picture, relations, send, titles
from tests.support.hosts import START, host

pytestmark = pytest.mark.neo4j
MINUTE = 60_000


def test_a_host_becomes_one_server_with_everything_in_it(graph: Graph) -> None:
    receipt = send(graph, host(1))
    assert receipt.status == "accepted"
    assert not receipt.problems
    assert {item.status for item in receipt.items} == {"created"}
    assert titles(graph, "Server") == ["web-1"]
    assert titles(graph, "SoftwareRelease") == [f"p{n} 1" for n in range(5)]
    assert relations(graph, "RUNS_ON") == [("nginx", "web-1"), ("postgres", "web-1")]
    assert relations(graph, "PART_OF") == [("/", "web-1"), ("eth0", "web-1"), ("sda", "web-1")]
    assert relations(graph, "HAS_ADDRESS") == [("eth0", "10.0.0.1")]
    assert relations(graph, "IN_SUBNET") == [("10.0.0.1", "10.0.0.0/24")]
    assert relations(graph, "STORED_ON") == [("/", "sda")]


def test_the_same_document_twice_changes_nothing(graph: Graph) -> None:
    first = send(graph, host(1))
    before = picture(graph)
    again = send(graph, host(1), received_at=START + MINUTE)
    assert again.status == "duplicate"
    assert ci_of(again) == ci_of(first)
    assert picture(graph) == before


def test_an_unchanged_host_moves_nothing_but_last_seen(graph: Graph) -> None:
    send(graph, host(1))
    before = picture(graph)
    again = send(graph, host(1, at=START + 5 * MINUTE))
    assert {item.status for item in again.items} == {"unchanged"}
    assert picture(graph) == before
    seen = graph.ask("MATCH (g:Sighting) RETURN g.last_seen_at AS at")
    assert [record["at"] for record in seen] == [START + 5 * MINUTE]


def test_a_repeated_unchanged_document_is_a_duplicate(graph: Graph) -> None:
    send(graph, host(1))
    send(graph, host(1, at=START + MINUTE))
    assert send(graph, host(1, at=START + MINUTE)).status == "duplicate"


def test_a_document_older_than_the_newest_is_late_and_changes_nothing(graph: Graph) -> None:
    send(graph, host(1, at=START + MINUTE))
    before = picture(graph)
    assert send(graph, host(1, at=START, services=())).status == "late"
    assert picture(graph) == before
    assert graph.ask("MATCH (s:Scope) RETURN s.late_count AS late") == [{"late": 1}]


def test_a_stopped_service_ends_and_nothing_else_and_comes_back_as_the_same_ci(graph: Graph) -> None:
    first = send(graph, host(1))
    before = picture(graph)
    send(graph, host(1, at=START + MINUTE, services=(("nginx", "tcp 0.0.0.0:80"),)))
    after = picture(graph)
    postgres = ci_of(first, "svc:unit:postgres")
    assert postgres
    assert changes(before["nodes"], after["nodes"]) == {postgres}
    assert titles(graph, "ServiceInstance", "retired") == ["postgres"]
    assert relations(graph, "WAS_RUNS_ON") == [("postgres", "web-1")]
    back = send(graph, host(1, at=START + 2 * MINUTE))
    assert ci_of(back, "svc:unit:postgres") == postgres
    assert changes(before["nodes"], picture(graph)["nodes"]) == set()
    assert relations(graph, "RUNS_ON") == [("nginx", "web-1"), ("postgres", "web-1")]


def test_a_section_that_was_not_read_ends_nothing(graph: Graph) -> None:
    send(graph, host(1))
    before = picture(graph)
    partial = host(
        1, at=START + MINUTE, services=(), packages=0, sections={"services": "partial", "packages": "not_read"}
    )
    send(graph, partial)
    assert picture(graph) == before


def test_a_run_without_root_after_one_with_keeps_what_only_root_can_read(graph: Graph) -> None:
    uuid = "4c4c4544-0031-3510-8052-b4c04f4a4832"
    first = send(graph, host(1, system_uuid=uuid))
    again = send(graph, host(1, at=START + MINUTE, system_uuid=None, sections={"hardware": "partial"}))
    assert ci_of(first) == ci_of(again)
    kinds = graph.ask("MATCH (:Sighting)-[:HAS]->(i:Identifier) RETURN collect(split(i.key, ':')[0]) AS kinds")[0][
        "kinds"
    ]
    assert "system_uuid" in kinds


def test_half_of_everything_vanishing_at_once_is_held_until_someone_lets_it_go(graph: Graph) -> None:
    send(graph, host(1, packages=40))
    send(graph, host(1, packages=10, at=START + MINUTE))
    assert len(relations(graph, "HAS_INSTALLED")) == 40
    assert graph.ask("MATCH (s:Scope) RETURN s.held_count AS held") == [{"held": 30}]
    graph.tell("MATCH (s:Scope) SET s.release_holds = true, s.content_hash = ''")
    send(graph, host(1, packages=10, at=START + 2 * MINUTE))
    assert len(relations(graph, "HAS_INSTALLED")) == 10
    assert len(relations(graph, "WAS_HAS_INSTALLED")) == 30


def test_a_package_is_one_node_for_the_estate(graph: Graph) -> None:
    send(graph, host(1))
    send(graph, host(2))
    assert count(graph, "SoftwareRelease") == 5
    assert len(relations(graph, "HAS_INSTALLED")) == 10


def test_an_upgraded_package_is_another_release_and_the_old_one_past(graph: Graph) -> None:
    send(graph, host(1))
    upgraded = host(1, at=START + MINUTE)
    package = next(item for item in upgraded["items"] if item["key"] == "pkg:p3")
    package["attributes"]["version"] = "2"
    send(graph, upgraded)
    assert ("web-1", "p3 2") in relations(graph, "HAS_INSTALLED")
    assert relations(graph, "WAS_HAS_INSTALLED") == [("web-1", "p3 1")]


def test_a_changed_value_keeps_what_it_was_and_since_when(graph: Graph) -> None:
    send(graph, host(1))
    send(graph, host(1, at=START + MINUTE, name="db-1"))
    assert titles(graph, "Server") == ["db-1"]
    claims = graph.ask("MATCH (:CI {type: 'Server'})-[:HAD]->(c:Claim) RETURN properties(c) AS claim")
    assert [record["claim"]["value"] for record in claims] == ["web-1"]
    claim = claims[0]["claim"]
    assert (claim["attribute"], claim["valid_from"], claim["valid_to"], claim["cause"]) == (
        "name", START, START + MINUTE, "world",
    )  # fmt: skip


def test_a_new_agent_version_that_words_things_anew_is_marked_as_the_observers_doing(graph: Graph) -> None:
    send(graph, host(1))
    reworded = host(1, at=START + MINUTE, name="db-1")
    reworded["source"]["version"] = "0.2.0"
    send(graph, reworded)
    assert graph.ask("MATCH (c:Claim) RETURN c.cause AS cause") == [{"cause": "observer"}]


def test_a_value_that_a_read_section_no_longer_gives_is_withdrawn(graph: Graph) -> None:
    send(graph, host(1))
    document = host(1, at=START + MINUTE)
    del document["items"][0]["attributes"]["os_name"]
    send(graph, document)
    assert graph.ask("MATCH (n:Server) RETURN n.os_name AS os") == [{"os": None}]


def test_a_service_that_moves_from_a_process_to_a_unit_stays_the_same_ci(graph: Graph) -> None:
    before = host(1, services=(("app", "tcp 0.0.0.0:8080"),))
    service = before["items"][-1]
    service["key"] = "svc:/usr/bin/app"
    service["attributes"] = {"name": "app", "executable": "/usr/bin/app", "listens": ["tcp 0.0.0.0:8080"]}
    first = send(graph, before)
    second = send(graph, host(1, at=START + MINUTE, services=(("app", "tcp 0.0.0.0:8080"),)))
    assert ci_of(second, "svc:unit:app") == ci_of(first, "svc:/usr/bin/app")
    assert titles(graph, "ServiceInstance") == ["app"]


def test_a_renamed_interface_with_the_same_address_and_number_stays_the_same_ci(graph: Graph) -> None:
    first = send(graph, host(1))
    renamed = host(1, at=START + MINUTE)
    for item in renamed["items"]:
        if item["key"] == "if:eth0":
            item["key"], item["attributes"]["name"] = "if:ens3", "ens3"
        if item.get("in") == "if:eth0":
            item["in"] = "if:ens3"
    second = send(graph, renamed)
    assert ci_of(second, "if:ens3") == ci_of(first, "if:eth0")
    assert relations(graph, "HAS_ADDRESS") == [("ens3", "10.0.0.1")]


def test_calls_are_derived_whichever_side_reports_first(graph: Graph) -> None:
    client = host(1, calls=(("nginx", "10.0.0.2", 5432),))
    server = host(2)
    send(graph, client)
    assert relations(graph, "CALLS") == []
    send(graph, server)
    assert relations(graph, "CALLS") == [("nginx", "postgres")]
    one = picture(graph)
    graph.tell("MATCH (n) WHERE NOT n:Migration DETACH DELETE n")
    send(graph, server)
    send(graph, client)
    assert picture(graph)["edges"] == one["edges"]


def test_a_call_stays_on_a_far_end_that_has_ended(graph: Graph) -> None:
    send(graph, host(1, calls=(("nginx", "10.0.0.2", 5432),)))
    send(graph, host(2))
    send(graph, host(2, at=START + MINUTE, services=(("nginx", "tcp 0.0.0.0:80"),)))
    assert titles(graph, "ServiceInstance", "retired") == ["postgres"]
    assert relations(graph, "CALLS") == [("nginx", "postgres")]


def test_a_call_follows_the_listener_to_another_service_on_the_port(graph: Graph) -> None:
    send(graph, host(1, calls=(("nginx", "10.0.0.2", 5432),)))
    send(graph, host(2))
    send(graph, host(2, at=START + MINUTE, services=(("other", "tcp 0.0.0.0:5432"),)))
    assert relations(graph, "CALLS") in ([("nginx", "other")],)


def test_loopback_resolves_inside_its_own_machine(graph: Graph) -> None:
    send(graph, host(1, calls=(("nginx", "127.0.0.1", 5432),)))
    send(graph, host(2))
    found = graph.ask(
        "MATCH (a:CI)-[:CALLS]->(b:CI)-[:RUNS_ON]->(m:CI) RETURN a.title AS a, b.title AS b, m.title AS m"
    )
    assert found == [{"a": "nginx", "b": "postgres", "m": "web-1"}]


def test_a_listener_on_another_address_does_not_answer(graph: Graph) -> None:
    send(graph, host(1, calls=(("nginx", "10.0.0.2", 5432),)))
    send(graph, host(2, services=(("postgres", "tcp 127.0.0.1:5432"),)))
    assert relations(graph, "CALLS") == []


def test_an_address_in_another_domain_is_another_address(graph: Graph) -> None:
    send(graph, host(1, calls=(("nginx", "10.0.0.2", 5432),)))
    elsewhere = host(2)
    elsewhere["scope"]["domain"] = "branch"
    send(graph, elsewhere)
    assert relations(graph, "CALLS") == []
    assert titles(graph, "Subnet") == ["10.0.0.0/24", "10.0.0.0/24"]


def test_connections_that_were_not_sampled_this_time_stay_for_thirty_days(graph: Graph) -> None:
    day = 24 * 60 * MINUTE
    send(graph, host(2))
    send(graph, host(1, calls=(("nginx", "10.0.0.2", 5432),)))
    send(graph, host(1, at=START + 29 * day))
    assert relations(graph, "CALLS") == [("nginx", "postgres")]
    send(graph, host(1, at=START + 31 * day))
    assert relations(graph, "CALLS") == []
    assert relations(graph, "WAS_CALLS") == [("nginx", "postgres")]


def test_two_live_machines_with_one_address_are_a_virtual_address_of_which_one_will_do(graph: Graph) -> None:
    send(graph, host(2, address="10.0.0.50"))
    send(graph, host(3, address="10.0.0.50"))
    send(graph, host(1, calls=(("nginx", "10.0.0.50", 5432),)))
    assert relations(graph, "CALLS") == []
    assert relations(graph, "NEEDS") == [("nginx", "10.0.0.50:5432")]
    assert relations(graph, "ANY_OF") == [("10.0.0.50:5432", "postgres"), ("10.0.0.50:5432", "postgres")]
    assert graph.ask("MATCH (g:RedundancyGroup) RETURN g.k AS k") == [{"k": 1}]


def test_a_document_about_nothing_is_taken_and_changes_no_ci(graph: Graph) -> None:
    empty = host(1) | {"items": [], "relations": []}
    assert send(graph, empty).status == "accepted"
    assert count(graph, "CI") == 0
    assert send(graph, host(1, at=START + MINUTE)).items[0].status == "created"


def test_a_receipt_says_by_what_two_sightings_are_one(graph: Graph) -> None:
    send(graph, host(1))
    receipt = send(graph, host(1, agent="second", at=START + 1))
    assert receipt.items[0].why == "one with 1 other sighting by boot_id, permanent_macs"
