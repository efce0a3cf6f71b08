from cmdb_agent.probes import topology

SYS = "/sys/class/net"


def entry(mac, port, is_local=False):
    return bytes.fromhex(mac.replace(":", "")) + bytes([port & 0xFF, is_local]) + bytes(4) + bytes([port >> 8, 0, 0, 0])


def bridge(machine, name, ports, *entries):
    for number, port in ports.items():
        machine.file(f"{SYS}/{name}/brif/{port}/port_no", f"{number:#x}\n")
    machine.file(f"{SYS}/{name}/brforward", b"".join(entries))


def attached(reading):
    return {
        (r["from"], r["to"]["chassis_id"], r["attributes"]["macs_on_port"])
        for r in reading.relations
        if r["verb"] == "ATTACHED_TO" and r["to"]["discovered_by"] == "fdb"
    }


def test_a_switch_forwards_and_says_who_is_behind_each_port(machine):
    bridge(
        machine, "br0", {1: "p1", 258: "p2"},
        entry("02:da:00:00:00:01", 1, is_local=True), entry("02:da:00:00:00:31", 1), entry("02:da:00:00:00:32", 1),
        entry("02:da:00:00:00:41", 258),
    )  # fmt: skip
    reading = topology.read(machine.host())
    assert reading.state == "read"
    assert reading.attributes == {"forwards": True}
    assert attached(reading) == {
        ("if:p1", "02:da:00:00:00:31", 2), ("if:p1", "02:da:00:00:00:32", 2), ("if:p2", "02:da:00:00:00:41", 1),
    }  # fmt: skip


def test_a_runtimes_bridge_says_nothing(machine):
    bridge(machine, "docker0", {1: "p1", 2: "p2"}, entry("02:42:ac:11:00:02", 1))
    reading = topology.read(machine.host())
    assert (reading.attributes, reading.relations) == ({}, [])


def test_a_bridge_between_the_wire_and_virtual_machines_does_not_forward_for_others(machine):
    bridge(
        machine, "br0", {1: "eth0", 2: "vnet0", 3: "tap3f0a2c7e-58"},
        entry("00:16:3e:00:00:07", 1), entry("52:54:00:00:00:01", 2),
    )  # fmt: skip
    reading = topology.read(machine.host())
    assert reading.attributes == {}
    assert attached(reading) == {("if:eth0", "00:16:3e:00:00:07", 1)}


def test_more_stations_than_are_kept_are_said(machine):
    many = (
        entry(f"00:16:3e:{number >> 16:02x}:{number >> 8 & 255:02x}:{number & 255:02x}", 1) for number in range(10_001)
    )
    bridge(machine, "br0", {1: "p1", 2: "p2"}, *many)
    reading = topology.read(machine.host())
    assert (reading.state, len(reading.relations)) == ("partial", 10_000)
    assert reading.problems[0]["kind"] == "too_many"


def test_a_machine_without_bridges_has_a_section_that_was_read(machine):
    machine.file(f"{SYS}/eth0/ifindex", "2\n")
    reading = topology.read(machine.host())
    assert (reading.state, reading.attributes, reading.relations) == ("read", {}, [])
