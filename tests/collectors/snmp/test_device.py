"""A device as one reading: its root item, the members of a stack, file systems and packages."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from cmdb_collectors.credentials import Community
from cmdb_collectors.snmp import device
from cmdb_collectors.snmp.device import Device
from cmdb_collectors.snmp.device_identity import domain_name, short_name
from cmdb_collectors.snmp.mibs import host_resources_mib as hr
from cmdb_collectors.snmp.mibs.entity_mib import ENTITY_ENTRY
from cmdb_collectors.snmp.mibs.host_resources_mib import Software, software
from cmdb_collectors.snmp.session import Limits, open_session
from cmdb_collectors.snmp.values import Rows, oid_of

from tests.support import snmprec
from tests.support.recorded_session import RecordedSession

_SYSTEM = "1.3.6.1.2.1.1"
_NOW = 1_800_000_000_000


def _rows(object_id: str, description: str, name: str = "host") -> Rows:
    return {
        oid_of(f"{_SYSTEM}.1.0"): description.encode(),
        oid_of(f"{_SYSTEM}.2.0"): oid_of(object_id),
        oid_of(f"{_SYSTEM}.3.0"): 360_000,
        oid_of(f"{_SYSTEM}.5.0"): name.encode(),
    }


def _read(rows: Rows, **session: Any) -> Device:
    return asyncio.run(device.read(RecordedSession(rows, **session), _NOW))


def _section(found: Device, name: str) -> Any:
    return next(reading for reading in found.readings if reading.section == name)


def _linux() -> Rows:
    return _rows("1.3.6.1.4.1.8072.3.2.10", "Linux web 6.1.0-18-amd64 #1 SMP Debian 6.1.76-1 x86_64", "web.example.org")


def _stack() -> Rows:
    rows = _rows("1.3.6.1.4.1.9.1.1208", "Cisco IOS Software, C2960X Software, Version 15.0(2a)EX5, RELEASE", "sw-1")
    for index, serial in ((1001, b"FCW1"), (2001, b"FCW2")):
        rows |= {
            (*ENTITY_ENTRY, 4, index): 1,
            (*ENTITY_ENTRY, 5, index): 3,
            (*ENTITY_ENTRY, 6, index): index // 1000,
            (*ENTITY_ENTRY, 7, index): b"%d" % (index // 1000),
            (*ENTITY_ENTRY, 11, index): serial,
            (*ENTITY_ENTRY, 13, index): b"WS-C2960X-48FPS-L",
        }
    return rows | {(*ENTITY_ENTRY, 5, 1): 11}


def test_a_stack_is_one_device_with_members_and_only_their_serial_numbers_prove_it() -> None:
    hardware = _section(_read(_stack()), "hardware")
    assert hardware.identifiers == {"chassis_serials": ["FCW1", "FCW2"]}
    assert hardware.attributes["vendor"] == "Cisco"
    assert hardware.attributes["model"] == "WS-C2960X-48FPS-L"
    assert [(item["key"], item["type"], item["in"]) for item in hardware.items] == [
        ("member:FCW1", "ChassisMember", "device"),
        ("member:FCW2", "ChassisMember", "device"),
    ]
    assert hardware.items[1]["attributes"] == {
        "name": "2", "number": 2, "serial_number": "FCW2", "model": "WS-C2960X-48FPS-L",
    }  # fmt: skip


def test_one_chassis_is_no_member_and_proves_itself_by_both_serial_identifiers() -> None:
    rows = {oid: value for oid, value in _stack().items() if oid[-1] != 2001}
    hardware = _section(_read(rows), "hardware")
    assert hardware.items == []
    assert hardware.identifiers == {"chassis_serials": ["FCW1"], "system_serial": "FCW1"}


def test_a_linux_host_is_a_server_with_its_kernel_and_without_a_maker() -> None:
    rows = _linux() | {hr.HR_MEMORY_SIZE: 2048, (*hr.HR_PROCESSOR_LOAD, 1): 3, (*hr.HR_PROCESSOR_LOAD, 2): 9}
    found = _read(rows)
    assert found.type_name == "Server"
    assert found.profile == "netsnmp_linux"
    attributes = {name: value for reading in found.readings for name, value in reading.attributes.items()}
    assert attributes["name"] == "web"
    assert attributes["fqdn"] == "web.example.org"
    assert attributes["kernel_version"] == "6.1.0-18-amd64"
    assert attributes["architecture"] == "x86_64"
    assert attributes["memory_bytes"] == 2048 * 1024
    assert attributes["cpu_count"] == 2
    assert "vendor" not in attributes


def test_the_time_of_boot_is_that_of_the_longest_running_counter() -> None:
    rows = _linux()
    assert _read(rows).booted_at == _NOW - 3_600_000
    rows[hr.HR_SYSTEM_UPTIME] = 100 * 86_400
    assert _read(rows).booted_at == _NOW - 86_400_000
    rows[oid_of("1.3.6.1.6.3.10.2.1.3.0")] = 600 * 86_400
    assert _read(rows).booted_at == _NOW - 600 * 86_400_000


def test_fixed_disks_are_file_systems_and_views_of_the_kernel_are_not() -> None:
    entry = hr.HR_STORAGE_ENTRY
    disk = oid_of("1.3.6.1.2.1.25.2.1.4")
    rows = _linux()
    names = ((1, oid_of("1.3.6.1.2.1.25.2.1.2"), b"Physical memory"), (31, disk, b"/"), (32, disk, b"/run"))
    for index, kind, name in (*names, (33, disk, b"C:\\ Label:System  Serial Number 1848504c")):
        rows |= {
            (*entry, 2, index): kind,
            (*entry, 3, index): name,
            (*entry, 4, index): 4096,
            (*entry, 5, index): 1000,
            (*entry, 6, index): 10,
        }
    rows |= {(*entry, 5, 33): -1}
    items = _section(_read(rows), "storage").items
    assert [item["key"] for item in items] == ["fs:/", "fs:C:\\"]
    assert items[0]["attributes"] == {"mount_point": "/", "size_bytes": 4_096_000, "used_bytes": 40_960}
    assert items[1]["attributes"]["size_bytes"] == (2**32 - 1) * 4096


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("adduser_3.134_all", Software("dpkg", "adduser", "3.134", "all")),
        ("libc6_2.36-9+deb12u4_amd64", Software("dpkg", "libc6", "2.36-9+deb12u4", "amd64")),
        ("libselinux-2.0.94-5.8.el6", Software("rpm", "libselinux", "2.0.94-5.8.el6", None)),
        ("bash-5.1.8-6.el9.x86_64", Software("rpm", "bash", "5.1.8-6.el9", "x86_64")),
        ("7-Zip 9.20", Software("snmp", "7-Zip 9.20", None, None)),
        ("Update for Windows XP (KB2492386)", Software("snmp", "Update for Windows XP (KB2492386)", None, None)),
    ],
)
def test_installed_software_is_taken_apart_where_its_package_manager_is_known(name: str, expected: Software) -> None:
    assert software(name) == expected


def test_packages_are_those_of_servers_only() -> None:
    packages: Rows = {(*hr.HR_SW_INSTALLED_NAME, number): b"adduser_3.134_all" for number in (1, 2)}
    server, switch = _section(_read(_linux() | packages), "packages"), _section(_read(_stack() | packages), "packages")
    assert [item["key"] for item in server.items] == ["pkg:dpkg:adduser:3.134:all"]
    assert server.state == "read"
    assert switch.items == []
    assert switch.state == "not_read"


def test_a_device_that_nobody_knows_has_the_vendor_of_its_enterprise_number() -> None:
    found = _read(_rows("1.3.6.1.4.1.9304.1", "Frobnicator"))
    assert found.profile == "generic"
    assert found.enterprise == 9304
    assert _section(found, "hardware").attributes["vendor"] == "Connection Technology Systems"
    assert _section(found, "hardware").state == "read"


def test_a_walk_that_breaks_off_makes_its_section_partial_with_the_reason() -> None:
    hardware = _section(_read(_stack(), partial=[ENTITY_ENTRY]), "hardware")
    assert hardware.state == "partial"
    assert hardware.problems == [
        {"section": "hardware", "kind": "walk", "message": "1.3.6.1.2.1.47.1.1.1.1: the device answered no more"}
    ]


def test_text_in_latin_1_with_control_characters_becomes_one_clean_line() -> None:
    rows = _linux() | {oid_of(f"{_SYSTEM}.6.0"): b'"K\xf6ln,\r\n Geb\xe4ude\x00 4"'}
    assert _section(_read(rows), "identity").attributes["sys_location"] == "Köln, Gebäude 4"


@pytest.mark.parametrize(
    ("sys_name", "name", "fqdn"),
    [
        ("SW1.example.org", "sw1", "sw1.example.org"),
        ("sw1", "sw1", None),
        ("10.0.0.1", "10.0.0.1", None),
        ("Switch 2.1st floor", "Switch 2.1st floor", None),
        (None, None, None),
    ],
)
def test_a_sys_name_is_a_host_name_only_where_it_is_spelled_as_one(
    sys_name: str | None, name: str | None, fqdn: str | None
) -> None:
    assert short_name(sys_name) == name
    assert domain_name(sys_name) == fqdn


def test_a_target_that_never_answers_is_not_read_and_says_why() -> None:
    async def read() -> Device:
        limits = Limits(timeout_seconds=0.2, retries=0)
        async with open_session("127.0.0.1", 9, Community(community="public"), limits) as session:
            return await device.read(session, _NOW)

    found = asyncio.run(read())
    assert {reading.state for reading in found.readings} == {"not_read"}
    assert found.readings[0].problems[0]["kind"] == "no_answer"
    assert found.booted_at is None


@pytest.mark.parametrize("name", ["ios_2960x", "full_os_linux_unknown-006", "vmware-esxi"])
def test_a_served_recording_reads_like_its_file(name: str, recorded_devices: tuple[str, int]) -> None:
    async def read() -> Device:
        async with open_session(*recorded_devices, Community(community=name), Limits(timeout_seconds=10)) as session:
            return await device.read(session, _NOW)

    path = next(path for path in snmprec.recordings() if path.stem == name)
    served, recorded = asyncio.run(read()), _read(snmprec.read(path))
    assert served[:4] == recorded[:4]
    for one, other in zip(served.readings, recorded.readings, strict=True):
        assert vars(one) == vars(other)


def test_an_agent_that_shows_nothing_is_not_read_and_says_so() -> None:
    found = _read({})
    assert {reading.state for reading in found.readings} == {"not_read"}
    assert [problem["kind"] for reading in found.readings for problem in reading.problems] == ["empty_view"]


def test_another_unix_with_net_snmp_is_named_by_its_kernel() -> None:
    found = _read(_rows("1.3.6.1.4.1.8072.3.2.8", "FreeBSD fw 14.1-RELEASE FreeBSD 14.1-RELEASE GENERIC amd64"))
    attributes = _section(found, "operating_system").attributes
    assert (attributes["os_name"], attributes["os_version"]) == ("FreeBSD", "14.1-RELEASE")


def test_software_whose_version_nobody_tells_is_still_a_release() -> None:
    rows = _rows("1.3.6.1.4.1.311.1.1.3.1.1", "Hardware: x86 - Software: Windows 2000 Version 5.1 (Build 2600 Free)")
    found = _read(rows | {(*hr.HR_SW_INSTALLED_NAME, 1): b"7-Zip 9.20"})
    assert _section(found, "operating_system").attributes["os_version"] == "5.1.2600"
    assert _section(found, "packages").items == [
        {
            "key": "pkg:snmp:7-Zip 9.20",
            "type": "SoftwareRelease",
            "in": "device",
            "attributes": {"manager": "snmp", "name": "7-Zip 9.20", "version": "unknown", "architecture": "unknown"},
        }
    ]


def test_a_memory_of_a_few_bytes_is_no_memory() -> None:
    found = _read(_linux() | {hr.HR_MEMORY_SIZE: 1})
    assert "memory_bytes" not in _section(found, "hardware").attributes
