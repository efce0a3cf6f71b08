"""TPLINK-LLDPINFO-MIB: the neighbours of TP-Link switches, which have no LLDP-MIB; words where that has numbers."""

from __future__ import annotations

from cmdb_collectors.snmp.mibs.lldp_mib import Neighbour
from cmdb_collectors.snmp.mibs.tables import Columns, Malformed, Parsed, mac, parse, text
from cmdb_collectors.snmp.values import Oid, Rows

NEIGHBOUR_ENTRY = (1, 3, 6, 1, 4, 1, 11863, 6, 35, 1, 2, 2, 1)
ENTERPRISE = 11863

_SUBTYPES = {
    "mac address": "macAddress", "interface name": "interfaceName", "interface alias": "interfaceAlias",
    "network address": "networkAddress", "locally assigned": "local", "port component": "portComponent",
    "chassis component": "chassisComponent",
}  # fmt: skip


def neighbours(rows: Rows) -> Parsed[Neighbour]:
    """The neighbours; their local ports are ifIndex values."""

    def read(index: Oid, columns: Columns) -> Neighbour | None:
        if len(index) != 2:
            raise Malformed(f"not the index of a neighbour: {index}")
        subtype = _SUBTYPES.get((text(columns.get(3)) or "").lower(), "local")
        port_subtype = _SUBTYPES.get((text(columns.get(5)) or "").lower())
        chassis_id = mac(columns.get(4)) if subtype == "macAddress" else text(columns.get(4))
        if chassis_id is None:
            return None
        return Neighbour(
            port=index[0],
            by_if_index=True,
            chassis_id_subtype=subtype,
            chassis_id=chassis_id,
            port_id_subtype=port_subtype,
            port_id=(mac(columns.get(6)) if port_subtype == "macAddress" else None) or text(columns.get(6)),
            port_description=text(columns.get(8)),
            sys_name=text(columns.get(9)),
            sys_descr=text(columns.get(10)),
            address=None,
        )

    return parse(rows, NEIGHBOUR_ENTRY, read)
