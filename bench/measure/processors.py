"""Processor time beside wall time: what the work took, whatever else the machine did meanwhile."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass, field
from typing import Any

from measure.report import Stopwatch


@dataclass
class ProcessorWatch(Stopwatch):
    """A stopwatch that also adds up processor time: of this process, and of the engine's where `engine_pid` is known.

    The engine's includes what it does beside, such as compiling and collecting garbage: look at means over many.
    """

    engine_pid: int | None = None
    own_ms: dict[str, list[float]] = field(default_factory=dict)
    engine_ms: dict[str, list[float]] = field(default_factory=dict)

    def time(self, name: str, work: Any) -> Any:
        """As the stopwatch's."""
        engine, own = self._engine_ns(), time.process_time_ns()
        result = super().time(name, work)
        self.own_ms.setdefault(name, []).append((time.process_time_ns() - own) / 1e6)
        if self.engine_pid is not None:
            self.engine_ms.setdefault(name, []).append((self._engine_ns() - engine) / 1e6)
        return result

    def figures(self) -> dict[str, float]:
        """As the stopwatch's, with the mean processor time of this process, and of both together."""
        found = super().figures()
        for name, times in self.own_ms.items():
            found[f"{name}_own_cpu_ms"] = round(statistics.mean(times), 3)
            if name in self.engine_ms:
                found[f"{name}_cpu_ms"] = round(self.cpu_ms(name), 3)
        return found

    def cpu_ms(self, name: str) -> float:
        """The mean processor time that one took, in this process and the engine's as far as it is known."""
        return statistics.mean(self.own_ms[name]) + statistics.mean(self.engine_ms.get(name, [0.0]))

    def cpu_ratio(self, name: str, beside: str) -> float:
        """One name's processor time over another's."""
        return round(self.cpu_ms(name) / self.cpu_ms(beside), 2)

    def _engine_ns(self) -> int:
        # The clock that clock_getcpuclockid(3) names for a process on Linux.
        return 0 if self.engine_pid is None else time.clock_gettime_ns((~self.engine_pid << 3) | 2)
