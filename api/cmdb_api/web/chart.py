"""Shares over days as the parts of a line chart: what a template writes as SVG."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT = 640, 200
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 12, 26


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """One figure, in pixels. `title`: the figure in words."""

    x: float
    y: float
    title: str


@dataclass(frozen=True, slots=True)
class ChartLine:
    """One series: SVG path data through its points."""

    name: str
    path: str
    points: tuple[ChartPoint, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Lines over days; `marks` are the (y, text) of the scale, `ends` the first and last day."""

    width: int
    height: int
    left: int
    right: int
    lines: tuple[ChartLine, ...]
    marks: tuple[tuple[float, str], ...]
    ends: tuple[str, str]


def chart_of(figures: Iterable[tuple[str, str, int, int]]) -> Chart | None:
    """A chart of what is in order, from (name, ISO day, considered, affected) by day; None without any."""
    found = [one for one in figures if one[2]]
    if not found:
        return None
    days = sorted(date.fromisoformat(day) for _, day, _, _ in found)
    first, span = days[0], (days[-1] - days[0]).days or 1
    series: dict[str, list[ChartPoint]] = {}
    for name, day, considered, affected in found:
        share = (considered - affected) / considered
        x = LEFT + (date.fromisoformat(day) - first).days / span * (WIDTH - LEFT - RIGHT)
        title = f"{day}: {100 * share:.1f} % of {considered:,} CIs, {name}"
        series.setdefault(name, []).append(ChartPoint(round(x, 1), _y(share), title))
    return Chart(
        WIDTH, HEIGHT, LEFT, WIDTH - RIGHT,
        tuple(
            ChartLine(name, "M" + "L".join(f"{one.x} {one.y}" for one in points), tuple(points))
            for name, points in series.items()
        ),
        tuple((_y(share), f"{100 * share:.0f} %") for share in (0.0, 0.25, 0.5, 0.75, 1.0)),
        (days[0].isoformat(), days[-1].isoformat()),
    )  # fmt: skip


def _y(share: float) -> float:
    return round(TOP + (1 - share) * (HEIGHT - TOP - BOTTOM), 1)
