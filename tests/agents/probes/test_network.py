import ipaddress
import struct

import pytest
from cmdb_agent import netlink
from cmdb_agent.probes import network

SYS = "/sys/class/net"


def attribute(kind, value):
    return struct.pack("=HH", len(value) + 4, kind) + value + bytes(-len(value) % 4)


def message(kind, body):
    return struct.pack("=IHHII", len(body) + 16, kind, 2, 1, 0) + body


def done():
    return message(3, bytes(4))


def link(index, name, mac="", flags=0x1, driver=None, state=6, hardware=1):
    body = struct.pack("=BxHiII", 0, hardware, index, flags, 0)
    body += attribute(3, name.encode() + b"\0") + attribute(4, struct.pack("=I", 1500)) + attribute(16, bytes([state]))
    if mac:
        body += attribute(1, bytes.fromhex(mac.replace(":", "")))
    if driver:
        body += attribute(18 | 0x8000, attribute(1, driver.encode() + b"\0"))
    return message(16, body)


def address(index, text, flags=0):
    interface = ipaddress.ip_interface(text)
    body = struct.pack(
        "=BBBBi", 2 if interface.version == 4 else 10, interface.network.prefixlen, flags & 0xFF, 0, index
    )
    return message(20, body + attribute(1, interface.ip.packed) + attribute(8, struct.pack("=I", flags)))


def route(prefix, gateway=None, index=2, table=254, kind=1, hops=()):
    net = ipaddress.ip_network(prefix)
    body = struct.pack("=BBBBBBBBI", 2 if net.version == 4 else 10, net.prefixlen, 0, 0, table, 0, 0, kind, 0)
    if net.prefixlen:
        body += attribute(1, net.network_address.packed)
    if gateway:
        body += attribute(5, ipaddress.ip_address(gateway).packed) + attribute(4, struct.pack("=i", index))
    if hops:
        inner = b""
        for hop, through in hops:
            gateway_of_hop = attribute(5, ipaddress.ip_address(hop).packed)
            inner += struct.pack("=HBBi", 8 + len(gateway_of_hop), 0, 0, through) + gateway_of_hop
        body += attribute(9, inner)
    return message(24, body)


@pytest.fixture
def net(machine):
    def build(links, addresses=(), routes=()):
        machine.recorded(netlink={
            "links": b"".join([*links, done()]).hex(),
            "addresses": b"".join([*addresses, done()]).hex(),
            "routes": b"".join([*routes, done()]).hex(),
        })  # fmt: skip
        return network.read(machine.host())

    build.machine = machine
    return build


def port(machine, name, target="../../../0000:00:03.0", assigned="0", **files):
    machine.link(f"{SYS}/{name}/device", target)
    machine.file(f"{SYS}/{name}/addr_assign_type", assigned + "\n")
    for path, content in files.items():
        machine.file(f"{SYS}/{name}/{path}", content)


def items(reading, type_name):
    return {item["key"]: item for item in reading.items if item["type"] == type_name}


def test_a_physical_port_with_a_burnt_in_address_proves_the_machine(net):
    port(net.machine, "eth0", speed="10000\n", duplex="full\n")
    reading = net([link(2, "eth0", "3c:ec:ef:01:02:03")], [address(2, "10.0.0.5/24")])
    assert reading.identifiers == {"permanent_macs": ["3c:ec:ef:01:02:03"], "routed_macs": ["3c:ec:ef:01:02:03"]}
    assert items(reading, "NetworkInterface")["if:eth0"]["attributes"] == {
        "name": "eth0", "if_index": 2, "kind": "physical", "mac_address": "3c:ec:ef:01:02:03", "mtu": 1500,
        "speed_bits_per_second": 10_000_000_000, "duplex": "full", "admin_status": "up", "oper_status": "up",
    }  # fmt: skip


def test_a_locally_administered_address_is_no_permanent_one_but_routed_where_it_holds_the_address(net):
    port(net.machine, "eth0")
    reading = net([link(2, "eth0", "02:fc:00:00:00:01")], [address(2, "10.0.0.5/24")])
    assert reading.identifiers == {"routed_macs": ["02:fc:00:00:00:01"]}


def test_a_usb_adapter_proves_nothing_about_the_machine_it_is_plugged_into(net):
    net.machine.file("/sys/devices/pci0/usb1/1-2/uevent", "")
    port(net.machine, "eth1", target="../../../devices/pci0/usb1/1-2")
    assert net([link(2, "eth1", "3c:ec:ef:01:02:03")]).identifiers == {}


def test_an_address_that_somebody_set_is_not_burnt_in(net):
    port(net.machine, "eth0", assigned="3")
    assert "permanent_macs" not in net([link(2, "eth0", "3c:ec:ef:01:02:03")]).identifiers


def test_the_ports_of_a_bond_prove_by_their_own_addresses(net):
    for name, own in (("eth0", "3c:ec:ef:01:02:03"), ("eth1", "3c:ec:ef:01:02:04")):
        port(net.machine, name, assigned="2")
        net.machine.file(f"{SYS}/{name}/bonding_slave/perm_hwaddr", own + "\n")
    same = "3c:ec:ef:01:02:03"
    reading = net(
        [link(2, "eth0", same), link(3, "eth1", same), link(4, "bond0", same, driver="bond")],
        [address(4, "10.0.0.5/24")],
    )
    assert reading.identifiers["permanent_macs"] == ["3c:ec:ef:01:02:03", "3c:ec:ef:01:02:04"]
    assert items(reading, "NetworkInterface")["if:bond0"]["attributes"]["kind"] == "bond"


def test_a_veth_that_holds_the_machine_s_own_address_counts_by_its_role(net):
    reading = net([link(2, "eth0", "02:da:00:00:00:21", driver="veth")], [address(2, "10.99.0.21/24")])
    assert reading.identifiers == {"routed_macs": ["02:da:00:00:00:21"]}


def test_bridges_and_ports_of_container_runtimes_are_not_the_machine(net):
    reading = net(
        [
            link(2, "docker0", "02:42:aa:bb:cc:dd", driver="bridge"),
            link(3, "veth1a2b3c4", "02:11:22:33:44:55", driver="veth"),
        ],
        [address(2, "172.17.0.1/16")],
    )
    assert reading.identifiers == {}
    assert list(items(reading, "NetworkInterface")) == ["if:docker0"]
    assert not items(reading, "IPAddress")


def test_loopback_link_local_and_changing_addresses_are_no_items(net):
    reading = net(
        [link(1, "lo", flags=0x9, hardware=772), link(2, "eth0", "02:fc:00:00:00:01")],
        [address(1, "127.0.0.1/8"), address(1, "::1/128"), address(2, "fe80::1/64"), address(2, "169.254.7.7/16"),
         address(2, "2001:db8::aaaa/64", flags=0x01), address(2, "2001:db8::bad/64", flags=0x08),
         address(2, "2001:db8::5/64"), address(1, "10.9.9.9/32")],
    )  # fmt: skip
    assert set(items(reading, "IPAddress")) == {"addr:2001:db8::5", "addr:10.9.9.9"}
    assert items(reading, "IPAddress")["addr:10.9.9.9"]["in"] == "if:lo"
    assert set(items(reading, "Subnet")) == {"net:2001:db8::/64"}
    assert items(reading, "NetworkInterface")["if:lo"]["attributes"]["kind"] == "loopback"


def test_a_secondary_ipv4_address_is_an_address_and_both_lie_in_the_subnet(net):
    reading = net(
        [link(2, "eth0", "02:fc:00:00:00:01")], [address(2, "10.0.0.5/24"), address(2, "10.0.0.6/24", flags=0x01)]
    )
    assert set(items(reading, "IPAddress")) == {"addr:10.0.0.5", "addr:10.0.0.6"}
    subnets = items(reading, "Subnet")
    assert {item["in"] for item in subnets.values()} == {"addr:10.0.0.5", "addr:10.0.0.6"}
    assert {item["attributes"]["prefix"] for item in subnets.values()} == {"10.0.0.0/24"}


def test_an_address_on_two_interfaces_is_held_by_both(net):
    reading = net([link(2, "eth0"), link(3, "eth1")], [address(2, "10.0.0.5/32"), address(3, "10.0.0.5/32")])
    held = items(reading, "IPAddress")
    assert {item["in"] for item in held.values()} == {"if:eth0", "if:eth1"}
    assert {item["attributes"]["address"] for item in held.values()} == {"10.0.0.5"}


def test_routes_through_gateways_of_the_main_table_are_listed(net):
    reading = net(
        [link(2, "eth0"), link(3, "eth1")],
        (),
        [
            route("0.0.0.0/0", "10.0.0.1"),
            route("::/0", "fe80::1"),
            route("10.0.0.0/24"),
            route("10.5.0.0/16", "10.0.0.9", 3),
            route("10.6.0.0/16", "10.0.0.9", table=100),
            route("10.7.0.0/16", "10.0.0.9", kind=3),
            route("10.8.0.0/16", hops=[("10.0.0.2", 2), ("10.1.0.2", 3)]),
        ],
    )
    assert reading.attributes["default_gateways"] == ["10.0.0.1", "fe80::1"]
    assert reading.attributes["routes"] == [
        "0.0.0.0/0 via 10.0.0.1 dev eth0",
        "10.5.0.0/16 via 10.0.0.9 dev eth1",
        "10.8.0.0/16 via 10.0.0.2 dev eth0",
        "10.8.0.0/16 via 10.1.0.2 dev eth1",
        "::/0 via fe80::1 dev eth0",
    ]


def test_a_router_with_a_full_table_keeps_its_gateways_only(net):
    many = [route(f"10.{n // 256}.{n % 256}.0/24", "10.0.0.1") for n in range(network.ROUTES_MAX + 5)]
    reading = net([link(2, "eth0")], (), [route("0.0.0.0/0", "10.0.0.1"), *many])
    assert reading.attributes["default_gateways"] == ["10.0.0.1"]
    assert "routes" not in reading.attributes
    assert reading.state == "read"
    assert [problem["kind"] for problem in reading.problems] == ["too_many"]


def test_the_servers_behind_systemd_s_stub_are_the_name_servers(net):
    net.machine.file("/etc/resolv.conf", "# stub\nnameserver 127.0.0.53\noptions edns0\n")
    net.machine.file("/run/systemd/resolve/resolv.conf", "nameserver 10.0.0.2\nnameserver 10.0.0.3\nsearch x\n")
    assert net([]).attributes["dns_servers"] == ["10.0.0.2", "10.0.0.3"]


def test_a_kernel_that_answers_no_netlink_leaves_the_section_unread(machine):
    reading = network.read(machine.host())
    assert reading.state == "not_read"
    assert reading.problems[0]["kind"] == "not_available"


def test_a_refused_dump_raises_the_kernel_s_error():
    refusal = message(2, struct.pack("=i", -1) + bytes(16))
    with pytest.raises(PermissionError):
        list(netlink.messages([refusal]))


def test_a_recorded_machine_holds_its_addresses_on_its_one_port(recorded_host):
    reading = network.read(recorded_host("firecracker"))
    assert set(items(reading, "NetworkInterface")) == {"if:eth0", "if:ifb0", "if:ifb1", "if:lo"}
    assert set(items(reading, "IPAddress")) == {"addr:192.0.2.2", "addr:fd00::2"}
    assert set(items(reading, "Subnet")) == {"net:192.0.2.0/24", "net:fd00::/64"}
    assert reading.identifiers == {"routed_macs": ["02:fc:00:00:00:01"]}
    assert reading.attributes["default_gateways"] == ["192.0.2.1", "fd00::1"]
