"""The vendor profiles: all registered, well-formed, and chosen by how specifically they recognise a device."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest
from cmdb_collectors.snmp import profiles
from cmdb_collectors.snmp.mibs import entity_mib
from cmdb_collectors.snmp.mibs.snmpv2_mib import SYS_DESCR, System, system
from cmdb_collectors.snmp.profiles import PROFILES
from cmdb_collectors.snmp.profiles.profile import (
    Column,
    Description,
    Entity,
    Joined,
    Match,
    Named,
    Pointed,
    Profile,
    Scalar,
    Source,
    recognise,
)
from cmdb_collectors.snmp.profiles.values import Facts, columns, first, scalars
from cmdb_collectors.snmp.values import Rows, oid_of

from tests.collectors.snmp import profiles_page

_MACHINERY = {"__init__", "profile", "values", "generic"}


def _facts(rows: Rows, description: str = "") -> Facts:
    rows = rows | {SYS_DESCR: description.encode()}
    parts = entity_mib.entities(rows)
    return Facts(rows, system(rows), parts, entity_mib.chassis(parts))


def test_every_profile_file_is_in_the_registry() -> None:
    files = {path.stem for path in Path(profiles.__file__).parent.glob("*.py")} - _MACHINERY
    assert {profile.name for profile in PROFILES} == files
    for name in files:
        module = importlib.import_module(f"cmdb_collectors.snmp.profiles.{name}")
        assert getattr(module, name.upper()) in PROFILES


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_a_profile_recognises_something_and_its_patterns_and_identifiers_are_valid(profile: Profile) -> None:
    assert profile.recognised_by
    for match in profile.recognised_by:
        assert match.object_id or match.description
        assert (
            match.object_id is None
            or oid_of(match.object_id)[:6] == oid_of("1.3.6.1.4.1")
            or match.object_id == ("1.3.6.1.2.1.33")
        )
        re.compile(match.description or "")
    for source in profile.sources:
        re.compile(getattr(source, "pattern", None) or "")
    assert all(len(name) > 6 for name in (*scalars(profile), *columns(profile)))


def test_an_object_identifier_is_a_prefix_in_whole_numbers() -> None:
    match = Match("1.3.6.1.4.1.9")
    assert match.specificity("1.3.6.1.4.1.9.1.1208", None) is not None
    assert match.specificity("1.3.6.1.4.1.99.1", None) is None
    assert match.specificity(None, "Cisco IOS") is None


def test_what_object_identifier_and_description_say_together_beats_a_longer_identifier() -> None:
    asa = recognise(PROFILES, "1.3.6.1.4.1.9.1.2404", "Cisco Adaptive Security Appliance Version 9.12(2)")
    ios = recognise(PROFILES, "1.3.6.1.4.1.9.1.1208", "Cisco IOS Software, C2960X Software, Version 15.0(2a)EX5")
    assert asa is not None
    assert asa.name == "cisco_asa"
    assert ios is not None
    assert ios.name == "cisco_ios"


def test_a_device_that_nobody_knows_is_recognised_by_no_profile() -> None:
    assert recognise(PROFILES, "1.3.6.1.4.1.99999.1", "Frobnicator 3000") is None
    assert recognise(PROFILES, None, None) is None


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (Scalar("1.3.6.1.4.1.5.1.0"), "Model X"),
        (Scalar("1.3.6.1.4.1.5.1.0", r"^\w+ (.*)"), "X"),
        (Scalar("1.3.6.1.4.1.5.9.0"), None),
        (Column("1.3.6.1.4.1.5.2"), "second row"),
        (Column("1.3.6.1.4.1.5.2", r"third (\w+)"), "row"),
        (Pointed("1.3.6.1.4.1.5.3.0", "1.3.6.1.4.1.5.2"), "third row"),
        (Named("1.3.6.1.4.1.5.3.0", {3: "three"}), "three"),
        (Named("1.3.6.1.4.1.5.3.0", {4: "four"}), None),
        (Description(r"version (\S+) of (\S+)"), "2.0 box"),
        (Joined((Description(r"version"), Scalar("1.3.6.1.4.1.5.1.0")), "/"), "version/Model X"),
        (Joined((Description(r"absent"), Scalar("1.3.6.1.4.1.5.1.0"))), None),
        (Entity("model"), None),
    ],
)
def test_a_source_takes_its_value_from_the_rows(source: Source, expected: str | None) -> None:
    rows: Rows = {
        oid_of("1.3.6.1.4.1.5.1.0"): b"Model X",
        oid_of("1.3.6.1.4.1.5.2.1"): b"n/a",
        oid_of("1.3.6.1.4.1.5.2.2"): b"second row",
        oid_of("1.3.6.1.4.1.5.2.3"): b"third row",
        oid_of("1.3.6.1.4.1.5.3.0"): 3,
    }
    assert first((source,), _facts(rows, "version 2.0 of box")) == expected


def test_of_several_sources_the_first_with_a_value_is_taken() -> None:
    rows: Rows = {oid_of("1.3.6.1.4.1.5.2.0"): b"here"}
    assert first((Scalar("1.3.6.1.4.1.5.1.0"), Scalar("1.3.6.1.4.1.5.2.0")), _facts(rows)) == "here"


def test_values_of_other_types_than_expected_are_no_values() -> None:
    rows: Rows = {oid_of("1.3.6.1.4.1.5.1.0"): 7, oid_of("1.3.6.1.4.1.5.2.0"): (1, 3)}
    facts = Facts(rows, System(None, None, None, None, None, None), [], [])
    sources = (
        Scalar("1.3.6.1.4.1.5.1.0"),
        Pointed("1.3.6.1.4.1.5.2.0", "1.3.6.1.4.1.5"),
        Named("1.3.6.1.4.1.5.2.0", {0: "zero"}),
        Description(r"."),
    )
    assert first(sources, facts) is None


def test_the_page_of_profiles_is_up_to_date() -> None:
    assert profiles_page.PAGE.read_text(encoding="utf-8") == profiles_page.page(), (
        "run python -m tests.collectors.snmp.profiles_page"
    )
