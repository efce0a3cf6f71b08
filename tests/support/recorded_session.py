"""A session that answers from rows in memory: what a device with exactly these rows would say."""

from __future__ import annotations

from collections.abc import Sequence

from cmdb_collectors.snmp.session import Walk
from cmdb_collectors.snmp.values import Oid, Rows


class RecordedSession:
    """Rows as a session: never slow, never broken. `partial` lists roots whose walk breaks off before its last row."""

    def __init__(self, rows: Rows, partial: Sequence[Oid] = ()) -> None:
        self.problem: str | None = None
        self.local_address: str | None = None
        self._rows = rows
        self._partial = frozenset(partial)

    async def get(self, oids: Sequence[Oid]) -> Rows:
        return {oid: self._rows[oid] for oid in oids if oid in self._rows}

    async def walk(self, root: Oid) -> Walk:
        below = {oid: value for oid, value in self._rows.items() if oid[: len(root)] == root and oid != root}
        if root in self._partial:
            return Walk(dict(list(below.items())[:-1]), "partial", "the device answered no more")
        return Walk(below, "read", None)
