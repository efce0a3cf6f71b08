"""Any question as of an instant: what was so then, under what is today taken for one thing."""

from __future__ import annotations

from typing import Any

import pytest

from cmdb.model.sources import MINUTE_MS
from cmdb.store.driver import Graph
from cmdb.usecases.as_of import show_ci_at
from cmdb.usecases.inventory import Wanted, find_cis
from cmdb.usecases.relations import relations
from cmdb.usecases.show import Shown
from tests.support.estate import send
from tests.support.hosts import START, host

pytestmark = pytest.mark.neo4j

NGINX = ("nginx", "tcp 0.0.0.0:80")
REDIS = ("redis", "tcp 0.0.0.0:6379")


def of(document: dict[str, Any], key: str, **attributes: Any) -> dict[str, Any]:
    """The document with other attributes for one of its items; None removes one."""
    item = next(item for item in document["items"] if item["key"] == key)
    item["attributes"] = {k: v for k, v in (item["attributes"] | attributes).items() if v is not None}
    return document


def only(graph: Graph, ci_type: str, **attributes: str) -> str:
    found = find_cis(graph, Wanted(ci_type, "any", None, attributes), 5, 2**53)
    assert len(found) == 1, found
    return found[0].ci.id


def values(shown: Shown) -> dict[str, Any]:
    return {one.name: one.value for one in shown.values}


def test_a_value_is_what_it_was_before_it_changed(graph: Graph) -> None:
    for minute, version in ((0, "11"), (5, "12"), (10, "13")):
        at = START + minute * MINUTE_MS
        send(graph, of(host(1, at=at), "host", os_version=version))
    server = only(graph, "Server")
    told = [values(show_ci_at(graph, server, START + minute * MINUTE_MS))["os_version"] for minute in (0, 4, 5, 9, 10)]
    assert told == ["11", "11", "12", "12", "13"]


def test_a_value_that_was_not_there_yet_or_not_any_more_is_not_told(graph: Graph) -> None:
    send(graph, host(1))
    send(graph, of(host(1, at=START + 10), "host", vendor="ACME"))
    send(graph, host(1, at=START + 20))
    server = only(graph, "Server")
    told = [values(show_ci_at(graph, server, START + at)).get("vendor") for at in (9, 10, 19, 20)]
    assert told == [None, "ACME", "ACME", None]


def test_whose_value_stood_is_decided_anew_for_the_instant(graph: Graph) -> None:
    login = of(host(1, at=START), "host", memory_bytes=7)
    login["source"] = {"kind": "ssh", "name": "cmdb-collect", "version": "1", "instance": "site-a"}
    login["scope"]["key"] = "10.0.0.1:22"
    login["items"][0]["identifiers"].pop("agent_id")
    send(graph, login)
    send(graph, host(1, at=START + 10))
    server = only(graph, "Server")
    before, after = (show_ci_at(graph, server, START + at) for at in (9, 10))
    assert values(before)["memory_bytes"] == 7
    assert values(after)["memory_bytes"] == 1 << 30
    memory = next(one for one in after.values if one.name == "memory_bytes")
    assert [(one.source_kind, one.value) for one in memory.others] == [("ssh", 7)]
    assert memory.why == "agent is believed before ssh for memory_bytes"
    assert [len(one.sightings) for one in (before, after)] == [1, 2]


def test_before_anyone_knew_it_a_ci_is_absent(graph: Graph) -> None:
    send(graph, host(1))
    shown = show_ci_at(graph, only(graph, "Server"), START - 1)
    assert (shown.state, shown.values, shown.valid_from) == ("absent", [], START)


def test_a_service_that_was_away_has_its_former_values_and_none_in_between(graph: Graph) -> None:
    send(graph, of(host(1, services=(NGINX, REDIS)), "svc:unit:redis", version="6"))
    send(graph, host(1, at=START + 10, services=(NGINX,)))
    send(graph, of(host(1, at=START + 20, services=(NGINX, REDIS)), "svc:unit:redis", version="7"))
    redis = only(graph, "ServiceInstance", name="redis")
    shown = [show_ci_at(graph, redis, START + at) for at in (0, 9, 10, 19, 20)]
    assert [one.state for one in shown] == ["active", "active", "absent", "absent", "active"]
    assert [values(one).get("version") for one in shown] == ["6", "6", None, None, "7"]
    assert [one.place.title if one.place else None for one in shown] == ["web-1", "web-1", None, None, "web-1"]


def test_what_has_ended_is_told_as_it_was_while_it_lived(graph: Graph) -> None:
    send(graph, of(host(1, services=(NGINX, REDIS)), "svc:unit:redis", version="6"))
    send(graph, of(host(1, at=START + 5, services=(NGINX, REDIS)), "svc:unit:redis", version="7"))
    send(graph, host(1, at=START + 10, services=(NGINX,)))
    redis = only(graph, "ServiceInstance", name="redis")
    shown = [show_ci_at(graph, redis, START + at) for at in (4, 9, 10)]
    assert [(one.state, values(one)["version"]) for one in shown] == [
        ("active", "6"), ("active", "7"), ("retired", "7")
    ]  # fmt: skip
    assert next(one for one in shown[0].values if one.name == "version").source is not None


def test_relationships_are_those_that_held(graph: Graph) -> None:
    send(graph, host(1, packages=2))
    send(graph, host(1, at=START + 10, packages=1))
    send(graph, host(1, at=START + 20, packages=2))
    server = only(graph, "Server")

    def installed(at: int) -> list[str]:
        found = relations(graph, server, limit=100, verb="HAS_INSTALLED", as_of=at)
        assert sum(one.count for one in found.counts) == len(found.relationships)
        assert all(one.type == "HAS_INSTALLED" for one in found.relationships)
        return [one.ci.title for one in found.relationships if one.ci]

    assert [len(installed(START + at)) for at in (-1, 0, 9, 10, 19, 20)] == [0, 2, 2, 1, 1, 2]


def test_a_document_that_comes_late_from_another_source_is_told_at_its_instant(graph: Graph) -> None:
    send(graph, host(1, at=START + 20))
    late = of(host(1, at=START), "host", vendor="ACME")
    late["source"] = {"kind": "ssh", "name": "cmdb-collect", "version": "1", "instance": "site-a"}
    late["scope"]["key"] = "10.0.0.1:22"
    late["items"][0]["identifiers"].pop("agent_id")
    late["age_ms"] = 30
    send(graph, late, received_at=START + 30)
    shown = show_ci_at(graph, only(graph, "Server"), START + 1)
    assert (shown.state, values(shown)["vendor"]) == ("active", "ACME")


def test_what_a_clock_at_1970_reads_is_told_at_the_instant_at_which_it_came(graph: Graph) -> None:
    send(graph, of(host(1, at=5, booted_at=1), "host", os_version="11"), received_at=START)
    send(graph, of(host(1, at=7, booted_at=1), "host", os_version="12"), received_at=START + 10)
    server = only(graph, "Server")
    shown = [show_ci_at(graph, server, at) for at in (7, START, START + 10)]
    assert [(one.state, values(one).get("os_version")) for one in shown] == [
        ("absent", None), ("active", "11"), ("active", "12")
    ]  # fmt: skip


def test_two_machines_that_turn_out_to_be_one_have_one_past(graph: Graph) -> None:
    for at, version in ((START, "11"), (START + 10, "12")):
        send(graph, of(host(1, at=at, machine_id=None, permanent_macs=None), "host", os_version=version))
    login = of(host(1, at=START + 5, name="by-name", machine_id=None, permanent_macs=None), "host", vendor="ACME")
    login["source"] = {"kind": "ssh", "name": "cmdb-collect", "version": "1", "instance": "site-a"}
    login["scope"]["key"] = "10.0.0.1:22"
    login["document_id"] = "document-by-ssh"
    login["items"][0]["identifiers"] = {"machine_id": "machine-1", "permanent_macs": ["00:16:3e:00:00:01"]}
    login["items"] = login["items"][:1]
    login["relations"] = []
    former = send(graph, login).items[0].ci_id
    send(graph, of(host(1, at=START + 20), "host", os_version="12"))
    server = only(graph, "Server")
    told = [values(show_ci_at(graph, server, START + at)) for at in (0, 4, 5, 10)]
    assert [one.get("os_version") for one in told] == ["11", "11", "11", "12"]
    assert [one.get("vendor") for one in told] == [None, None, "ACME", "ACME"]
    assert former is not None
    assert show_ci_at(graph, former, START + 5).id == server
