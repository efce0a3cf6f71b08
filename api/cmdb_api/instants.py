"""Instants: epoch milliseconds inside, RFC 3339 strings in UTC outside."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import Query
from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def written(at: int) -> str:
    """`2025-11-24T16:00:00.000Z`."""
    return (_EPOCH + at * _MILLISECOND).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def read(text: str) -> int:
    """Epoch milliseconds of an RFC 3339 string. Raises ValueError, also where it names no offset from UTC."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("an instant needs its offset from UTC, such as 2025-11-24T16:00:00Z")
    return (at - _EPOCH) // _MILLISECOND


def _read_text(value: Any) -> int:
    if not isinstance(value, str):
        raise ValueError("an instant is a string such as 2025-11-24T16:00:00Z")
    return read(value)


_SCHEMA = WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2025-11-24T16:00:00.000Z"]})
_WRITE = PlainSerializer(written, return_type=str, when_used="json")

Instant = Annotated[int, _WRITE, _SCHEMA]
"""In an answer."""
GivenInstant = Annotated[int, BeforeValidator(_read_text), _WRITE, _SCHEMA]
"""In a request."""
AsOf = Annotated[GivenInstant | None, Query(description="What was so at this instant, such as 2025-11-24T16:00:00Z.")]
"""In a question that may be asked of any instant; None: of now."""
