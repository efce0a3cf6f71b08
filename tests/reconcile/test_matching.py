from __future__ import annotations

import pytest

from cmdb.model.types import BY_LABEL
from cmdb.reconcile.matching import covers, match

SERVICE = BY_LABEL["ServiceInstance"]
INTERFACE = BY_LABEL["NetworkInterface"]


def test_a_unit_name_is_stronger_than_a_port() -> None:
    left = {"a": {"unit": "a.service", "listens": ["tcp 0.0.0.0:1"]}}
    right = {"x": {"unit": "b.service", "listens": ["tcp 0.0.0.0:1"]}, "y": {"unit": "a.service"}}
    assert match(SERVICE, left, right) == {"a": "y"}


def test_a_wildcard_and_an_address_on_one_port_are_the_same_endpoint() -> None:
    assert match(SERVICE, {"a": {"listens": ["tcp 0.0.0.0:80"]}}, {"x": {"listens": ["tcp 10.0.0.1:80"]}}) == {"a": "x"}


def test_a_rule_that_names_two_names_nobody() -> None:
    left = {"a": {"executable": "/usr/bin/python3"}}
    right = {"x": {"executable": "/usr/bin/python3"}, "y": {"executable": "/usr/bin/python3"}}
    assert match(SERVICE, left, right) == {}
    assert match(SERVICE, right, left) == {}


def test_the_main_argument_tells_two_programs_of_one_runtime_apart() -> None:
    left = {"a": {"executable": "/usr/bin/python3", "main_argument": "a.py"}}
    right = {
        "x": {"executable": "/usr/bin/python3", "main_argument": "a.py"},
        "y": {"executable": "/usr/bin/python3", "main_argument": "b.py"},
    }
    assert match(SERVICE, left, right) == {"a": "x"}


def test_interfaces_match_by_name_then_number_and_mac_then_a_mac_that_only_one_has() -> None:
    mac = "00:16:3e:00:00:01"
    assert match(INTERFACE, {"a": {"name": "eth0"}}, {"x": {"name": "eth0"}}) == {"a": "x"}
    renamed = {"a": {"name": "ens3", "if_index": 2, "mac_address": mac}}
    old = {"x": {"name": "eth0", "if_index": 2, "mac_address": mac}, "y": {"name": "br0", "mac_address": mac}}
    assert match(INTERFACE, renamed, old) == {"a": "x"}
    shared = {"x": {"name": "eth0", "mac_address": mac}, "y": {"name": "br0", "mac_address": mac}}
    assert match(INTERFACE, {"a": {"name": "ens3", "mac_address": mac}}, shared) == {}


@pytest.mark.parametrize(
    ("listens", "address", "answers"),
    [
        ("tcp 0.0.0.0:443", "10.0.0.1", True),
        ("tcp [::]:443", "10.0.0.1", True),
        ("tcp 10.0.0.1:443", "10.0.0.1", True),
        ("tcp 10.0.0.2:443", "10.0.0.1", False),
        ("udp 0.0.0.0:443", "10.0.0.1", False),
        ("tcp 0.0.0.0:4430", "10.0.0.1", False),
        ("tcp [fd00::1]:443", "fd00::1", True),
    ],
)
def test_a_listener_answers_at_its_own_address_or_at_all(listens: str, address: str, answers: bool) -> None:
    assert covers(listens, "tcp", address, 443) is answers
