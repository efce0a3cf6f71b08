"""Which stations a Linux bridge has learnt behind which of its ports: sysfs `brforward`, `brif` (linux/if_bridge.h)."""

from __future__ import annotations

from typing import NamedTuple

from cmdb_agent.host import Host
from cmdb_agent.probes.network import RUNTIME_BRIDGE, RUNTIME_PORT
from cmdb_agent.reading import Reading

_SYS = "/sys/class/net"
_ENTRY_BYTES = 16  # struct __fdb_entry: mac[6], port_no, is_local, ageing timer (4), port_hi, pad, unused (2)
STATIONS_MAX = 10_000
FORWARDING_BYTES_MAX = 4 * STATIONS_MAX * _ENTRY_BYTES


class Station(NamedTuple):
    """A MAC address that a bridge has learnt, and the number of the port behind which it is."""

    mac: str
    port_number: int


def read(host: Host) -> Reading:
    """The section `topology`: bridges of container and virtual machine runtimes, and their ports, are left out."""
    reading = Reading("topology")
    for bridge in host.names(_SYS):
        ports = _ports(host, bridge)
        if RUNTIME_BRIDGE.fullmatch(bridge) or not ports:
            continue
        if len(ports) > 1:
            reading.set(forwards=True)
        learnt = stations(host.read(f"{_SYS}/{bridge}/brforward", FORWARDING_BYTES_MAX) or b"")
        behind: dict[str, list[str]] = {}
        for station in learnt:
            if station.port_number in ports:
                behind.setdefault(ports[station.port_number], []).append(station.mac)
        for port, macs in sorted(behind.items()):
            _attach(reading, port, sorted(set(macs)))
    return reading


def stations(table: bytes) -> list[Station]:
    """The stations in a `brforward`, the bridge's own addresses apart."""
    whole = len(table) - len(table) % _ENTRY_BYTES
    entries = (table[at : at + _ENTRY_BYTES] for at in range(0, whole, _ENTRY_BYTES))
    return [
        Station(":".join(f"{byte:02x}" for byte in entry[:6]), entry[6] | entry[12] << 8)
        for entry in entries
        if not entry[7]
    ]


def _ports(host: Host, bridge: str) -> dict[int, str]:
    """The ports of a bridge that are no runtime's, by their number; empty for what is no bridge."""
    found: dict[int, str] = {}
    for port in host.names(f"{_SYS}/{bridge}/brif"):
        number = host.text(f"{_SYS}/{bridge}/brif/{port}/port_no")
        if number and not RUNTIME_PORT.fullmatch(port):
            found[int(number, 16)] = port
    return found


def _attach(reading: Reading, port: str, macs: list[str]) -> None:
    left = STATIONS_MAX - len(reading.relations)
    if len(macs) > left:
        reading.missed(
            "too_many", f"more than {STATIONS_MAX} stations are learnt: of those behind {port} {left} are kept"
        )
    for mac in macs[:left]:
        reading.relations.append({
            "verb": "ATTACHED_TO", "from": f"if:{port}",
            "to": {"discovered_by": "fdb", "chassis_id_subtype": "macAddress", "chassis_id": mac},
            "attributes": {"macs_on_port": len(macs)},
        })  # fmt: skip
