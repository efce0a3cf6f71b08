"""What came, went or moved, as revisions."""

from __future__ import annotations

from typing import Any

from cmdb.analyse.presence import Interval, Thing, presence_revisions
from cmdb.analyse.revision import Revision

HOST = Thing(id="host", type="Server", title="web-1", since=0, until=None)
PORT = Thing(id="eth0", type="NetworkInterface", title="eth0", since=0, until=None)


def package(version: str, name: str = "openssl") -> Thing:
    return Thing(
        id=f"{name}-{version}", type="SoftwareRelease", title=f"{name} {version}", since=None, until=None,
        named=f"dpkg {name} amd64", told=version,
    )  # fmt: skip


def turned(verb: str, start: Thing, end: Thing, *, began: bool, at: int = 20, cause: str = "world") -> Interval:
    return Interval(verb=verb, start=start, end=end, began=began, changed_after=at - 10, seen_at=at, cause=cause)


def changes(*intervals: Interval) -> list[tuple[str, str, Any, Any]]:
    return [(one.ci, one.attribute, one.old, one.new) for one in presence_revisions(intervals)]


def installed(version: str, **said: Any) -> Interval:
    return turned("HAS_INSTALLED", HOST, package(version), **said)


def test_one_version_for_another_is_one_revision_and_at_two_times_two() -> None:
    assert changes(installed("1", began=False), installed("2", began=True)) == [
        ("host", "dpkg openssl amd64", ["1"], ["2"])
    ]
    assert changes(installed("1", began=False), installed("2", began=True, at=30)) == [
        ("host", "dpkg openssl amd64", ["1"], None),
        ("host", "dpkg openssl amd64", None, ["2"]),
    ]


def test_what_began_or_ended_with_what_has_it_is_none() -> None:
    new = Thing(id="host", type="Server", title="web-1", since=20, until=None)
    gone = Thing(id="host", type="Server", title="web-1", since=0, until=20)
    assert changes(turned("HAS_INSTALLED", new, package("1"), began=True)) == []
    assert changes(turned("HAS_INSTALLED", gone, package("1"), began=False)) == []
    service = Thing(id="svc", type="ServiceInstance", title="nginx", since=20, until=None)
    assert changes(turned("RUNS_ON", service, new, began=True)) == []
    assert changes(turned("RUNS_ON", service, gone, began=False)) == []
    assert changes(turned("RUNS_ON", service, HOST, began=True)) == [("svc", "presence", None, "nginx")]


def test_a_container_and_a_machine_stand_for_themselves() -> None:
    container = Thing(id="c", type="Container", title="shop", since=20, until=None)
    assert changes(turned("RUNS_ON", container, HOST, began=True)) == []


def test_addresses_that_change_at_one_time_are_one_revision() -> None:
    first, second = (Thing(id=text, type="IPAddress", title=text, since=None, until=None) for text in ("a", "b"))
    found = (turned("HAS_ADDRESS", PORT, first, began=False), turned("HAS_ADDRESS", PORT, second, began=True))
    assert changes(*found) == [("eth0", "address", ["a"], ["b"])]


def test_a_cable_counts_where_it_moved_and_not_where_a_port_is_down() -> None:
    old, new = (Thing(id=name, type="NetworkInterface", title=name, since=0, until=None) for name in ("p1", "p2"))
    moved = (turned("LINKED_TO", PORT, old, began=False), turned("LINKED_TO", new, PORT, began=True))
    assert changes(*moved) == [("eth0", "cable", ["p1"], ["p2"])]
    assert changes(moved[0]) == []


def test_what_a_correction_brought_about_is_no_change_of_the_world() -> None:
    found: list[Revision] = presence_revisions((installed("1", began=False, cause="identity"),))
    assert [one.cause for one in found] == ["identity"]
    assert [
        one.cause
        for one in presence_revisions((installed("1", began=False), installed("2", began=True, cause="observer")))
    ] == ["observer"]
