"""IF-MIB (RFC 2863), and the duplex of EtherLike-MIB (RFC 3635): the interfaces of a device."""

from __future__ import annotations

from typing import NamedTuple

from cmdb_collectors.snmp.mibs.tables import (
    Columns,
    Malformed,
    Parsed,
    below,
    entries,
    mac,
    number,
    parse,
    positive,
    text,
)
from cmdb_collectors.snmp.values import Oid, Rows

IF_ENTRY = (1, 3, 6, 1, 2, 1, 2, 2, 1)
IF_X_ENTRY = (1, 3, 6, 1, 2, 1, 31, 1, 1, 1)
STACK_STATUS = (1, 3, 6, 1, 2, 1, 31, 1, 2, 1, 3)
DUPLEX_STATUS = (1, 3, 6, 1, 2, 1, 10, 7, 2, 1, 19)

# The columns that are read: walked one by one, for the counters beside them are three quarters of the tables.
IF_COLUMNS = (_DESCR, _TYPE, _MTU, _SPEED, _PHYS_ADDRESS, _ADMIN_STATUS, _OPER_STATUS) = (2, 3, 4, 5, 6, 7, 8)
IF_X_COLUMNS = (_NAME, _HIGH_SPEED, _CONNECTOR_PRESENT, _ALIAS) = (1, 15, 17, 18)

WALKS: tuple[Oid, ...] = (
    *((*IF_ENTRY, column) for column in IF_COLUMNS),
    *((*IF_X_ENTRY, column) for column in IF_X_COLUMNS),
    STACK_STATUS,
    DUPLEX_STATUS,
)

_STATUS = {
    1: "up", 2: "down", 3: "testing", 4: "unknown", 5: "dormant", 6: "not_present", 7: "lower_layer_down",
}  # fmt: skip
_DUPLEX = {2: "half", 3: "full"}
_SPEED_UNKNOWN = 0xFFFFFFFF
ETHERNET = 6


class Interface(NamedTuple):
    """One ifEntry with what the newer table adds. `type` is an IANAifType; what a device does not say is None."""

    if_index: int
    name: str | None
    description: str | None
    alias: str | None
    type: int | None
    mac_address: str | None
    mtu: int | None
    speed_bits_per_second: int | None
    duplex: str | None
    admin_status: str | None
    oper_status: str | None
    has_connector: bool | None

    @property
    def label(self) -> str:
        """What it is called: its name, else its description, else its number."""
        return self.name or self.description or str(self.if_index)


def interfaces(rows: Rows) -> Parsed[Interface]:
    """The interfaces of the older table with what the newer one adds, in the order of the device."""
    extended = entries(rows, IF_X_ENTRY)
    duplex = {index: columns.get(DUPLEX_STATUS[-1]) for index, columns in entries(rows, DUPLEX_STATUS[:-1]).items()}

    def read(index: Oid, columns: Columns) -> Interface | None:
        if len(index) != 1 or index[0] < 1:
            raise Malformed(f"no ifIndex: {index}")
        more = extended.get(index, {})
        connector = number(more.get(_CONNECTOR_PRESENT))
        mtu = positive(columns.get(_MTU))
        return Interface(
            if_index=index[0],
            name=text(more.get(_NAME)),
            description=text(columns.get(_DESCR)),
            alias=text(more.get(_ALIAS)),
            type=positive(columns.get(_TYPE)),
            mac_address=mac(columns.get(_PHYS_ADDRESS)),
            mtu=mtu if mtu is not None and mtu < 1 << 31 else None,
            speed_bits_per_second=_speed(columns, more),
            duplex=_DUPLEX.get(number(duplex.get(index)) or 0),
            admin_status=_STATUS.get(number(columns.get(_ADMIN_STATUS)) or 0),
            oper_status=_STATUS.get(number(columns.get(_OPER_STATUS)) or 0),
            has_connector={1: True, 2: False}.get(connector or 0),
        )

    return parse(rows, IF_ENTRY, read)


def _speed(columns: Columns, more: Columns) -> int | None:
    """Bits per second. ifHighSpeed counts millions, and alone can say more than 4.2 of ifSpeed's thousand millions."""
    high, low = positive(more.get(_HIGH_SPEED)), positive(columns.get(_SPEED))
    if high is not None and (low is None or low >= _SPEED_UNKNOWN or high >= 1000):
        return high * 1_000_000
    return None if low is None or low >= _SPEED_UNKNOWN else low


def layers_above(rows: Rows) -> dict[int, set[int]]:
    """The interfaces that run on top of each, such as the bundle of a member port (ifStackTable), by ifIndex."""
    found: dict[int, set[int]] = {}
    for oid, _ in below(rows, STACK_STATUS):
        if len(oid) == len(STACK_STATUS) + 2 and oid[-2] and oid[-1]:
            found.setdefault(oid[-1], set()).add(oid[-2])
    return found
