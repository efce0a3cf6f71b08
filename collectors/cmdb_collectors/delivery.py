"""The way to the server: a spool, and a thread that empties it."""

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
import os
import random
import threading

from cmdb_agent.wire.answer import Answer, Fate
from cmdb_agent.wire.backoff import delay_seconds
from cmdb_agent.wire.clock import Clock
from cmdb_agent.wire.document import Document
from cmdb_agent.wire.outbox import Outbox, Waiting
from cmdb_agent.wire.transport import Transport

from cmdb_collectors.destination import Delivered
from cmdb_collectors.errors import StateError

log = logging.getLogger("cmdb_collectors")

COUNT_MAX = 20_000
BYTES_MAX = 512 << 20


class Server:
    """A spool that a thread of its own empties towards the server, oldest first, backing off where that fails."""

    def __init__(self, state_dir: str, transport: Transport, token: str) -> None:
        """Raises StateError where the folder cannot be used, or another collector uses it."""
        self._lock_file = _locked(state_dir)
        self._transport = transport
        self._token = token
        self._clock = Clock()
        self._outbox = Outbox(os.path.join(state_dir, "spool"), self._clock, COUNT_MAX, BYTES_MAX)
        self._spool = threading.Lock()
        self._has_work = threading.Event()
        self._is_ending = threading.Event()
        self._counting = threading.Lock()
        self._delivered = Delivered()
        self._draw = random.Random()  # noqa: S311 - spreads load, guards nothing
        self._is_reachable = True
        self._thread = threading.Thread(target=self._run, name="delivery", daemon=True)
        self._thread.start()
        self._has_work.set()  # an earlier run may have left something

    def keep(self, document: Document) -> None:
        """Put a document into the spool, from where it is sent."""
        try:
            with self._spool:
                self._outbox.put(document)
        except OSError as error:
            log.error("a document of %s cannot be kept: %s", document["scope"]["key"], error)
            self._note(f"spool: {error}", lost=1)
        self._has_work.set()

    def finish(self, seconds: float) -> Delivered:
        """Try once more to send what waits, for that long; what could not be sent waits for the next start."""
        self._is_ending.set()
        self._has_work.set()
        self._thread.join(seconds)
        with contextlib.suppress(OSError):
            os.close(self._lock_file)
        with self._spool:
            waiting = len(self._outbox.names())
        with self._counting:
            said = self._delivered._replace(waiting=waiting)
        return said._replace(reason=None) if said.is_complete else said

    def _run(self) -> None:
        failures = 0
        while True:
            self._has_work.wait()
            self._has_work.clear()  # before the look at the end, which comes with work of its own
            is_last = self._is_ending.is_set()
            answer = self._send_all()
            if is_last:
                return
            failures = failures + 1 if answer is not None else 0
            if answer is not None:
                self._is_ending.wait(delay_seconds(failures, answer.retry_after_seconds, self._draw))
                self._has_work.set()

    def _send_all(self) -> Answer | None:
        """Send what waits; None where nothing waits any more, else the answer that stopped it."""
        while True:
            with self._spool:
                waiting = self._outbox.oldest()
            if waiting is None:
                return None
            answer = self._transport.send(self._token, waiting.body(self._clock.now()))
            # What the token may not say of itself (its `field` is named) it never may: it would hold the others back.
            if answer.fate is Fate.LATER or (answer.fate is Fate.UNAUTHORISED and "field" not in answer.body):
                self._say_unreachable(answer)
                return answer
            self._say_reachable()
            with self._spool:
                self._outbox.remove(waiting.name)
            self._count(waiting, answer)

    def _count(self, waiting: Waiting, answer: Answer) -> None:
        if answer.fate is Fate.TAKEN:
            self._note(sent=1)
            problems = answer.body.get("problems")
            if isinstance(problems, list) and problems:
                log.warning("%s: the server left out %d parts of it, first: %s",
                            _target(waiting), len(problems), _message(problems[0]))  # fmt: skip
            return
        log.error("the server refuses the document of %s, it is dropped: %s", _target(waiting), answer.reason)
        self._note(answer.reason, refused=1)

    def _note(self, reason: str | None = None, *, sent: int = 0, refused: int = 0, lost: int = 0) -> None:
        with self._counting:
            before = self._delivered
            self._delivered = Delivered(
                before.sent + sent, 0, before.refused + refused, before.lost + lost, reason or before.reason
            )

    def _say_unreachable(self, answer: Answer) -> None:
        self._note(answer.reason)
        if self._is_reachable and answer.fate is Fate.UNAUTHORISED:
            log.error("the server does not take this collector's token (%s); documents are kept. Make a new one: cmdb "
                      "token create NAME --role collector", answer.reason)  # fmt: skip
        elif self._is_reachable:
            log.warning("cannot send: %s; documents are kept", answer.reason)
        self._is_reachable = False

    def _say_reachable(self) -> None:
        if not self._is_reachable:
            log.info("sending again")
        self._is_reachable = True


def _target(waiting: Waiting) -> str:
    """The name of the target of a waiting document."""
    try:
        return str(json.loads(waiting.encoded)["scope"]["key"])
    except (ValueError, LookupError, TypeError):
        return waiting.name


def _message(problem: object) -> str:
    said = f"{problem.get('where')}: {problem.get('message')}" if isinstance(problem, dict) else str(problem)
    return said[:300]


def _locked(state_dir: str) -> int:
    """Hold the folder until this program ends: two collectors in one spool would send each other's documents."""
    path = os.path.join(state_dir, "lock")
    try:
        os.makedirs(state_dir, mode=0o700, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StateError(f"the state folder {state_dir} cannot be used ({error}): name another, --state-dir") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise StateError(
            f"another collector runs with the state folder {state_dir}: name another, --state-dir"
        ) from None
    return descriptor
