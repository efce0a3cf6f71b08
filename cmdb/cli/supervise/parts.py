"""The parts that run: programs of this product, and the managed engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from cmdb.bootstrap import Engine, dump_engine, pause_graph, start_engine
from cmdb.cli.screen import Step
from cmdb.config import Settings
from cmdb.errors import Unavailable
from cmdb.tether import Tethered

# The server gives running requests 10 s.
_PATIENCE_SECONDS = 12.0
_LOG_BYTES_MAX = 8 << 20
_LINES_SHOWN = 10


class Part(Protocol):
    """Something that runs beside this process until it is stopped, or ends by itself."""

    @property
    def name(self) -> str:
        """What people call it."""
        ...

    def start(self) -> None:
        """Starts it, also again after an end. In the main thread. Raises Unavailable."""
        ...

    def exit_code(self) -> int | None:
        """How it ended, negative for a signal; None while it runs."""
        ...

    def ask_to_end(self) -> None:
        """Begins its end, without waiting."""
        ...

    def stop(self) -> None:
        """Ends it and waits; without effect when it does not run."""
        ...

    def last_words(self) -> str:
        """What it said last, for an error message."""
        ...


class Program:
    """A program with a log file of its own."""

    def __init__(
        self, name: str, command: Sequence[str], environment: Mapping[str, str], log: Path, keep: Sequence[int] = ()
    ) -> None:
        self.name = name
        self._command = command
        self._environment = environment
        self._log = log
        self._keep = keep
        self._running: Tethered | None = None

    def start(self) -> None:
        """Starts it; its log goes on where the last start stopped, and a long one is put aside."""
        self.stop()
        self._log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self._log.exists() and self._log.stat().st_size > _LOG_BYTES_MAX:
            self._log.replace(self._log.with_name(self._log.name + ".old"))
        self._running = Tethered.start(self._command, self._log, self._environment, keep=self._keep, append=True)

    def exit_code(self) -> int | None:
        """How it ended; None while it runs, and before the first start."""
        return self._running.exit_code() if self._running else None

    def ask_to_end(self) -> None:
        """Sends SIGTERM."""
        if self._running:
            self._running.ask_to_end()

    def stop(self) -> None:
        """Ends it, by force when it takes too long."""
        if self._running:
            self._running.stop(_PATIENCE_SECONDS)
            self._running = None

    def last_words(self) -> str:
        """The last lines of its log, and where the rest is."""
        lines = self._log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LINES_SHOWN:]
        return "\n".join([*(f"  {line}" for line in lines), f"All of it: {self._log}"])


class ManagedEngine:
    """The engine of the data folder."""

    name = "engine"

    def __init__(self, settings: Settings, progress: Callable[[int, int], None] | None = None) -> None:
        self._settings = settings
        self._progress = progress
        self._running: Engine | None = None

    def start(self) -> None:
        """Returns when the engine answers, at the port it always had."""
        self.stop()
        self._running = start_engine(self._settings, self._progress)

    def dump(self, step: Step) -> Path | Unavailable:
        """The graph as a file that the caller takes away, or why there is none; the engine runs again either way.

        Meanwhile whoever asks the graph hears when to come back. Raises Unavailable where it does not start again.
        """
        try:
            pause_graph(self._settings)
            with step("Stopping the engine", "Engine stopped"):
                self.stop()
            with step("Dumping the graph", "Graph dumped"):
                dumped = dump_engine(self._settings)
        except Unavailable as error:
            dumped = error
        with step("Starting the engine", "Engine started"):
            self.start()
        return dumped

    @property
    def running(self) -> Engine:
        """The engine that `start` started."""
        if self._running is None:
            raise RuntimeError("the engine was not started")
        return self._running

    def exit_code(self) -> int | None:
        """How it ended; None while it runs, and before the first start."""
        return self._running.exit_code() if self._running else None

    def ask_to_end(self) -> None:
        """Nothing: the engine is stopped when nothing needs it any more."""

    def stop(self) -> None:
        """Ends it with a checkpoint."""
        if self._running:
            self._running.stop()
            self._running = None

    def last_words(self) -> str:
        """Where its logs are."""
        return "Its logs: " + " and ".join(map(str, self.running.logs))
