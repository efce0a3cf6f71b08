"""Figures from groups of CIs that are alike, and the rules' own order."""

from __future__ import annotations

from datetime import date

import pytest

from cmdb.analyse.data_health import ASPECTS, BY_KEY, RULES, Figure, Group, measure
from cmdb.model.types import BY_LABEL
from cmdb.practices.os_support import OS_RELEASES, release_of, without_support

SALES, OPS = ("ci_sales", "Sales"), ("ci_ops", "Operations")


def test_every_rule_is_of_an_aspect_and_looks_at_types_that_there_are() -> None:
    assert len(BY_KEY) == len(RULES)
    assert {rule.aspect for rule in RULES} == set(ASPECTS)
    assert [rule.key for rule in RULES if not rule.types or set(rule.types) - BY_LABEL.keys()] == []


def test_a_ci_counts_for_each_of_its_sources_and_teams_and_once_in_all() -> None:
    groups = [
        Group(("agent", "snmp"), (SALES, OPS), ("stale",), 2),
        Group(("snmp",), (), (), 3),
    ]
    stale = next(one for one in measure({"Server": groups}, 7).measures if one.rule.key == "stale")
    assert stale.total == Figure("", "", 5, 2)
    assert stale.by_type == (Figure("Server", "Server", 5, 2),)
    assert set(stale.by_source) == {Figure("agent", "agent", 2, 2), Figure("snmp", "snmp", 5, 2)}
    assert stale.by_team == (
        Figure("ci_ops", "Operations", 2, 2), Figure("ci_sales", "Sales", 2, 2), Figure("none", "no team", 3, 0),
    )  # fmt: skip


def test_a_ci_that_lacks_two_attributes_is_one_ci_with_two_gaps() -> None:
    faults = ("missing-required:device", "missing-required:size_bytes")
    health = measure({"Filesystem": [Group(("agent",), (), faults, 4)]}, 7)
    required = next(one for one in health.measures if one.rule.key == "missing-required")
    assert required.total == Figure("", "", 4, 4)
    assert [(one.attribute, one.affected) for one in required.by_attribute] == [("device", 4), ("size_bytes", 4)]
    completeness = health.aspects[0]
    assert (completeness.aspect, completeness.considered, completeness.affected) == ("completeness", 4, 4)


def test_what_its_value_identifies_counts_for_no_source_and_no_team() -> None:
    health = measure({"IPAddress": [Group((), (), ("orphan",), 3)], "Team": [Group((), (), ("orphan",), 1)]}, 7)
    orphan = next(one for one in health.measures if one.rule.key == "orphan")
    assert orphan.total == Figure("", "", 4, 4)
    assert orphan.by_source == (Figure("person", "person", 1, 1),)
    assert orphan.by_team == ()


@pytest.mark.parametrize(
    ("os_id", "version", "until"),
    [
        ("debian", "12", date(2028, 6, 30)),
        ("debian", "12.5", date(2028, 6, 30)),
        ("debian", "1", None),
        ("rhel", "7.9", date(2024, 6, 30)),
        ("alpine", "3.20.3", date(2026, 4, 1)),
        ("alpine", "3.2", None),
        ("plan9", "4", None),
        (None, "12", None),
    ],
)
def test_a_release_is_known_by_the_beginning_of_its_version(
    os_id: str | None, version: str, until: date | None
) -> None:
    release = release_of(os_id, version)
    assert (release.supported_until if release else None) == until


def test_support_ends_with_the_last_day_and_each_release_stands_once() -> None:
    last_moment = 1_788_220_799_999  # 2026-08-31T23:59:59.999Z
    ended = {(one.os_id, one.version) for one in without_support(last_moment)}
    assert ("debian", "11") not in ended
    assert ("debian", "10") in ended
    assert ("debian", "11") in {(one.os_id, one.version) for one in without_support(last_moment + 1)}
    assert len({(one.os_id, one.version) for one in OS_RELEASES}) == len(OS_RELEASES)
