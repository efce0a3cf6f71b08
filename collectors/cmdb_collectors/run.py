"""The command `run`: all targets of a file, once or again and again, and their documents to the server."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import random
import shutil
import signal
import sys
import time
from collections.abc import Coroutine

from cmdb_agent import __version__
from cmdb_agent.wire.answer import AddressError
from cmdb_agent.wire.transport import Transport

from cmdb_collectors import logs, secrets, settings
from cmdb_collectors.attempt import Attempts, Read
from cmdb_collectors.delivery import Server
from cmdb_collectors.destination import Destination, Folder
from cmdb_collectors.errors import ConfigurationError
from cmdb_collectors.keyring import opened
from cmdb_collectors.outcome import Outcome
from cmdb_collectors.plan import Plan, load
from cmdb_collectors.progress import Display, Lines, display
from cmdb_collectors.schedule import repeat
from cmdb_collectors.summary import as_json, exit_status, text
from cmdb_collectors.sweep import AT_ONCE, Sweep, Width
from cmdb_collectors.threads import Threads

log = logging.getLogger("cmdb_collectors")

FINISH_SECONDS = 90.0  # to hand the last documents over: three requests that run into their time-out
STOP_SECONDS = 5.0  # the same for who was told to stop: what is left waits in the spool
STOPPED = 130
_INTERVAL_SECONDS = range(10, 86_401)


def run(given: argparse.Namespace) -> int:
    """Read the targets and send their documents; the exit status. Raises CollectorError."""
    if given.interval is not None and given.interval not in _INTERVAL_SECONDS:
        raise ConfigurationError("--interval: a number of seconds from 10 to 86400 is needed")
    plan = load(given.targets, given.interval)
    if plan.wrong:
        raise ConfigurationError(*plan.wrong)
    if not plan.targets:
        raise ConfigurationError(f"{given.targets} has no targets: add some, as [[targets]]")
    if given.output is not None and not given.once:
        raise ConfigurationError("--output FOLDER goes with --once")
    used = {name for target in plan.targets for name in target.credentials}
    keyring = opened((plan.recipes[name] for name in plan.recipes if name in used), settings.environment())
    logs.to_standard_error(logging.INFO)
    destination = _destination(given, plan)
    threads = Threads()
    attempts = Attempts(plan.collector.name or settings.default_name(), keyring, threads, is_repeated=not given.once)
    width = Width(plan.collector.snmp_at_once or AT_ONCE, plan.collector.ssh_at_once or AT_ONCE)
    job = _Job(plan, Sweep(attempts, width), destination, threads)
    return job.once(is_json=given.json) if given.once else job.repeat()


class _Job:
    """One run of the program."""

    def __init__(self, plan: Plan, sweep: Sweep, destination: Destination, threads: Threads) -> None:
        self._plan = plan
        self._sweep = sweep
        self._destination = destination
        self._threads = threads
        self._outcomes: list[Outcome] = []
        self._display: Display = Lines()

    def once(self, *, is_json: bool) -> int:
        """One round, its summary on standard output, and the exit status."""
        started = time.monotonic()
        with display(len(self._plan.targets)) as self._display:
            is_complete = _until_stopped(self._sweep.all(self._plan.targets, self._done))
            delivered = self._destination.finish(FINISH_SECONDS if is_complete else STOP_SECONDS)
        told = (self._outcomes, delivered, time.monotonic() - started, self._threads.count())
        if is_json:
            print(json.dumps(as_json(*told), ensure_ascii=False, indent=2))
        else:
            width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 400
            print(text(*told, width))
        return exit_status(self._outcomes, delivered) if is_complete else STOPPED

    def repeat(self) -> int:
        """Rounds without end; 0 when told to stop."""
        log.info("reading %d targets, each at its own interval", len(self._plan.targets))
        draw = random.Random()  # noqa: S311 - spreads load, guards nothing
        _until_stopped(repeat(self._sweep, self._plan.targets, self._forget, draw))
        delivered = self._destination.finish(STOP_SECONDS)
        log.info("stopped; %d documents sent, %d wait for the next start", delivered.sent, delivered.waiting)
        return 0

    async def _done(self, read: Read) -> None:
        await self._forget(read)
        self._outcomes.append(read.outcome)

    async def _forget(self, read: Read) -> None:
        """Hand a document on and show how it went; the document is not kept here, for there may be many."""
        name = f"keeping {read.outcome.target.name}"
        await self._threads.call(name, lambda: self._destination.keep(read.document))
        self._display.show(read.outcome)


def _until_stopped(work: Coroutine[object, object, None]) -> bool:
    """Run it until it ends (True), or SIGINT or SIGTERM ask to stop (False)."""

    async def main() -> None:
        task = asyncio.ensure_future(work)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, task.cancel)
        await task

    try:
        asyncio.run(main())
    except asyncio.CancelledError:
        log.warning("told to stop")
        return False
    return True


def _destination(given: argparse.Namespace, plan: Plan) -> Destination:
    if given.output is not None:
        return Folder(given.output)
    server = given.server or plan.collector.server
    if server is None:
        raise ConfigurationError("which server? Give --server URL, or `server` in the table [collector]; "
                                 "--output FOLDER sends nothing")  # fmt: skip
    token_file = given.token_file or plan.collector.token_file
    token = secrets.read_file(token_file) if token_file is not None else secrets.ask("Token (role collector)")
    try:
        transport = Transport(server.rstrip("/"), given.ca or plan.collector.ca, f"{settings.PROGRAM}/{__version__}")
    except AddressError as error:
        raise ConfigurationError(str(error)) from error
    return Server(given.state_dir or plan.collector.state_dir or settings.default_state_dir(), transport, token)
