"""LLDP-MIB (IEEE 802.1AB-2005), its successor LLDP-V2-MIB (2009), and private MIBs of the same shape."""

from __future__ import annotations

import ipaddress
from typing import NamedTuple

from cmdb_collectors.snmp.mibs.tables import Columns, Malformed, Parsed, entries, ip, mac, number, parse, text
from cmdb_collectors.snmp.values import Oid, Rows, Value


class Layout(NamedTuple):
    """Where a MIB keeps what LLDP-MIB says. `first` is the column of the neighbour's chassis subtype.

    `port_at`, `index_length`: which element of a neighbour's index is the local port, and how many it has.
    `by_if_index`: that port is an ifIndex, and needs no local port table.
    """

    local: Oid | None
    remote_entry: Oid
    address_entry: Oid
    first: int
    port_at: int
    index_length: int
    by_if_index: bool


_LLDP = (1, 0, 8802, 1, 1, 2, 1)
_LLDP_V2 = (1, 3, 111, 2, 802, 1, 1, 13, 1)
_TIMETRA = (1, 3, 6, 1, 4, 1, 6527, 3, 1, 2, 59)  # TIMETRA-LLDP-MIB of Nokia's SR OS, whose LLDP-MIB is empty

LAYOUTS = (
    Layout((*_LLDP, 3), (*_LLDP, 4, 1, 1), (*_LLDP, 4, 2, 1), first=4, port_at=1, index_length=3, by_if_index=False),
    Layout((*_LLDP_V2, 3), (*_LLDP_V2, 4, 1, 1), (*_LLDP_V2, 4, 2, 1), 5, port_at=1, index_length=4, by_if_index=True),
    Layout(None, (*_TIMETRA, 4, 1, 1), (*_TIMETRA, 4, 2, 1), first=4, port_at=1, index_length=4, by_if_index=True),
)
# Offsets from the column of the chassis subtype, in the order of every layout.
_CHASSIS_SUBTYPE, _CHASSIS_ID, _PORT_SUBTYPE, _PORT_ID, _PORT_DESCRIPTION, _SYS_NAME, _SYS_DESCR = range(7)

LOCAL_SCALARS: tuple[Oid, ...] = tuple(
    (*layout.local, column, 0) for layout in LAYOUTS if layout.local for column in (1, 2, 6)
)
PORT_WALKS: tuple[Oid, ...] = ((*_LLDP, 3, 7),)
WALKS: tuple[Oid, ...] = (LAYOUTS[0].remote_entry, LAYOUTS[0].address_entry)
FALLBACK_WALKS: tuple[Oid, ...] = tuple(
    root for layout in LAYOUTS[1:] for root in (layout.remote_entry, layout.address_entry)
)
"""For devices whose LLDP-MIB has no neighbours."""

CHASSIS_SUBTYPES = {
    1: "chassisComponent", 2: "interfaceAlias", 3: "portComponent", 4: "macAddress", 5: "networkAddress",
    6: "interfaceName", 7: "local",
}  # fmt: skip
PORT_SUBTYPES = {
    1: "interfaceAlias", 2: "portComponent", 3: "macAddress", 4: "networkAddress", 5: "interfaceName",
    6: "agentCircuitId", 7: "local",
}  # fmt: skip
_FAMILY_IPV4, _FAMILY_IPV6 = 1, 2  # IANA address family numbers, in front of a network address
_BRIDGE = 0x20  # of LldpSystemCapabilitiesMap, whose first bit is the highest


class LocalPort(NamedTuple):
    """A local port as LLDP names it. `subtype` is a word of PORT_SUBTYPES, None where the agent keeps it to itself."""

    number: int
    subtype: str | None
    port_id: str | None
    description: str | None


class Neighbour(NamedTuple):
    """Who is at the other end of a local port. `port` is its LLDP number, an ifIndex where `by_if_index`."""

    port: int
    by_if_index: bool
    chassis_id_subtype: str
    chassis_id: str
    port_id_subtype: str | None
    port_id: str | None
    port_description: str | None
    sys_name: str | None
    sys_descr: str | None
    address: str | None


class LocalSystem(NamedTuple):
    """What the device says of itself. `mac_address` is its chassis id where that is one; `bridges`: None is unsaid."""

    mac_address: str | None
    bridges: bool | None


def local_system(rows: Rows) -> LocalSystem:
    """What the device tells its neighbours about itself (lldpLocalSystemData)."""
    for layout in LAYOUTS:
        if layout.local is None or (*layout.local, 2, 0) not in rows:
            continue
        subtype = number(rows.get((*layout.local, 1, 0)))
        chassis_id = rows[*layout.local, 2, 0]
        enabled = rows.get((*layout.local, 6, 0))
        does = None if not isinstance(enabled, bytes) or not enabled else bool(enabled[0] & _BRIDGE)
        return LocalSystem(mac(chassis_id) if subtype in (4, None) else None, does)
    return LocalSystem(None, None)


def local_ports(rows: Rows) -> dict[int, LocalPort]:
    """The local ports by their LLDP number (lldpLocPortTable)."""
    found: dict[int, LocalPort] = {}
    for index, columns in entries(rows, (*PORT_WALKS[0], 1)).items():
        if len(index) == 1:
            subtype = PORT_SUBTYPES.get(number(columns.get(2)) or 0)
            port_id = _written(subtype, columns.get(3))
            found[index[0]] = LocalPort(index[0], subtype, port_id, text(columns.get(4)))
    return found


def neighbours(rows: Rows) -> Parsed[Neighbour]:
    """The neighbours of the first layout that has any, each once, in the order of the table."""
    skipped = 0
    for layout in LAYOUTS:
        parsed = _neighbours(rows, layout)
        skipped += parsed.skipped
        if parsed.found:
            return Parsed(list(dict.fromkeys(parsed.found)), skipped)
    return Parsed([], skipped)


def _neighbours(rows: Rows, layout: Layout) -> Parsed[Neighbour]:
    known = _addresses(rows, layout)

    def read(index: Oid, columns: Columns) -> Neighbour | None:
        if len(index) != layout.index_length:
            raise Malformed(f"not the index of a neighbour: {index}")
        said = [columns.get(layout.first + offset) for offset in range(7)]
        port_subtype = PORT_SUBTYPES.get(number(said[_PORT_SUBTYPE]) or 0)
        subtype = CHASSIS_SUBTYPES.get(number(said[_CHASSIS_SUBTYPE]) or 0, "local")
        chassis_id = _written(subtype, said[_CHASSIS_ID])
        if chassis_id is None:
            return None
        return Neighbour(
            port=index[layout.port_at],
            by_if_index=layout.by_if_index,
            chassis_id_subtype=subtype,
            chassis_id=chassis_id,
            port_id_subtype=port_subtype,
            port_id=_written(port_subtype, said[_PORT_ID]),
            port_description=text(said[_PORT_DESCRIPTION]),
            sys_name=text(said[_SYS_NAME]),
            sys_descr=text(said[_SYS_DESCR]),
            address=known.get(index),
        )

    return parse(rows, layout.remote_entry, read)


def _written(subtype: str | None, value: Value | None) -> str | None:
    """An id as text: MACs in colon form, also where the octets spell one; network addresses as addresses.

    Without a subtype, six octets are a MAC only where they cannot be read as a name such as `Eth1/9`.
    """
    found = mac(value)
    if found and (subtype == "macAddress" or (subtype is None and isinstance(value, bytes) and not value.isascii())):
        return found
    if subtype == "networkAddress" and isinstance(value, bytes):
        family, address = value[:1], value[1:]
        if (family, len(address)) in ((bytes([_FAMILY_IPV4]), 4), (bytes([_FAMILY_IPV6]), 16)):
            return ip(address)
        if len(value) in (4, 16) and _spelled(value) is None:
            return ip(value)
    return text(value)


def _addresses(rows: Rows, layout: Layout) -> dict[Oid, str]:
    """The management address of each neighbour, which stands in the index; IPv4 before IPv6, link-local last."""
    candidates: dict[Oid, list[str]] = {}
    for index in entries(rows, layout.address_entry):
        neighbour, rest = index[: layout.index_length], index[layout.index_length :]
        if len(rest) > 2 and len(rest) == 2 + rest[1] and all(0 <= octet < 256 for octet in rest[2:]):
            found = _address(rest[0], bytes(rest[2:]))
            if found:
                candidates.setdefault(neighbour, []).append(found)
    return {neighbour: min(found, key=_preference) for neighbour, found in candidates.items()}


def _address(family: int, raw: bytes) -> str | None:
    if (family, len(raw)) in ((_FAMILY_IPV4, 4), (_FAMILY_IPV6, 16)):
        return ip(raw) if any(raw) else None
    return _spelled(raw)


def _spelled(raw: bytes) -> str | None:
    """The address that the octets spell as text; some agents send that."""
    try:
        return str(ipaddress.ip_address(raw.decode("ascii")))
    except ValueError:
        return None


def _preference(address: str) -> tuple[bool, bool, str]:
    parsed = ipaddress.ip_address(address)
    return parsed.is_link_local, parsed.version == 6, address
