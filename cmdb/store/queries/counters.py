"""Numbers given once, in order."""

from __future__ import annotations

from typing import LiteralString

from cmdb.store.driver import Transaction, row

_NEXT: LiteralString = """
MERGE (c:Counter {name: $name})
SET c.value = coalesce(c.value, 0) + 1
RETURN c.value AS value
"""


def next_number(tx: Transaction, name: str) -> int:
    """The next number of this counter, from 1; whoever asks waits until the transaction before has ended."""
    return row(tx, _NEXT, name=name)["value"]
