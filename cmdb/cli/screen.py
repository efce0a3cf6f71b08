"""How a long piece of work looks: a moving line on a terminal, a line for each finished step elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

_QUARTERS = 4

# Surrounds a piece of work: what is being done, and what is said when it is.
Step = Callable[[str, str], AbstractContextManager[None]]


class Screen:
    """Standard output during work that takes seconds."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._progress: Progress | None = None
        self._quarter = 0

    @contextmanager
    def step(self, doing: str, done: str) -> Generator[None]:
        """A step: `doing` moves while it lasts, `done` stays with its seconds."""
        begun = time.monotonic()
        if self.console.is_terminal:
            columns = SpinnerColumn(), TextColumn("{task.description}"), BarColumn()
            with Progress(*columns, console=self.console, transient=True) as self._progress:
                self._progress.add_task(doing, total=None)
                yield
            self._progress = None
        else:
            yield
        self.console.print(f"{done} ({time.monotonic() - begun:.1f} s)", highlight=False, soft_wrap=True)

    def fetching(self, done_bytes: int, total_bytes: int) -> None:
        """Shows how much of the engine has arrived; called from other threads too."""
        amount = f"Fetching the engine: {done_bytes / 2**20:.0f} of {total_bytes / 2**20:.0f} MiB"
        if self._progress is not None:
            self._progress.update(
                self._progress.task_ids[0], description=amount, completed=done_bytes, total=total_bytes
            )  # fmt: skip
        elif (quarter := done_bytes * _QUARTERS // total_bytes) > self._quarter:
            self._quarter = quarter
            self.say(amount)

    def say(self, line: str) -> None:
        """One line, as it is."""
        self.console.print(line, highlight=False, soft_wrap=True, markup=False)
