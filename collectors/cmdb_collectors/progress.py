"""How far a run is: a bar on a terminal, plain log lines elsewhere."""

from __future__ import annotations

import logging
import sys
from types import TracebackType
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from cmdb_collectors.outcome import Outcome
from cmdb_collectors.summary import printable

log = logging.getLogger("cmdb_collectors")


class Display(Protocol):
    """Shows outcomes as they come."""

    def __enter__(self) -> Display: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def show(self, outcome: Outcome) -> None:
        """One target has been read."""
        ...


class Lines:
    """A log line for each target."""

    def __enter__(self) -> Lines:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to put away."""

    def show(self, outcome: Outcome) -> None:
        """Say what came of it; what failed as a warning."""
        level = logging.WARNING if outcome.state == "failed" else logging.INFO
        log.log(level, "%s", line(outcome))


class Bar:
    """A bar on standard error; what failed is said above it."""

    def __init__(self, total: int) -> None:
        self._progress = Progress(
            TextColumn("reading"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("[red]{task.fields[failed]}"),
            TimeElapsedColumn(),
            console=Console(stderr=True),
        )
        self._failed = 0
        self._task = self._progress.add_task("", total=total, failed="")

    def __enter__(self) -> Bar:
        self._progress.__enter__()
        _redirect(sys.stderr)  # what is logged meanwhile goes above the bar, through rich's own standard error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.__exit__(kind, error, trace)
        _redirect(sys.stderr)

    def show(self, outcome: Outcome) -> None:
        """Count it, and say it where it failed."""
        if outcome.state == "failed":
            self._failed += 1
            self._progress.console.print(line(outcome), markup=False, highlight=False)
        self._progress.update(self._task, advance=1, failed=f"{self._failed} failed" if self._failed else "")


def display(total: int) -> Display:
    """What fits where standard error goes."""
    return Bar(total) if sys.stderr.isatty() else Lines()


def line(outcome: Outcome) -> str:
    """One outcome in one line, without anything that could move a terminal."""
    name = printable(outcome.target.name)
    problem = f": {printable(outcome.first_problem)[:300]}" if outcome.first_problem else ""
    return f"{name} {outcome.state} in {outcome.seconds:.1f} s, {outcome.items} items{problem}"


def _redirect(stream: object) -> None:
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.StreamHandler):
            handler.setStream(stream)
