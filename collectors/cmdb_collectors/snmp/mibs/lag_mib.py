"""IEEE8023-LAG-MIB (802.3ad): which ports are bundled into which."""

from __future__ import annotations

from cmdb_collectors.snmp.mibs.tables import entries, positive
from cmdb_collectors.snmp.values import Oid, Rows

PORT_ENTRY = (1, 2, 840, 10006, 300, 43, 1, 2, 1, 1)
_ATTACHED_AGGREGATOR = 13
WALKS: tuple[Oid, ...] = ((*PORT_ENTRY, _ATTACHED_AGGREGATOR),)


def bundles(rows: Rows) -> dict[int, int]:
    """The bundle that each port is attached to, both as ifIndex (dot3adAggPortAttachedAggID)."""
    found: dict[int, int] = {}
    for index, columns in entries(rows, PORT_ENTRY).items():
        bundle = positive(columns.get(_ATTACHED_AGGREGATOR))
        if len(index) == 1 and bundle is not None and bundle != index[0]:
            found[index[0]] = bundle
    return found
