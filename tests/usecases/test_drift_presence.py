"""Drift of what is there: packages, services, interfaces, filesystems, addresses and cables, over the graph."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from cmdb.store.driver import Graph
from cmdb.usecases.drift import drift_between
from cmdb.usecases.drift_findings import Finding, Wanted, list_findings, read_finding
from cmdb.usecases.drift_watch import watch_drift
from tests.support.estate import send
from tests.support.hosts import START, host
from tests.support.simulated_machine import Host, Switch

pytestmark = pytest.mark.neo4j
HOUR = 60 * 60 * 1000
DAY = 24 * HOUR
NGINX = ("nginx", "tcp 0.0.0.0:80")
MINER = ("miner", "tcp 0.0.0.0:4444")


def with_packages(at: int, **versions: str) -> dict[str, Any]:
    """Web-1 with nginx and these packages."""
    document = host(1, at=at, packages=0, services=(NGINX,))
    document["items"] += [
        {"key": f"pkg:{name}", "type": "SoftwareRelease", "in": "host",
         "attributes": {"manager": "dpkg", "name": name, "version": version, "architecture": "amd64"}}
        for name, version in versions.items()
    ]  # fmt: skip
    return document


def found(graph: Graph) -> list[Finding]:
    """Every kept finding, the oldest first."""
    return [read_finding(graph, one.id) for one in reversed(list_findings(graph, Wanted()))]


def changes(graph: Graph) -> list[tuple[str, Any, Any]]:
    return [(one.attribute, one.revisions[0].old, one.revisions[0].new) for one in found(graph)]


def test_an_upgraded_package_is_one_revision_and_one_installed_or_removed_is_one_each(graph: Graph) -> None:
    send(graph, with_packages(START, openssl="3.0", curl="8.1"))
    send(graph, with_packages(START + HOUR, openssl="0.9.8", netcat="1.10"))
    assert watch_drift(graph, START + HOUR) == "3 opened"
    assert sorted(changes(graph)) == [
        ("dpkg curl amd64", ["8.1"], None),
        ("dpkg netcat amd64", None, ["1.10"]),
        ("dpkg openssl amd64", ["3.0"], ["0.9.8"]),
    ]
    assert sorted(one.title for one in found(graph)) == [
        "package curl 8.1 was removed on web-1",
        "package netcat 1.10 was installed on web-1",
        "package openssl: 3.0 → 0.9.8 on web-1",
    ]
    (openssl,) = (one for one in found(graph) if "openssl" in one.attribute)
    assert (openssl.not_before_at, openssl.first_seen_at, openssl.ci_count) == (START, START + HOUR, 1)


def test_what_came_with_the_first_reading_of_a_machine_is_no_drift_nor_is_the_machine(graph: Graph) -> None:
    send(graph, with_packages(START, openssl="3.0"))
    send(graph, host(2, at=START + HOUR))
    assert watch_drift(graph, START + HOUR) is None


def test_what_the_first_whole_reading_adds_to_partial_ones_is_no_drift(graph: Graph) -> None:
    send(graph, with_packages(START) | {"sections": host(1)["sections"] | {"packages": "not_read"}})
    send(graph, with_packages(START + HOUR, openssl="3.0"))
    assert watch_drift(graph, START + HOUR) is None


def test_a_new_service_is_drift_of_that_service_on_its_machine(graph: Graph) -> None:
    send(graph, host(1, services=(NGINX,)))
    send(graph, host(1, at=START + HOUR, services=(NGINX, MINER)))
    watch_drift(graph, START + HOUR)
    (one,) = found(graph)
    assert (one.ci_type, one.attribute, one.title) == (
        "ServiceInstance", "presence", "service instance miner came on web-1",
    )  # fmt: skip
    (revision,) = one.revisions
    assert (revision.ci.title, revision.place.title if revision.place else None) == ("miner", "web-1")
    assert (revision.old, revision.new) == (None, "miner")


def test_a_service_that_failed_and_came_back_is_noise_and_one_that_stays_away_is_not(graph: Graph) -> None:
    send(graph, host(1, services=(NGINX, MINER)))
    send(graph, host(1, at=START + HOUR, services=(NGINX,)))
    assert watch_drift(graph, START + HOUR) == "1 opened"
    send(graph, host(1, at=START + 2 * HOUR, services=(NGINX, MINER)))
    assert watch_drift(graph, START + 2 * HOUR) == "1 settled"
    assert [one.state for one in found(graph)] == ["noise"]
    send(graph, host(1, at=START + 20 * DAY, services=(NGINX,)))
    assert watch_drift(graph, START + 20 * DAY) == "1 opened"
    assert found(graph)[-1].title == "service instance miner went on web-1"


def test_an_address_that_is_added_by_hand_is_drift_of_its_interface(graph: Graph) -> None:
    send(graph, host(1))
    document = host(1, at=START + HOUR)
    document["items"].append({
        "key": "addr:10.66.0.1", "type": "IPAddress", "in": "if:eth0", "attributes": {"address": "10.66.0.1"},
    })  # fmt: skip
    send(graph, document)
    watch_drift(graph, START + HOUR)
    assert changes(graph) == [("address", None, ["10.66.0.1"])]
    assert found(graph)[0].title == "address: nothing → 10.66.0.1 on eth0 on web-1"


def test_a_filesystem_and_an_interface_that_come_are_drift_of_themselves_alone(graph: Graph) -> None:
    send(graph, host(1))
    document = host(1, at=START + HOUR)
    document["items"] += [
        {"key": "fs:/data", "type": "Filesystem", "in": "host", "attributes": {"mount_point": "/data"}},
        {"key": "if:eth1", "type": "NetworkInterface", "in": "host", "attributes": {"name": "eth1"}},
        {"key": "addr:10.66.0.1", "type": "IPAddress", "in": "if:eth1", "attributes": {"address": "10.66.0.1"}},
    ]
    send(graph, document)
    watch_drift(graph, START + HOUR)
    assert sorted(one.title for one in found(graph)) == [
        "filesystem /data came on web-1",
        "network interface eth1 came on web-1",
    ]


def test_a_package_that_a_new_agent_version_finds_is_no_drift(graph: Graph) -> None:
    send(graph, with_packages(START, openssl="3.0"))
    newer = with_packages(START + HOUR, openssl="3.0", snapd="2.1")
    newer["source"]["version"] = "0.2.0"
    send(graph, newer)
    assert watch_drift(graph, START + HOUR) is None


def test_the_question_of_a_time_tells_of_presence_too(graph: Graph) -> None:
    send(graph, with_packages(START, openssl="3.0"))
    send(graph, with_packages(START + HOUR, openssl="0.9.8"))
    send(graph, with_packages(START + 3 * HOUR, openssl="3.0"))
    drift = drift_between(graph, START, START + 2 * HOUR, START + 3 * HOUR).drift
    assert [(one.verdict, one.attribute) for one in drift.findings] == [("unauthorised", "dpkg openssl amd64")]
    assert len(drift_between(graph, START, START + 4 * HOUR, START + 4 * HOUR).drift.findings) == 2


def test_a_cable_that_moved_to_another_port_is_drift_of_the_interface_at_its_other_end(graph: Graph) -> None:
    def seen_at(port: int, at: int) -> dict[str, Any]:
        document = Switch(1, 1).document(at)
        told = [one for one in document["relations"] if one["from"] == "if:2"]
        return document | {"relations": [one | {"from": f"if:{port}"} for one in told]}

    machine = Host.made(1, Random(1))
    for at, port in ((START, 2), (START + HOUR, 2), (START + 2 * HOUR, 3)):
        send(graph, machine.document(at))
        send(graph, seen_at(port, at + 1))
    watch_drift(graph, START + 2 * HOUR + 2)
    assert changes(graph) == [("cable", ["Gi0/2 on switch-1"], ["Gi0/3 on switch-1"])]
    assert found(graph)[0].title == "cable: Gi0/2 on switch-1 → Gi0/3 on switch-1 on eth0 on host-1"
