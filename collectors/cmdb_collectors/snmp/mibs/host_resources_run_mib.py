"""The running software of HOST-RESOURCES-MIB (RFC 2790, hrSWRun and hrSWRunPerf)."""

from __future__ import annotations

from typing import NamedTuple

from cmdb_collectors.snmp.mibs.tables import entries, number, text
from cmdb_collectors.snmp.values import Oid, Rows

RUN_ENTRY = (1, 3, 6, 1, 2, 1, 25, 4, 2, 1)
PERFORMANCE_ENTRY = (1, 3, 6, 1, 2, 1, 25, 5, 1, 1)
WALKS: tuple[Oid, ...] = (*((*RUN_ENTRY, column) for column in (2, 4, 5, 7)), (*PERFORMANCE_ENTRY, 2))

_NAME, _PATH, _PARAMETERS, _STATUS = 2, 4, 5, 7
_INVALID = 4


class Process(NamedTuple):
    """A running program. Its path is what it was started as; parameters are cut by agents after 128 characters."""

    pid: int
    name: str
    path: str | None
    parameters: str | None
    resident_bytes: int | None


def processes(rows: Rows) -> dict[int, Process]:
    """The running programs by pid; those that have ended and wait for their parent are left out."""
    performance = entries(rows, PERFORMANCE_ENTRY)
    found: dict[int, Process] = {}
    for index, columns in entries(rows, RUN_ENTRY).items():
        name, path = text(columns.get(_NAME)), text(columns.get(_PATH))
        if len(index) != 1 or not (name or path) or number(columns.get(_STATUS)) == _INVALID:
            continue
        kibibytes = number(performance.get(index, {}).get(2))
        found[index[0]] = Process(
            pid=index[0],
            name=name or (path or "").rpartition("/")[2],
            path=path,
            parameters=text(columns.get(_PARAMETERS)),
            resident_bytes=kibibytes * 1024 if kibibytes is not None and kibibytes > 0 else None,
        )
    return found
