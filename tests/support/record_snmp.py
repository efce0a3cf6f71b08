"""Records what a collector reads of a device, in the format of snmpsim: `python -m tests.support.record_snmp`.

Scrub a recording before it is kept: it holds names, addresses and command lines.
"""

import argparse
import asyncio
from pathlib import Path

from cmdb_collectors.credentials import Community
from cmdb_collectors.snmp.session import open_session
from cmdb_collectors.snmp.values import Oid, Rows, Value, dotted, oid_of

ROOTS = (
    "1.0.8802.1.1.2", "1.3.6.1.2.1.1", "1.3.6.1.2.1.2", "1.3.6.1.2.1.4", "1.3.6.1.2.1.6", "1.3.6.1.2.1.7",
    "1.3.6.1.2.1.17", "1.3.6.1.2.1.25.1", "1.3.6.1.2.1.25.2", "1.3.6.1.2.1.25.3", "1.3.6.1.2.1.25.4",
    "1.3.6.1.2.1.25.5", "1.3.6.1.2.1.25.6", "1.3.6.1.2.1.31", "1.3.6.1.2.1.47", "1.3.6.1.6.3.10",
)  # fmt: skip


async def read(address: str, port: int, community: str, roots: tuple[Oid, ...]) -> Rows:
    """Everything below the roots."""
    rows: Rows = {}
    async with open_session(address, port, Community(community=community)) as session:
        for root in roots:
            rows |= (await session.walk(root)).rows
    return rows


def written(rows: Rows) -> str:
    """The rows as lines, in the order of their OIDs. Counters and times are written as plain integers."""
    return "".join(f"{dotted(oid)}|{_value(value)}\n" for oid, value in sorted(rows.items()))


def _value(value: Value) -> str:
    if isinstance(value, bytes):
        return f"4|{value.decode()}" if _is_plain(value) else f"4x|{value.hex()}"
    if isinstance(value, int):
        return f"{'2' if -(1 << 31) <= value < 1 << 31 else '70'}|{value}"
    return f"6|{dotted(value)}"


def _is_plain(value: bytes) -> bool:
    return value.isascii() and value.decode().isprintable() and value.strip() == value


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address")
    parser.add_argument("file", type=Path)
    parser.add_argument("--port", type=int, default=161)
    parser.add_argument("--community", default="public")
    arguments = parser.parse_args()
    found = asyncio.run(
        read(arguments.address, arguments.port, arguments.community, tuple(oid_of(root) for root in ROOTS))
    )
    arguments.file.write_text(written(found))
