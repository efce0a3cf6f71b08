"""Instants as people write them on the command line."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from cmdb.errors import Invalid

AsOf = Annotated[
    str | None, typer.Option("--as-of", help="As it was then, such as '2025-11-24 16:00'.", metavar="INSTANT")
]


def instant(text: str | None, field: str) -> str | None:
    """An instant as RFC 3339, in this machine's time zone where it names none; None for None.

    Raises Invalid, also for a local time that the clock shows twice, or never, when it is set back or forward.
    """
    if text is None:
        return None
    try:
        said = datetime.fromisoformat(text)
    except ValueError as error:
        raise Invalid(f"{text!r} is no instant such as '2025-11-24 16:00' or 2025-11-24T16:00:00Z", field) from error
    if said.tzinfo is not None:
        return said.isoformat()
    first, second = (said.replace(fold=fold).astimezone() for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first.isoformat()
    # Back from UTC, a time that the clock skipped comes out as another one.
    if first.astimezone(UTC).astimezone().replace(tzinfo=None) != said:
        raise Invalid(f"no clock here showed {text!r}: it was set forward. Name the offset from UTC", field)
    raise Invalid(
        f"the clock here showed {text!r} twice: write {first.isoformat()} or {second.isoformat()}", field
    )  # fmt: skip
