"""Pages by keyset: a cursor holds the last row's sort value and id, and the instant of the first page.

Opaque and signed: what a client sends back is what this API once gave, for the same question.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Query, Request

from cmdb.bootstrap import Core
from cmdb.errors import Invalid

T = TypeVar("T")
SIGNATURE_BYTES = 16


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page ended. `as_of`: when the first page was asked for, epoch ms."""

    value: Any
    id: str
    as_of: int


class CursorCodec:
    """Writes and reads cursors, with a key that every process on the same graph has."""

    def __init__(self, core: Core) -> None:
        self._key = core.graph.signing_key

    def read(self, cursor: str | None, question: str) -> Position | None:
        """Where to go on; None for the first page. Raises Invalid for a cursor of something else."""
        if cursor is None:
            return None
        try:
            raw = base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4))
        except (binascii.Error, ValueError) as error:
            raise Invalid("this is no cursor of this API", "cursor") from error
        signature, payload = raw[:SIGNATURE_BYTES], raw[SIGNATURE_BYTES:]
        if not hmac.compare_digest(signature, self._sign(payload, question)):
            raise Invalid("this cursor belongs to another question: start at the first page", "cursor")
        return Position(*json.loads(payload))

    def next(
        self,
        found: Sequence[T],
        limit: int,
        question: str,
        after: Position | None,
        now: int,
        key: Callable[[T], tuple[Any, str]],
    ) -> str | None:
        """The cursor after the first `limit` rows of `found`, which was asked for one more; None: that was all."""
        if len(found) <= limit:
            return None
        payload = json.dumps([*key(found[limit - 1]), after.as_of if after else now], separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(self._sign(payload, question) + payload).decode().rstrip("=")

    def _sign(self, payload: bytes, question: str) -> bytes:
        return hmac.digest(self._key, question.encode() + b"\0" + payload, hashlib.sha256)[:SIGNATURE_BYTES]


async def cursors_of(request: Request) -> CursorCodec:
    """The codec of this app."""
    return request.app.state.cursors


Cursors = Annotated[CursorCodec, Depends(cursors_of)]
PageCursor = Annotated[str | None, Query(description="`next_cursor` of the page before.", max_length=4096)]
PageLimit = Annotated[int, Query(ge=1, le=500, description="Rows on a page.")]
