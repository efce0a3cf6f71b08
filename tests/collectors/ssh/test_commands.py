"""What the commands print, read: lines of real hosts, and of this project's own machines where no corpus has them."""

import json
import subprocess

import pytest
from cmdb_agent.probes import packages
from cmdb_agent.rtnetlink import Address, Route
from cmdb_collectors.ssh.commands.addresses import ADDRESSES
from cmdb_collectors.ssh.commands.block_devices import BLOCK_DEVICES
from cmdb_collectors.ssh.commands.descriptors import DESCRIPTORS
from cmdb_collectors.ssh.commands.filesystems import FILESYSTEMS
from cmdb_collectors.ssh.commands.interfaces import INTERFACES
from cmdb_collectors.ssh.commands.packages import PACKAGES
from cmdb_collectors.ssh.commands.processes import PROCESSES
from cmdb_collectors.ssh.commands.routes import ROUTES
from cmdb_collectors.ssh.printed import read_files, read_links
from cmdb_collectors.ssh.remote_host import RemoteHost
from cmdb_collectors.ssh.snapshot import Snapshot

from tests.support.require import require


def read(command, *printed, **indexes):
    """The snapshot after a command printed this; `indexes`: the interfaces that are known before."""
    snapshot = Snapshot()
    for name, index in indexes.items():
        snapshot.files[f"/sys/class/net/{name}/ifindex"] = str(index).encode()
    command.read("\n".join(printed).encode() + b"\n", snapshot)
    return snapshot


def test_a_file_is_its_lines_after_its_path_and_no_line_speaks_for_another_file():
    snapshot = Snapshot()
    read_files(
        b"/proc/7/cmdline:sh\0-c\0x\n/proc/7/cmdline:/proc/1/cmdline:evil\0\n/proc/8/cmdline:\xff\0\n"
        b"/sys/class/net/eth0:1/ifindex:7\n/run/udev/data/b8:0:E:ID_SERIAL_SHORT=S1\n"
        b"grep: /sys/class/dmi/id/product_uuid: Permission denied\ngrep: /sys/class/net/lo/speed: Invalid argument\n"
        b"noise\n",
        snapshot,
    )
    assert snapshot.files == {
        "/proc/7/cmdline": b"sh\0-c\0x\n/proc/1/cmdline:evil\0",
        "/proc/8/cmdline": b"\xff\0",
        "/sys/class/net/eth0:1/ifindex": b"7",
        "/run/udev/data/b8:0": b"E:ID_SERIAL_SHORT=S1",
    }
    assert snapshot.denied == {"/sys/class/dmi/id/product_uuid"}


@pytest.mark.parametrize(
    "line",
    [
        "lrwxrwxrwx 1     0     0 0 Nov 24 10:31 /proc/9/exe -> /usr/bin/a b -> c",  # coreutils 9.1
        "lrwxrwxrwx    1 0        0                0 Nov 24 10:31 /proc/9/exe -> /usr/bin/a b -> c",  # busybox 1.35
        "lrwxrwxrwx. 1 0 0 0 May  9  2026 /proc/9/exe -> /usr/bin/a b -> c",  # with an SELinux label
    ],
)
def test_a_link_is_read_from_every_ls(line):
    snapshot = Snapshot()
    read_links(f"ls: cannot read symbolic link '/proc/1/exe': Permission denied\n{line}\n".encode(), snapshot)
    assert snapshot.links == {"/proc/9/exe": "/usr/bin/a b -> c"}
    assert snapshot.denied == {"/proc/1/exe"}


def test_addresses_of_ip():
    snapshot = read(
        ADDRESSES,
        "1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever preferred_lft forever",
        "2: eth0    inet 10.0.0.5/24 brd 10.0.0.255 scope global secondary eth0\\       valid_lft forever",
        "2: eth0    inet6 2001:db8::5/64 scope global temporary dynamic \\       valid_lft 86000sec",
        "2: eth0    inet6 2001:db8::6/64 scope global dadfailed tentative \\       valid_lft forever",
        "5: tun0    inet 10.8.0.1 peer 10.8.0.2/32 scope global tun0\\       valid_lft forever",
    )
    assert snapshot.addresses == [
        Address(1, "127.0.0.1", 8, False), Address(2, "10.0.0.5", 24, False), Address(2, "2001:db8::5", 64, True),
        Address(5, "10.8.0.1", 32, False),
    ]  # fmt: skip


FIB_TRIE = """\
/proc/net/fib_trie:Main:
/proc/net/fib_trie:  +-- 0.0.0.0/0 3 0 5
/proc/net/fib_trie:     |-- 0.0.0.0
/proc/net/fib_trie:        /0 universe UNICAST
/proc/net/fib_trie:     +-- 192.0.2.0/24 2 0 2
/proc/net/fib_trie:        |-- 192.0.2.0
/proc/net/fib_trie:           /24 link UNICAST
/proc/net/fib_trie:        |-- 192.0.2.2
/proc/net/fib_trie:           /32 host LOCAL
/proc/net/fib_trie:        |-- 192.0.2.255
/proc/net/fib_trie:           /32 link BROADCAST
/proc/net/route:Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
/proc/net/route:eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
/proc/net/route:eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
"""
IF_INET6 = "/proc/net/if_inet6:fd000000000000000000000000000002 04 40 00 80     eth0"


def test_addresses_and_routes_of_a_host_without_ip():
    assert read(ADDRESSES, FIB_TRIE, IF_INET6, eth0=4).addresses == [
        Address(4, "192.0.2.2", 24, False), Address(4, "fd00::2", 64, False),
    ]  # fmt: skip
    snapshot = read(
        ROUTES, FIB_TRIE,
        "/proc/net/ipv6_route:00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
        "fd000000000000000000000000000001 00000400 00000001 00000000 00000003     eth0",
        "/proc/net/ipv6_route:00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
        "00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo",
        eth0=4, lo=1,
    )  # fmt: skip
    assert snapshot.routes == [Route("0.0.0.0/0", "192.0.2.1", 4), Route("::/0", "fd00::1", 4)]


def test_routes_of_ip():
    snapshot = read(
        ROUTES, "family 4", "default via 10.0.0.1 dev eth0 proto dhcp metric 100",
        "10.1.0.0/16 via inet6 fe80::1 dev eth1 ", "192.168.9.9 via 10.0.0.2 dev gone",
        "default proto static \\\tnexthop via 10.0.0.3 dev eth0 weight 1 \\\tnexthop via 10.1.0.3 dev eth1 weight 1 ",
        "family 6", "default via fe80::1 dev eth0 proto ra metric 1024 pref medium", "unreachable ::/96 via x",
        eth0=2, eth1=3,
    )  # fmt: skip
    assert snapshot.routes == [
        Route("0.0.0.0/0", "10.0.0.1", 2), Route("10.1.0.0/16", "fe80::1", 3), Route("0.0.0.0/0", "10.0.0.3", 2),
        Route("0.0.0.0/0", "10.1.0.3", 3), Route("::/0", "fe80::1", 2),
    ]  # fmt: skip


def test_recorded_routes_have_the_gateways_that_others_read_from_them():
    folder = require("corpora") / "cli-dev/ntc-templates/linux/ip_route_show"
    printed = (folder / "linux_ip_route_show.raw").read_text()
    snapshot = read(ROUTES, "family 4", printed, "family 6", brblue=3, ens32=4, vmbr0=5, eno2=6)
    assert snapshot.routes == [
        Route("0.0.0.0/0", "10.0.0.4", 3), Route("0.0.0.0/0", "10.0.0.4", 3), Route("192.168.0.0/24", "10.0.0.2", 3),
        Route("0.0.0.0/0", "10.10.10.1", 5),
    ]  # fmt: skip


def test_recorded_if_inet6_has_the_addresses_that_others_read_from_it():
    folder = require("corpora") / "cli-dev/jc/linux-proc"
    printed = [f"/proc/net/if_inet6:{line}" for line in (folder / "net_if_inet6").read_text().splitlines()]
    found = read(ADDRESSES, *printed).addresses
    expected = json.loads((folder / "net_if_inet6.json").read_text())
    assert [(a.interface, a.prefix_length) for a in found] == [
        (int(row["index"], 16), int(row["prefix"], 16)) for row in expected
    ]
    assert [a.address for a in found] == ["fe80::20c:29ff:fea4:e315", "::1"]


def test_recorded_processors_survive_the_way_through_grep():
    for path in sorted((require("corpora") / "host-dev/glpi-agent/linux/proc/cpuinfo").iterdir()):
        content = path.read_bytes()
        snapshot = Snapshot()
        read_files(b"".join(b"/proc/cpuinfo:" + line + b"\n" for line in content.split(b"\n")), snapshot)
        assert snapshot.files["/proc/cpuinfo"].split() == content.split(), path.name


def test_kinds_of_interfaces_are_those_that_ip_or_sysfs_names():
    by_ip = read(
        INTERFACES,
        "7: veth1@if6: <BROADCAST,MULTICAST,UP> mtu 1500 qdisc noqueue state UP \\    link/ether 02:00:00:00:00:01 "
        "brd ff:ff:ff:ff:ff:ff link-netnsid 0 promiscuity 0 minmtu 68 maxmtu 65535 \\    veth addrgenmode eui64 ",
        "8: br0: <BROADCAST> mtu 1500 \\    link/ether 02:00:00:00:00:02 \\    bridge forward_delay 1500 ",
        "4: eth0: <BROADCAST> mtu 1400 \\    link/ether 02:fc:00:00:00:01 brd ff:ff:ff:ff:ff:ff promiscuity 0 ",
    )
    assert by_ip.drivers == {"veth1": "veth", "br0": "bridge"}
    by_sysfs = read(
        INTERFACES,
        "/sys/class/net/br0/uevent:DEVTYPE=bridge", "/sys/class/net/br0/uevent:INTERFACE=br0",
        "/sys/class/net/wlan0/uevent:DEVTYPE=wlan", "/sys/class/net/tun0/tun_flags:0x1001",
        "/sys/class/net/sit0/type:776", "/sys/class/net/eth0/type:1",
    )  # fmt: skip
    assert by_sysfs.drivers == {"br0": "bridge", "tun0": "tun", "sit0": "sit"}


def test_block_devices_and_what_they_are_stored_on():
    snapshot = read(
        BLOCK_DEVICES, "/sys/block/dm-0/size:2048", "grep: /sys/block/*/serial: No such file or directory",
        "/run/udev/data/b8:0:E:ID_SERIAL_SHORT=S1", "/sys/block/dm-0/slaves/sda2", "/sys/block/*/slaves/*",
    )  # fmt: skip
    assert snapshot.paths == {"/sys/block/dm-0/slaves/sda2"}
    assert snapshot.children()["/sys/block/dm-0"] == {"size", "slaves"}


@pytest.mark.parametrize(
    "denied",
    [
        "ls: cannot open directory '/proc/1/fd': Permission denied",  # coreutils
        "ls: can't open '/proc/1/fd': Permission denied",  # busybox
    ],
)
def test_the_sockets_of_two_looks_are_joined(denied):
    snapshot = Snapshot()
    for socket in (11, 12):
        text = f"{denied}\n/proc/7/fd:\nlrwx------ 1 0 0 64 Nov 24 10:31 3 -> socket:[{socket}]\n/proc/8/fd:\n"
        DESCRIPTORS.read(text.encode(), snapshot)
    assert snapshot.descriptors == {"/proc/7/fd": {"socket:[11]", "socket:[12]"}, "/proc/8/fd": set()}
    assert snapshot.denied == {"/proc/1/fd"}


def test_processes_have_files_and_links():
    snapshot = read(
        PROCESSES, "/proc/7/stat:7 (a b) S 1", "/proc/7/status:Uid:\t0\t0\t0\t0",
        "lrwxrwxrwx 1 0 0 0 Nov 24 10:31 /proc/7/ns/net -> net:[4026531840]",
    )  # fmt: skip
    assert snapshot.files == {"/proc/7/stat": b"7 (a b) S 1", "/proc/7/status": b"Uid:\t0\t0\t0\t0"}
    assert snapshot.links == {"/proc/7/ns/net": "net:[4026531840]"}


def test_figures_of_filesystems():
    snapshot = read(FILESYSTEMS, "4096 1000 250 /", "512 8 0 /mnt/a b", "stat: cannot stat '/x'")
    assert snapshot.figures == {"/": (4096000, 3072000), "/mnt/a b": (4096, 4096)}


def test_what_rpm_printed_counts_only_where_it_has_a_database_and_succeeded():
    *_, rpm = PACKAGES
    database = "/var/lib/rpm/rpmdb.sqlite"
    line = b"bash\t(none)\t5.1.8\t6.el9\tx86_64\tbash-5.1.8-6.el9.src.rpm\n"
    snapshot = Snapshot()
    rpm.read(database.encode() + b"\n\nprinted\n" + line + b"\nstatus=0\n", snapshot)
    assert list(snapshot.outputs.values()) == [line]
    assert snapshot.paths == {database}
    host = RemoteHost(snapshot, 0.0)
    assert [item["key"] for item in packages.read(host).items] == ["pkg:rpm:bash:x86_64"]
    for after in (line + b"\nstatus=124\n", line, b""):
        failed = Snapshot()
        rpm.read(database.encode() + b"\n\nprinted\n" + after, failed)
        assert failed.outputs == {}
        assert packages.read(RemoteHost(failed, 0.0)).problems[0]["kind"] == "failed"


def test_without_a_database_rpm_is_not_run(tmp_path):
    *_, rpm = PACKAGES
    script = f"set -x\nlimit=\nall() {{\n{rpm.script}}}\nall\n"
    done = subprocess.run(["sh"], input=script.replace("ls -d /", f"ls -d {tmp_path}/"), capture_output=True, text=True,
                          check=True)  # fmt: skip
    assert done.stdout == ""
    assert "command -v" not in done.stderr
