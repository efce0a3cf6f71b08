"""How a measurement speaks: progress while it runs, a table or one JSON object at its end."""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib import metadata
from typing import Any, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

T = TypeVar("T")
LOG_EVERY_SECONDS = 5.0


def arguments(about: str) -> argparse.ArgumentParser:
    """A parser with the two options that every measurement takes."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--json", action="store_true", help="print one JSON object on standard output")
    parser.add_argument("--quick", action="store_true", help="smaller sizes, under 50 seconds on two cores")
    return parser


@dataclass
class Stopwatch:
    """Times by name, in milliseconds."""

    times_ms: dict[str, list[float]] = field(default_factory=dict)

    def time(self, name: str, work: Any) -> Any:
        """What `work()` returns; how long it took is kept under `name`."""
        began = time.perf_counter_ns()
        result = work()
        self.times_ms.setdefault(name, []).append((time.perf_counter_ns() - began) / 1e6)
        return result

    def figures(self) -> dict[str, float]:
        """Median, 95th percentile and sum of each name."""
        found: dict[str, float] = {}
        for name, times in sorted(self.times_ms.items()):
            found[f"{name}_median_ms"] = round(statistics.median(times), 3)
            found[f"{name}_p95_ms"] = round(sorted(times)[int(len(times) * 0.95)], 3)
            found[f"{name}_total_ms"] = round(sum(times), 1)
        return found

    def median_ms(self, name: str) -> float:
        """The ordinary time of a name."""
        return statistics.median(self.times_ms[name])

    def ratio(self, name: str, beside: str) -> float:
        """One name's median over another's."""
        return round(self.median_ms(name) / self.median_ms(beside), 2)


class Shown:
    """Progress on standard error: a bar on a terminal, else a line every few seconds."""

    def __init__(self) -> None:
        self._console = Console(stderr=True)

    def say(self, text: str) -> None:
        """A line of its own."""
        self._console.print(text, highlight=False)

    def track(self, steps: Iterable[T], total: int, what: str) -> Iterator[T]:
        """The steps, shown as they pass."""
        if not self._console.is_terminal:
            yield from self._logged(steps, total, what)
            return
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=self._console) as progress:
            yield from progress.track(steps, total=total, description=what)

    def _logged(self, steps: Iterable[T], total: int, what: str) -> Iterator[T]:
        said_at = began_at = time.monotonic()
        for number, step in enumerate(steps, 1):
            yield step
            now = time.monotonic()
            if number == total or now - said_at >= LOG_EVERY_SECONDS:
                said_at = now
                self.say(f"{what}: {number} of {total} after {now - began_at:.0f} s")


def versions(*packages: str) -> dict[str, str]:
    """What ran: interpreter, platform, number of processors, packages."""
    found = {"python": platform.python_version(), "platform": platform.platform(), "cores": str(os.cpu_count())}
    return found | {name: metadata.version(name) for name in packages}


def show(result: dict[str, Any], *, as_json: bool) -> None:
    """Print a result `{name, sizes, figures, ratios, versions}`: one JSON object, or tables for a person."""
    if as_json:
        json.dump(result, sys.stdout, indent=2)
        print()
        return
    console = Console()
    console.print(f"{result['name']}: " + ", ".join(f"{k} {v}" for k, v in result["sizes"].items()), highlight=False)
    for part in ("figures", "ratios"):
        table = Table("name", part.removesuffix("s"), box=None)
        for name, value in result[part].items():
            table.add_row(name, f"{value:,}")
        console.print(table)
    console.print(", ".join(f"{k} {v}" for k, v in result["versions"].items()), style="dim", highlight=False)
