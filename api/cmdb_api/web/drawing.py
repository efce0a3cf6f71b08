"""A layered drawing as the parts of an SVG: where boxes, tags and curves go. A template writes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from cmdb.analyse.blast import SERVICE_TYPES
from cmdb.analyse.layout import Box, Drawing, Line, Point
from cmdb.analyse.picture import spoken
from cmdb_api.web import words

MARGIN = 16
ARROW = 7
TAG_PADDING = 26
TAG_CHARACTER_WIDTH = 7


@dataclass(frozen=True, slots=True)
class PictureBox:
    """A box with its tag. `ci_id` None: it stands for several. `title` says all of it in words."""

    x: float
    y: float
    width: float
    height: float
    label: str
    kind: str
    state: str
    is_service: bool
    tag: str
    tag_x: float
    tag_width: float
    ci_id: str | None
    title: str


@dataclass(frozen=True, slots=True)
class PictureLine:
    """A curve from a cause to what suffers; `path` is SVG path data that ends in an arrow head at `end`."""

    path: str
    head: str
    is_soft: bool
    title: str


@dataclass(frozen=True, slots=True)
class Picture:
    """All parts, in pixels."""

    width: int
    height: int
    boxes: tuple[PictureBox, ...]
    lines: tuple[PictureLine, ...]
    states: tuple[str, ...]
    has_soft: bool


def picture_of(drawing: Drawing) -> Picture:
    """The parts of this drawing, with a margin for tags and focus rings."""
    labels = {box.shape.key: box.shape.label for box in drawing.boxes}
    found = {box.shape.state for box in drawing.boxes}
    return Picture(
        round(drawing.width) + 2 * MARGIN,
        round(drawing.height) + 2 * MARGIN,
        tuple(map(_box, drawing.boxes)),
        tuple(_line(line, labels) for line in drawing.lines),
        tuple(state for state in ("down", "degraded", "isolated", "at_risk") if state in found),
        any(line.link.strength == "soft" for line in drawing.lines),
    )


def _box(box: Box) -> PictureBox:
    shape = box.shape
    tag = words.STATES[shape.state]
    tag_width = TAG_PADDING + len(tag) * TAG_CHARACTER_WIDTH
    said = [shape.label, spoken(shape.type), tag, shape.note]
    return PictureBox(
        x=round(box.x + MARGIN, 1),
        y=round(box.y + MARGIN, 1),
        width=round(box.width, 1),
        height=box.height,
        label=box.label,
        kind=spoken(shape.type),
        state=shape.state,
        is_service=shape.type in SERVICE_TYPES,
        tag=tag,
        tag_x=round(box.x + MARGIN + box.width - tag_width - 8, 1),
        tag_width=tag_width,
        ci_id=shape.ids[0] if len(shape.ids) == 1 else None,
        title=", ".join(part for part in said if part),
    )


def _line(line: Line, labels: dict[str, str]) -> PictureLine:
    link = line.link
    points = [(x + MARGIN, y + MARGIN) for x, y in line.points]
    (x, y), before = points[-1], points[-2]
    side = -ARROW if x >= before[0] else ARROW
    head = f"M{x:.1f} {y:.1f}l{side} {-ARROW / 2}v{ARROW}z"
    title = f"{labels[link.effect]} {words.phrase(link.verb)} {labels[link.cause]} ({link.strength})"
    return PictureLine(_curve([*points[:-1], (x + side / 2, y)]), head, link.strength == "soft", title)


def _curve(points: Sequence[Point]) -> str:
    """Path data through these points, leaving and arriving level."""
    path = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for (x0, y0), (x1, y1) in pairwise(points):
        if abs(y1 - y0) < 0.5:
            path += f"H{x1:.1f}"
        else:
            bend = (x0 + x1) / 2
            path += f"C{bend:.1f} {y0:.1f} {bend:.1f} {y1:.1f} {x1:.1f} {y1:.1f}"
    return path
