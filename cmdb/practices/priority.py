"""How urgent a ticket is: impact × urgency, and what the affected services suggest for the impact."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

Level = Literal["high", "medium", "low"]
Criticality = Literal["low", "medium", "high", "critical"]

LEVELS: tuple[Level, ...] = ("high", "medium", "low")
CRITICALITIES: tuple[Criticality, ...] = ("low", "medium", "high", "critical")

MATRIX: dict[tuple[Level, Level], int] = {
    ("high", "high"): 1, ("high", "medium"): 2, ("high", "low"): 3,
    ("medium", "high"): 2, ("medium", "medium"): 3, ("medium", "low"): 4,
    ("low", "high"): 3, ("low", "medium"): 4, ("low", "low"): 5,
}  # fmt: skip
"""(impact, urgency) → priority, 1 the most urgent."""

IMPACT_OF_LOSS: dict[str | None, tuple[Level, Level]] = {
    "critical": ("high", "high"),
    "high": ("high", "medium"),
    "medium": ("medium", "medium"),
    None: ("medium", "low"),
    "low": ("low", "low"),
}
"""Criticality of a service → the impact when it is down, and when it is degraded; None: nobody declared one."""


def priority(impact: Level, urgency: Level) -> int:
    """1 (act now) to 5 (when there is time)."""
    return MATRIX[impact, urgency]


def suggested_impact(services: Iterable[tuple[str | None, str]]) -> Level:
    """The impact that these (criticality, state) pairs of affected services suggest; low without any."""
    lost = {IMPACT_OF_LOSS[criticality][state != "down"] for criticality, state in services if state != "up"}
    for level in LEVELS:
        if level in lost:
            return level
    return "low"
