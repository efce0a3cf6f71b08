"""One SNMP target read once, and the document that says what it is, what it runs and what is around it."""

from __future__ import annotations

import time

from cmdb_agent import __version__
from cmdb_agent.reading import Reading
from cmdb_agent.wire.document import SCHEMA_VERSION, Document, Item, new_document_id

from cmdb_collectors.author import Author
from cmdb_collectors.credentials import SnmpCredentials
from cmdb_collectors.snmp import bounds, device, ports, services, topology
from cmdb_collectors.snmp.device import Device
from cmdb_collectors.snmp.device_hardware import ROOT
from cmdb_collectors.snmp.interfaces import INTERFACES_MAX, Interfaces
from cmdb_collectors.snmp.mibs import bridge_mib, lldp_mib, q_bridge_mib, tcp_mib, tplink_lldp_mib, vtp_mib
from cmdb_collectors.snmp.mibs.tables import SortedRows
from cmdb_collectors.snmp.session import Limits, Session, open_session
from cmdb_collectors.snmp.values import Rows
from cmdb_collectors.snmp.vlan_tables import CISCO, ByVlan, tables
from cmdb_collectors.snmp.walks import Walks


async def collect(
    address: str, port: int, credentials: SnmpCredentials, author: Author, limits: Limits | None = None
) -> Document:
    """The document of one target, complete or not: whatever the device does is a problem in it, never an exception."""
    limits = limits or Limits()
    async with open_session(address, port, credentials, limits) as session:
        return await read(session, author, lambda vlan_ids: tables(address, port, credentials, limits, vlan_ids))


async def read(session: Session, author: Author, by_vlan: ByVlan) -> Document:
    """The document of what answers in a session. `by_vlan` reads the tables that a Cisco switch keeps apart."""
    described = await device.read(session, _now())
    walks = Walks(session)
    await _walk(walks, described.enterprise)
    of_vlans: dict[int, Rows] = {}
    untold = None
    vlan_ids = [vlan.vlan_id for vlan in vtp_mib.vlans(walks.rows)] if described.enterprise == CISCO else []
    if vlan_ids and session.problem is None and not q_bridge_mib.stations(walks.rows).found:
        of_vlans, untold = await by_vlan(vlan_ids)
    rows = SortedRows(walks.rows)
    parsed = ports.interfaces(rows)
    known = Interfaces(parsed.found[:INTERFACES_MAX])
    around = topology.read(rows, known, of_vlans)
    if untold is not None:
        around.note("not_available", untold)
    network = ports.read(rows, parsed, known, _member_numbers(described))
    readings = [
        *described.readings,
        *(walks.judge(reading) for reading in (network, around, *services.read(rows))),
    ]
    bounds.fit(readings)
    return _document(author, described, readings)


async def _walk(walks: Walks, enterprise: int | None) -> None:
    """Every walk of the ports, the surroundings and the programs; the later ones of a kind where earlier are empty."""
    await walks.get(ports.SCALARS)
    await walks.walk("network", ports.WALKS)
    await walks.walk("topology", topology.WALKS)
    if not lldp_mib.neighbours(walks.rows).found:
        await walks.walk("topology", lldp_mib.FALLBACK_WALKS)
        if enterprise == tplink_lldp_mib.ENTERPRISE:
            await walks.walk("topology", topology.TPLINK_WALKS)
    if enterprise == CISCO:
        await walks.walk("topology", topology.CISCO_WALKS)
    if not q_bridge_mib.stations(walks.rows).found:
        await walks.walk("topology", bridge_mib.FORWARDING_WALKS)
    await walks.walk("services", services.WALKS)
    await walks.walk("connections", services.CONNECTION_WALKS)
    if not tcp_mib.listeners(walks.rows).found and not tcp_mib.connections(walks.rows).found:
        await walks.walk("services", tcp_mib.OLD_WALKS)


def _member_numbers(described: Device) -> set[int]:
    """The numbers of a stack's members."""
    numbers = (
        item.get("attributes", {}).get("number")
        for reading in described.readings
        for item in reading.items
        if item.get("type") == "ChassisMember"
    )
    return {number for number in numbers if isinstance(number, int)}


def _document(author: Author, described: Device, readings: list[Reading]) -> Document:
    root: Item = {"key": ROOT, "type": described.type_name, "identifiers": {}, "attributes": {}}
    for reading in readings:
        root["identifiers"].update(reading.identifiers)
        root["attributes"].update(reading.attributes)
    document: Document = {
        "schema_version": SCHEMA_VERSION,
        "document_id": new_document_id(),
        "source": {"kind": "snmp", "name": "cmdb-collect", "version": __version__, "instance": author.collector},
        "scope": {"kind": "target", "key": author.target, "domain": author.domain},
        "observed_at": _now(),
        "sections": {reading.section: reading.state for reading in readings},
        "items": [root, *(item for reading in readings for item in reading.items)],
        "relations": [relation for reading in readings for relation in reading.relations],
        "problems": [problem for reading in readings for problem in reading.problems],
    }
    if author.interval_seconds:
        document["interval_ms"] = author.interval_seconds * 1000
    if described.booted_at is not None:
        document["booted_at"] = described.booted_at
    return document


def _now() -> int:
    return time.time_ns() // 1_000_000
