"""Who is at the other end of which port: LLDP and CDP together, one link for each pair of ports."""

from __future__ import annotations

import re
from typing import NamedTuple

from cmdb_collectors.snmp.interfaces import Interfaces, short_port
from cmdb_collectors.snmp.mibs import bridge_mib, cdp_mib, lldp_mib, tplink_lldp_mib
from cmdb_collectors.snmp.values import Rows


class Link(NamedTuple):
    """A neighbour of one of the device's ports, in the words of a document's reference. Unknown parts are None."""

    if_index: int
    discovered_by: str
    chassis_id_subtype: str
    chassis_id: str
    port_id_subtype: str | None
    port_id: str | None
    port_description: str | None
    sys_name: str | None
    sys_descr: str | None
    address: str | None


class Links(NamedTuple):
    """The links; how many rows could not be parsed; and the neighbours on ports that are no known interface."""

    found: list[Link]
    skipped: int
    unplaced: int


def links(rows: Rows, interfaces: Interfaces) -> Links:
    """The neighbours of the device's ports, each once, whichever of the protocols found it."""
    lldp = lldp_mib.neighbours(rows)
    if not lldp.found:
        lldp = tplink_lldp_mib.neighbours(rows)
    cdp = cdp_mib.neighbours(rows)
    place = LocalPorts(rows, interfaces)
    found: list[Link] = []
    unplaced = 0
    for neighbour in lldp.found:
        if_index = place.of(neighbour)
        if if_index is None:
            unplaced += 1
        else:
            found.append(Link(if_index, "lldp", *neighbour[2:]))
    found = _once(found)
    for spoken in dict.fromkeys(cdp.found):
        if spoken.if_index not in interfaces.by_index:
            unplaced += 1
            continue
        position = next((i for i, link in enumerate(found) if _is_same(link, spoken)), None)
        if position is None:
            found.append(_cdp_link(spoken))
        else:
            found[position] = _merged(found[position], spoken)
    return Links(found, lldp.skipped + cdp.skipped, unplaced)


def _once(found: list[Link]) -> list[Link]:
    """Each pair of ports once; what one entry leaves out another may say (seen: Eltex lists TP-Link twice)."""
    by_pair: dict[tuple[int, str, str | None], Link] = {}
    for link in found:
        pair = (link.if_index, link.chassis_id, link.port_id)
        first = by_pair.setdefault(pair, link)
        missing = {name: value for name, value in link._asdict().items() if getattr(first, name) is None}
        by_pair[pair] = first._replace(**missing)
    return list(by_pair.values())


class LocalPorts:
    """Which interface a local port number of LLDP means.

    Agents number ports by ifIndex, by bridge port, or as they like: on many, one of the first two is a valid number
    of the wrong port. So what the port is called goes first.
    """

    def __init__(self, rows: Rows, interfaces: Interfaces) -> None:
        self._interfaces = interfaces
        self._named = lldp_mib.local_ports(rows)
        self._bridged = bridge_mib.ports(rows)

    def of(self, neighbour: lldp_mib.Neighbour) -> int | None:
        """The ifIndex of the port that a neighbour was heard at; None where it is no known interface."""
        if neighbour.by_if_index:
            return self._known(neighbour.port)
        called = self._called(self._named.get(neighbour.port))
        return called or self._known(self._bridged.get(neighbour.port)) or self._known(neighbour.port)

    def _called(self, port: lldp_mib.LocalPort | None) -> int | None:
        if port is None:
            return None
        by_id = self._interfaces.named(port.port_id) or self._interfaces.with_mac(port.port_id)
        return by_id or self._interfaces.named(port.description)

    def _known(self, if_index: int | None) -> int | None:
        return if_index if if_index in self._interfaces.by_index else None


def _is_same(link: Link, spoken: cdp_mib.Neighbour) -> bool:
    """Whether CDP says what LLDP said: on one port, the same port of the other; or the same other, if no port is."""
    if link.if_index != spoken.if_index or "cdp" in link.discovered_by:
        return False
    theirs = short_port(spoken.port_id) if spoken.port_id else None
    ours = {short_port(name) for name in (link.port_id, link.port_description) if name}
    if theirs in ours:
        return True
    names = {_short_name(name) for name in (spoken.device_id, spoken.sys_name) if name}
    is_namesake = link.sys_name is not None and _short_name(link.sys_name) in names
    is_at_address = spoken.address is not None and link.address == spoken.address
    return (is_namesake or is_at_address) and link.port_id_subtype not in ("interfaceName",)


def _merged(link: Link, spoken: cdp_mib.Neighbour) -> Link:
    return link._replace(
        discovered_by="lldp,cdp",
        port_id_subtype=link.port_id_subtype or ("interfaceName" if spoken.port_id else None),
        port_id=link.port_id or spoken.port_id,
        sys_name=link.sys_name or spoken.sys_name or _name_in(spoken.device_id),
        sys_descr=link.sys_descr or spoken.version,
        address=link.address or spoken.address,
    )


def _cdp_link(spoken: cdp_mib.Neighbour) -> Link:
    return Link(
        if_index=spoken.if_index,
        discovered_by="cdp",
        chassis_id_subtype="cdpDeviceId",
        chassis_id=spoken.device_id,
        port_id_subtype="interfaceName" if spoken.port_id else None,
        port_id=spoken.port_id,
        port_description=None,
        sys_name=spoken.sys_name or _name_in(spoken.device_id),
        sys_descr=spoken.version,
        address=spoken.address,
    )


def _name_in(device_id: str) -> str | None:
    """The host name in front of a serial number or MAC in parentheses: `core-1(FOX1234)`; None without those."""
    found = re.fullmatch(r"([^\s()]+)\s*\([^()]*\)", device_id)
    return found[1] if found else None


def _short_name(name: str) -> str:
    return (_name_in(name) or name).partition(".")[0].lower()
