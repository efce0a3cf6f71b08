from pathlib import Path

import pytest
from cmdb_agent.host import Host
from cmdb_agent.probes import packages
from cmdb_agent.programs import RPM_PACKAGES

DATA = Path(__file__).parent.parent / "data"

STATUS = """Package: openssl
Essential: yes
Status: install ok installed
Priority: optional
Architecture: amd64
Version: 3.0.15-1~deb12u1
Description: Secure Sockets Layer toolkit
 It says Status: install ok installed
 .
 Version: of a lie

Package: gone
Status: deinstall ok config-files
Architecture: amd64
Version: 1.0

Package: libc6
Status: hold ok installed
Architecture: i386
Multi-Arch: same
Version: 2.36-9

Package: half
Status: install reinstreq half-installed
Architecture: amd64
Version: 1.0
"""


def test_only_installed_packages_are_listed_with_their_architecture(machine):
    machine.file("/var/lib/dpkg/status", STATUS)
    reading = packages.read(machine.host())
    assert [(item["key"], item["attributes"]["version"]) for item in reading.items] == [
        ("pkg:dpkg:openssl:amd64", "3.0.15-1~deb12u1"),
        ("pkg:dpkg:libc6:i386", "2.36-9"),
    ]
    assert reading.items[0]["attributes"] == {
        "manager": "dpkg", "name": "openssl", "version": "3.0.15-1~deb12u1", "architecture": "amd64",
    }  # fmt: skip


def test_a_changed_database_is_read_again(machine):
    machine.file("/var/lib/dpkg/status", STATUS)
    host = machine.host()
    assert packages.versions(host) == {"openssl": "3.0.15-1~deb12u1", "libc6": "2.36-9"}
    machine.file("/var/lib/dpkg/status", STATUS.replace("2.36-9", "2.36-10"))
    assert packages.versions(host)["libc6"] == "2.36-10"


def test_without_a_package_database_the_section_is_not_read_and_says_so(machine):
    reading = packages.read(machine.host())
    assert reading.state == "not_read"
    assert [problem["kind"] for problem in reading.problems] == ["not_available"]
    assert reading.items == []


APK = """C:Q1zzzzzzzzzzzzzzzzzzzzzzzzzzz=
P:busybox
V:1.36.1-r29
A:x86_64
S:500000
T:Many small programs in one: V:ersion
D:so:libc.musl-x86_64.so.1
F:bin
R:busybox
a:0:0:755
Z:Q1yyyyyyyyyyyyyyyyyyyyyyyyyyy=

P:redis
V:7.2.5-r1
A:x86_64
F:usr/bin
R:P:redis

P:half-written
V:1
"""


@pytest.mark.parametrize("place", ["/lib/apk/db/installed", "/usr/lib/apk/db/installed"])
def test_the_packages_of_alpine_come_from_the_database_of_apk(machine, place):
    machine.file(place, APK)
    reading = packages.read(machine.host())
    assert [item["key"] for item in reading.items] == ["pkg:apk:busybox:x86_64", "pkg:apk:redis:x86_64"]
    assert reading.items[1]["attributes"] == {
        "manager": "apk", "name": "redis", "version": "7.2.5-r1", "architecture": "x86_64",
    }  # fmt: skip
    assert reading.state == "read"


class RpmHost(Host):
    """A machine whose rpm prints what it is told, and counts how often it was run."""

    def __init__(self, root, printed):
        super().__init__(str(root))
        self.printed = printed
        self.runs = 0

    def output(self, arguments):
        assert arguments == RPM_PACKAGES
        self.runs += 1
        return self.printed


# Printed by rpm 4.18 for a SQLite database, into which packages built for this were installed, and a key imported.
RPM_PRINTED = (DATA / "packages" / "rpm-qa.txt").read_bytes()
SQLITE = "/usr/lib/sysimage/rpm/rpmdb.sqlite"


def test_rpm_lists_epochs_several_versions_and_architectures_and_leaves_out_keys(machine):
    machine.file(SQLITE)
    reading = packages.read(RpmHost(machine.root, RPM_PRINTED))
    assert {item["key"]: item["attributes"]["version"] for item in reading.items} == {
        "pkg:rpm:bind-example:x86_64": "32:9.16.23-18.el9_4.1",
        "pkg:rpm:cmdb-example:noarch": "1.2.3-4.el9",
        "pkg:rpm:kernel-example:x86_64": "5.14.0-1.el9",
        "pkg:rpm:kernel-example:x86_64:5.15.1-1.el9": "5.15.1-1.el9",
        "pkg:rpm:zero-example:noarch": "1.2.3-4.el9",
        "pkg:rpm:zlib-example:i686": "1.2.11-40.el9",
        "pkg:rpm:zlib-example:x86_64": "1.2.11-40.el9",
    }
    assert {item["attributes"]["manager"] for item in reading.items} == {"rpm"}


@pytest.mark.parametrize("changed", ["/var/lib/rpm/Packages", "/var/lib/rpm/Packages.db", f"{SQLITE}-wal"])
def test_rpm_runs_again_only_after_its_database_has_changed(machine, changed):
    machine.file(SQLITE)
    host = RpmHost(machine.root, RPM_PRINTED)
    packages.read(host)
    packages.versions(host)
    assert host.runs == 1
    machine.file(changed, "a transaction")
    host.printed = b"redis\t(none)\t6.2.7\t1.el9\tx86_64\tredis-6.2.7-1.el9.src.rpm\n"
    assert packages.versions(host) == {"redis": "6.2.7-1.el9"}
    assert host.runs == 2


def test_rpm_is_not_asked_where_it_has_no_database(machine):
    host = RpmHost(machine.root, RPM_PRINTED)
    assert packages.read(host).state == "not_read"
    assert host.runs == 0


@pytest.mark.parametrize("printed", [None, b""])
def test_a_database_that_rpm_does_not_read_is_a_problem_and_not_a_machine_without_packages(machine, printed):
    machine.file(SQLITE)
    host = RpmHost(machine.root, printed)
    reading = packages.read(host)
    assert (reading.state, reading.items) == ("not_read", [])
    assert reading.problems[0]["kind"] == "failed"
    assert "rpm" in reading.problems[0]["message"]
    host.printed = RPM_PRINTED
    assert packages.read(host).state == "read"


def test_several_package_managers_on_one_machine_are_all_read(machine):
    machine.file("/var/lib/dpkg/status", STATUS)
    machine.file("/lib/apk/db/installed", APK)
    machine.file("/var/lib/rpm/Packages")
    host = RpmHost(machine.root, RPM_PRINTED)
    assert {item["attributes"]["manager"] for item in packages.read(host).items} == {"dpkg", "apk", "rpm"}
    host = RpmHost(machine.root, None)
    reading = packages.read(host)
    assert {item["attributes"]["manager"] for item in reading.items} == {"dpkg", "apk"}
    assert reading.state == "partial"
