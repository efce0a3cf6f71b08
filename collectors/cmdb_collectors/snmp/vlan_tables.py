"""Forwarding tables of Cisco switches, which keep one for each VLAN and show it in the VLAN's own context only."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from cmdb_collectors.credentials import Community, SnmpCredentials
from cmdb_collectors.snmp.mibs import bridge_mib
from cmdb_collectors.snmp.session import Limits, open_session
from cmdb_collectors.snmp.values import Rows

CISCO = 9  # its private enterprise number
VLANS_MAX = 64

ByVlan = Callable[[list[int]], Awaitable[tuple[dict[int, Rows], str | None]]]
"""Reads the rows of the bridge MIB by VLAN, and says why not all."""

_BUDGET_SECONDS = 20.0


async def tables(
    address: str, port: int, credentials: SnmpCredentials, limits: Limits, vlan_ids: list[int]
) -> tuple[dict[int, Rows], str | None]:
    """The rows of the bridge MIB by VLAN, and why not all; bounded in VLANs and in time.

    The community of a VLAN is `community@vlan`, its context for version 3 is `vlan-number`. A switch that knows no
    such context does not answer: the first silence ends it.
    """
    found: dict[int, Rows] = {}
    budget = limits._replace(retries=0, budget_seconds=min(limits.budget_seconds, _BUDGET_SECONDS))
    for vlan_id in vlan_ids[:VLANS_MAX]:
        async with open_session(address, port, in_vlan(credentials, vlan_id), budget) as session:
            rows: Rows = {}
            for root in (*bridge_mib.PORT_WALKS, *bridge_mib.FORWARDING_WALKS):
                rows |= (await session.walk(root)).rows
            if session.problem is not None:
                return found, f"the forwarding table of VLAN {vlan_id} is not shown: {session.problem}"
            found[vlan_id] = rows
    if len(vlan_ids) > VLANS_MAX:
        return found, f"the forwarding tables of {len(vlan_ids) - VLANS_MAX} VLANs after the first are left out"
    return found, None


def in_vlan(credentials: SnmpCredentials, vlan_id: int) -> SnmpCredentials:
    """The credentials that show the bridge MIB of one VLAN."""
    if isinstance(credentials, Community):
        return replace(credentials, community=f"{credentials.community}@{vlan_id}")
    return replace(credentials, context=f"vlan-{vlan_id}")
