"""Textual conventions (SNMPv2-TC, RFC 2579): what the octets of a value mean."""

from __future__ import annotations

import re

from cmdb_collectors.snmp.values import Oid, Rows, Value

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
# RFC 2579 allows 255 octets; some agents say more, and a hostile one very much more.
_LONGEST = 1024
_QUOTES = "\"'\\ "
_SAYS_NOTHING = frozenset(("", "-", "--", "n/a", "na", "none", "null", "(null)", "unknown", "not specified", "empty"))


def display_string(value: Value | None) -> str | None:
    """A DisplayString or SnmpAdminString as one line of text; None for anything else and for what says nothing.

    Agents send UTF-8 and Latin-1 alike. Control characters become one space, and quotes around the whole, which some
    agents send along, go. What is longer than 1,024 octets is cut.
    """
    if not isinstance(value, bytes):
        return None
    value = value[:_LONGEST]
    try:
        decoded = value.decode("utf-8")
    except UnicodeDecodeError:
        decoded = value.decode("latin-1")
    text = " ".join(_CONTROL.sub(" ", decoded).split()).strip(_QUOTES)
    return None if text.casefold() in _SAYS_NOTHING else text


def integer(value: Value | None) -> int | None:
    """A number; None for anything else."""
    return value if isinstance(value, int) else None


def column(rows: Rows, object_id: Oid) -> dict[Oid, Value]:
    """The cells of one column of a table by their index, in index order."""
    length = len(object_id)
    found = {name[length:]: value for name, value in rows.items() if name[:length] == object_id and len(name) > length}
    return dict(sorted(found.items()))
