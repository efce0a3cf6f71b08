"""One target, read with each of its credentials in turn until one opens it, within its budget, whatever it does."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
from typing import NamedTuple

from cmdb_agent.wire.document import Document, Problem

from cmdb_collectors.author import Author
from cmdb_collectors.credentials import Login, SnmpCredentials
from cmdb_collectors.keyring import Keyring
from cmdb_collectors.outcome import Outcome, outcome, state_of, unread
from cmdb_collectors.place import observed_from
from cmdb_collectors.targets import Target
from cmdb_collectors.threads import Threads

log = logging.getLogger("cmdb_collectors")

BUDGET_SECONDS = 120.0
GRACE_SECONDS = 15.0  # in which a reading that has reached its budget hands over what it has


class Read(NamedTuple):
    """A target's document, and what the summary says of it."""

    outcome: Outcome
    document: Document


class Attempts:
    """Reads targets for one collector, and remembers which of their credentials opened them."""

    def __init__(
        self,
        collector: str,
        keyring: Keyring,
        threads: Threads,
        *,
        is_repeated: bool = False,
        grace_seconds: float = GRACE_SECONDS,
    ) -> None:
        self._collector = collector
        self._keyring = keyring
        self._threads = threads
        self._is_repeated = is_repeated
        self._grace_seconds = grace_seconds
        self._opened_by: dict[str, str] = {}

    def is_running(self, target: Target) -> bool:
        """Whether a reading of the target that was given up still holds a thread."""
        return self._threads.is_running(target.name)

    async def read(self, target: Target) -> Read:
        """The target's document, however it went: a target raises nothing and takes no longer than it may."""
        started = time.monotonic()
        author = Author(self._collector, target.name, target.domain,
                        target.interval_seconds if self._is_repeated else None)  # fmt: skip
        budget = target.timing.budget_seconds or BUDGET_SECONDS
        allowed = budget + self._grace_seconds
        opened_by = None
        try:
            async with asyncio.timeout(allowed):
                place = await self._threads.call(
                    f"way to {target.name}", lambda: observed_from(target.address, target.port)
                )
                document, opened_by = await self._with_each(target, author, started + budget)
                if place is not None:
                    document.setdefault("observed_from", place)
        except TimeoutError:
            said = f"given up after {allowed:.0f} s: look at the device, or give it a larger `budget`"
            document = unread(author, target.kind, "time_out", said)
        except Exception as error:
            log.exception("reading %s failed", target.name)
            document = unread(author, target.kind, "failed", f"a fault of this program: {type(error).__name__}")
        return Read(outcome(target, document, time.monotonic() - started, opened_by), document)

    async def _with_each(self, target: Target, author: Author, until: float) -> tuple[Document, str | None]:
        remembered = self._opened_by.get(target.name)
        names = sorted(target.credentials, key=lambda name: name != remembered)  # stable: the others keep their order
        failed: dict[str, Document] = {}
        for name in names:
            document = await self._once(target, name, author, max(until - time.monotonic(), 1.0))
            if state_of(document) != "failed":
                self._opened_by[target.name] = name
                return document, name
            failed[name] = document
            if not may_try_others(target, document["problems"]) or time.monotonic() >= until:
                break
        return joined(failed), None

    async def _once(self, target: Target, name: str, author: Author, seconds: float) -> Document:
        """The document that the credentials of that name give, within so many seconds."""
        if target.kind == "snmp":
            return await _by_snmp(target, self._keyring.snmp(name), author, seconds)
        login = self._keyring.ssh(name)
        return await self._threads.call(target.name, lambda: _by_ssh(target, login, author, seconds))


# Each way's library is loaded where it is first used: who reads by one need not wait for the other.


async def _by_snmp(target: Target, credentials: SnmpCredentials, author: Author, seconds: float) -> Document:
    from cmdb_collectors.snmp.collect import collect
    from cmdb_collectors.snmp.session import Limits

    limits, timing = Limits(budget_seconds=seconds), target.timing
    limits = limits._replace(
        timeout_seconds=min(timing.timeout_seconds or limits.timeout_seconds, seconds),
        retries=limits.retries if timing.retries is None else timing.retries,
    )
    return await collect(target.address, target.port, credentials, author, limits)


def _by_ssh(target: Target, login: Login, author: Author, seconds: float) -> Document:
    from cmdb_collectors.ssh.collect import collect
    from cmdb_collectors.ssh.session import Limits

    limits, wanted = Limits(), target.timing.timeout_seconds
    limits = limits._replace(  # the answer may take what the phases before it have left
        connect_seconds=min(wanted or limits.connect_seconds, seconds),
        handshake_seconds=min(wanted or limits.handshake_seconds, seconds),
        login_seconds=min(wanted or limits.login_seconds, seconds),
        answer_seconds=seconds,
    )
    return collect(target.address, target.port, login, target.known_hosts, author, limits)


def may_try_others(target: Target, problems: list[Problem]) -> bool:
    """Whether other credentials might fare better. SNMP does not tell a wrong community from no device; SSH does."""
    return target.kind == "snmp" or any(problem["kind"] == "authentication_failed" for problem in problems)


def joined(failed: Mapping[str, Document]) -> Document:
    """The first of the documents with the problems of all of them, each with the name of its credentials."""
    documents = list(failed.values())
    if len(documents) == 1:
        return documents[0]
    problems: dict[str, Problem] = {}
    for name, document in failed.items():
        for problem in document["problems"]:
            message = f"with the credentials {name}: {problem['message']}"[:1000]
            problems.setdefault(message, {**problem, "message": message})
    documents[0]["problems"] = list(problems.values())
    return documents[0]
