"""Reading subtrees from devices that loop, go backwards, answer too much, too little or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from math import ceil
from typing import Literal, NamedTuple

from cmdb_collectors.snmp.transport import (
    Absent,
    Answer,
    ErrorStatus,
    GarbledError,
    NoAnswerError,
    RefusedError,
    Request,
    Transport,
)
from cmdb_collectors.snmp.values import Oid, Rows, dotted

# RFC 3416 lets a device answer what fits into 484 bytes; sixteen plain scalars do.
_VARIABLES_PER_GET = 16
# What a row takes in memory, and what each byte of a message may become there: at worst an arc of a name.
_ROW_BYTES, _MEMORY_PER_BYTE = 200, 8
_FAILURES = (NoAnswerError, GarbledError, RefusedError)
_FELL_SILENT = "it answered at first, and then no more"
_GARBLED = "what comes back is no valid SNMP"


class Limits(NamedTuple):
    """What one device may cost.

    `timeout_seconds` and `retries` are of one request, `rows_max` of one walk (the answer that exceeds it is kept),
    the rest of the whole session. `bytes_max` is memory, by an upper estimate. `max_repetitions` is what a session
    begins with and comes down from.
    """

    timeout_seconds: float = 2.0
    retries: int = 2
    budget_seconds: float = 300.0
    rows_max: int = 100_000
    bytes_max: int = 128 << 20
    max_repetitions: int = 25


class Walk(NamedTuple):
    """The rows below a root, and whether they are all: `partial` and `not_read` come with a problem, `read` without."""

    rows: Rows
    state: Literal["read", "partial", "not_read"]
    problem: str | None = None


class Walker:
    """A session on a transport. It remembers what the device cannot bear, and stops asking one that is gone.

    `unanswered` is what it means when nothing ever comes. `bulk`: whether the version has GETBULK.
    """

    def __init__(
        self, transport: Transport, limits: Limits, local_address: str | None, unanswered: str, *, bulk: bool
    ) -> None:
        self.problem: str | None = None
        self.local_address = local_address
        self._transport = transport
        self._patience_seconds = limits.timeout_seconds
        self._one_at_a_time = asyncio.Lock()
        self._limits = limits
        self._ends_at = asyncio.get_running_loop().time() + limits.budget_seconds
        self._repetitions = limits.max_repetitions if bulk else 1
        self._bytes_left = limits.bytes_max
        self._answered: tuple[Request, Sequence[Oid]] | None = None
        self._unanswered = unanswered

    async def get(self, oids: Sequence[Oid]) -> Rows:
        """The values of single variables; those that the device does not have, or does not give, are left out.

        The first variable of a session goes alone: some devices fail on several in one request, and that must not
        look like silence.
        """
        rows: Rows = {}
        start = 0
        while start < len(oids) and self.problem is None:
            end = start + (_VARIABLES_PER_GET if self._answered else 1)
            rows |= await self._get(oids[start:end])
            start = end
        return rows

    async def _get(self, oids: Sequence[Oid]) -> Rows:
        if not oids or self.problem is not None:
            return {}
        try:
            answer = await self._ask(Request.GET, oids)
        except _FAILURES as error:
            await self._note(error)
            return await self._get_apart(oids)
        if answer.error_status == ErrorStatus.NO_SUCH_NAME and 0 < answer.error_index <= len(oids):
            return await self._get([*oids[: answer.error_index - 1], *oids[answer.error_index :]])
        if answer.error_status:
            self._note_status(answer)
            return await self._get_apart(oids)
        return {o: v for o, v in answer.variables if not isinstance(v, Absent) and o in oids}

    async def _get_apart(self, oids: Sequence[Oid]) -> Rows:
        """What is left of a request that failed as a whole: its halves may succeed."""
        if len(oids) == 1:
            return {}
        half = len(oids) // 2
        return await self._get(oids[:half]) | await self._get(oids[half:])

    async def walk(self, root: Oid) -> Walk:
        """The rows below a root, in the device's order."""
        rows: Rows = {}
        last, depth, problem = root, len(root), self.problem
        while problem is None:
            try:
                answer = await self._next(last)
            except _FAILURES as error:
                problem = await self._note(error)
                break
            if answer.error_status == ErrorStatus.NO_SUCH_NAME:
                return Walk(rows, "read")
            problem = self._note_status(answer)
            for oid, value in answer.variables:
                if oid[:depth] != root or value is Absent.END_OF_MIB_VIEW:
                    return Walk(rows, "read")
                if oid <= last:
                    problem = f"the device goes in circles: after {dotted(last)} it answers {dotted(oid)}"
                    break
                last = oid
                if not isinstance(value, Absent):
                    rows[oid] = value
            self._bytes_left -= _ROW_BYTES * len(answer.variables) + _MEMORY_PER_BYTE * answer.size_bytes
            problem = problem or self._excess(rows)
        return Walk(rows, "partial" if rows else "not_read", problem)

    async def _next(self, after: Oid) -> Answer:
        """What follows a variable, in as large a piece as the device has shown to bear. Raises as `_ask`.

        A device that has not answered yet gets the smallest question.
        """
        while self._answered and self._repetitions > 1:
            try:
                answer = await self._ask(Request.GETBULK, (after,), self._repetitions)
            except (NoAnswerError, GarbledError):
                # Each step costs time-outs, so there are few; tooBig costs none.
                self._repetitions //= 4
                continue
            if not answer.error_status:
                return answer
            self._repetitions = self._repetitions // 2 if answer.error_status == ErrorStatus.TOO_BIG else 1
        return await self._ask(Request.GETNEXT, (after,))

    async def _ask(self, request: Request, oids: Sequence[Oid], repetitions: int = 0) -> Answer:
        """An answer. Raises as a transport does, and RefusedError when the session's time is over."""
        now = asyncio.get_running_loop().time
        async with self._one_at_a_time:
            began_at = now()
            seconds_left = self._ends_at - began_at
            if seconds_left <= 0:
                raise RefusedError(f"it takes longer than {self._limits.budget_seconds:g} seconds")
            seconds = min(seconds_left, self._patience_seconds)
            tries = min(self._limits.retries + 1, ceil(seconds_left / seconds))
            answer = await self._transport.ask(request, oids, repetitions, seconds, tries)
            if now() - began_at > seconds:
                # Repeating each question to a slow device fills its queue, and every answer comes later.
                self._patience_seconds = 2 * self._limits.timeout_seconds
        self._answered = (Request.GET if request is Request.GET else Request.GETNEXT, oids[:1])
        return answer

    async def _note(self, error: Exception) -> str:
        """What a failure means, in words. A question that was answered before then tells whether all is over."""
        if isinstance(error, RefusedError):
            self.problem = str(error)
            return self.problem
        silence = self._unanswered if self._answered is None else _FELL_SILENT
        said = f"{_GARBLED}: {error}" if isinstance(error, GarbledError) else str(error) or silence
        if self._answered is None:
            self.problem = said
            return said
        try:
            await self._ask(*self._answered)
        except RefusedError as refused:
            self.problem = str(refused)
        except (NoAnswerError, GarbledError):
            self.problem = said
        return said

    def _note_status(self, answer: Answer) -> str | None:
        if answer.error_status == ErrorStatus.AUTHORIZATION_ERROR:
            self.problem = "the device lets this user or community see nothing"
            return self.problem
        if answer.error_status:
            return f"the device answers with error status {answer.error_status} (RFC 3416)"
        return None if answer.variables else "the device answers with nothing"

    def _excess(self, rows: Rows) -> str | None:
        if len(rows) > self._limits.rows_max:
            return f"the device has more than {self._limits.rows_max} rows here"
        if self._bytes_left < 0:
            self.problem = f"what the device answers takes more than {self._limits.bytes_max} bytes of memory"
        return self.problem
