from cmdb_agent.probes import packages

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
