"""Many walks of one session for one section."""

from __future__ import annotations

from collections.abc import Iterable

from cmdb_agent.reading import NOT_READ, PARTIAL, READ, Reading

from cmdb_collectors.snmp.session import Session
from cmdb_collectors.snmp.values import Oid, Rows, dotted

_FIRST_COLUMNS = 2  # a table of which neither of these has a row is empty


class Walks:
    """The rows of one session's walks, and for each section what kept it from being complete."""

    def __init__(self, session: Session) -> None:
        self.rows: Rows = {}
        self._session = session
        self._problems: dict[str, list[str]] = {}
        self._ended_before = session.problem is not None
        self._touched: dict[str, bool] = {}

    async def get(self, oids: Iterable[Oid]) -> None:
        """Read single variables."""
        self.rows |= await self._session.get(list(oids))

    async def walk(self, section: str, roots: Iterable[Oid]) -> bool:
        """Walk below each root for a section; True where anything was found.

        Columns of one table stand beside each other, the most telling first; the rest of an empty one are not walked.
        """
        table: Oid = ()
        columns = found = 0
        has_rows = False
        for root in roots:
            if root[:-1] != table:
                table, columns, found = root[:-1], 0, 0
            if columns >= _FIRST_COLUMNS and not found:
                continue
            walk = await self._session.walk(root)
            columns, found = columns + 1, found + len(walk.rows)
            has_rows = has_rows or bool(walk.rows)
            self.rows |= walk.rows
            if walk.state != READ:
                self._problems.setdefault(section, []).append(f"{dotted(root)}: {walk.problem}")
        self._touched[section] = self._touched.get(section, False) or has_rows
        return has_rows

    def judge(self, reading: Reading) -> Reading:
        """The reading, with what its walks missed; one whose walks all ended well stays as it is.

        Where the session broke off, a section with rows is partial and one without is not read. Why stands with the
        first section that suffered, once.
        """
        problems = self._problems.pop(reading.section, [])
        if not problems:
            return reading
        if self._session.problem is None:
            more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
            reading.missed("walk", problems[0] + more)
            return reading
        reading.state = PARTIAL if self._touched.get(reading.section) else NOT_READ
        if not self._ended_before:
            self._ended_before = True
            reading.note("no_answer", self._session.problem)
        return reading
