"""Where boxes and lines of a layered drawing go: causes on the left, what follows from them to the right.

Coordinates only; grandalf's Sugiyama layout places them. It stacks layers downwards, so its axes are swapped.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from grandalf.graphs import Edge, Graph, Vertex, graph_core
from grandalf.layouts import SugiyamaLayout, VertexViewer

from cmdb.analyse.answer import HopState
from cmdb.analyse.neighbourhood import Strength

LABEL_CHARACTERS = 30
CHARACTER_WIDTH = 7.5
PADDING = 24
BOX_HEIGHT = 44
BETWEEN_LAYERS = 64
BETWEEN_BOXES = 14

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Shape:
    """Something to draw. `ids` are what it stands for: one, or several where it says "and 37 more"."""

    key: str
    label: str
    type: str
    state: HopState
    ids: tuple[str, ...]
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """Something that follows: from the key of the cause to the key of what suffers."""

    cause: str
    effect: str
    verb: str
    strength: Strength


@dataclass(frozen=True, slots=True)
class Box:
    """A placed shape: x and y of its upper left corner. The label is shortened to fit."""

    shape: Shape
    label: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Line:
    """A placed link: a polyline from the border of the cause to the border of the effect."""

    link: Link
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """Boxes and lines within (0, 0) and (width, height), in the units of a character of 7.5 wide."""

    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    width: float
    height: float


def lay_out(shapes: Sequence[Shape], links: Sequence[Link]) -> Drawing:
    """The drawing of these shapes. Their order, causes first, decides which links of a cycle run backwards.

    Raises ValueError for a link whose ends are not both among the shapes.
    """
    rank = {shape.key: number for number, shape in enumerate(shapes)}
    if missing := {end for link in links for end in (link.cause, link.effect)} - rank.keys():
        raise ValueError(f"links to shapes that are not there: {sorted(missing)}")
    vertices = [_vertex(shape) for shape in shapes]
    edges: dict[tuple[int, int], Edge] = {}
    for link in links:
        ends = sorted((rank[link.cause], rank[link.effect]))
        first, last = ends
        if first != last and (first, last) not in edges:
            edges[first, last] = Edge(vertices[first], vertices[last])
    boxes: dict[str, Box] = {}
    bends: dict[tuple[int, int], list[Point]] = {}
    numbers = {vertex: number for number, vertex in enumerate(vertices)}
    pairs = {edge: pair for pair, edge in edges.items()}
    top = 0.0
    components: list[graph_core] = Graph(vertices, list(edges.values())).C
    for component in sorted(components, key=lambda part: min(numbers[v] for v in part.V())):
        top = _place(component, shapes, numbers, pairs, top, boxes, bends)
    lines = tuple(Line(link, _polyline(link, boxes, bends, rank)) for link in links if link.cause != link.effect)
    return Drawing(
        tuple(boxes[shape.key] for shape in shapes),
        lines,
        max((box.x + box.width for box in boxes.values()), default=0),
        max((box.y + box.height for box in boxes.values()), default=0),
    )


def _label(shape: Shape) -> str:
    label = shape.label
    return label if len(label) <= LABEL_CHARACTERS else label[: LABEL_CHARACTERS - 1] + "…"


def _width(shape: Shape) -> float:
    return max(len(_label(shape)), len(shape.type)) * CHARACTER_WIDTH + PADDING


def _vertex(shape: Shape) -> Vertex:
    vertex = Vertex(shape.key)
    setattr(vertex, "view", VertexViewer(w=BOX_HEIGHT, h=ceil(_width(shape))))  # noqa: B010 - not declared there
    return vertex


def _place(
    component: graph_core,
    shapes: Sequence[Shape],
    numbers: Mapping[Vertex, int],
    pairs: Mapping[Edge, tuple[int, int]],
    top: float,
    boxes: dict[str, Box],
    bends: dict[tuple[int, int], list[Point]],
) -> float:
    """Place one connected part below `top`, and return where the next may begin."""
    layout = SugiyamaLayout(component)
    layout.xspace, layout.yspace = BETWEEN_BOXES, BETWEEN_LAYERS
    roots = [vertex for vertex in component.V() if not vertex.e_in()]
    layout.init_all(roots=sorted(roots, key=numbers.__getitem__), inverted_edges=[])
    layout.draw(3)
    across = [v.view.xy[0] - v.view.w / 2 for layer in layout.layers for v in layer]
    shift = top - min(across)
    left: list[tuple[float, float]] = []
    for layer in layout.layers:
        widest = max(v.view.h for v in layer)
        begin = layer[0].view.xy[1] - widest / 2
        left.append((begin, begin + widest))
    bottom = top
    for vertex in component.V():
        shape = shapes[numbers[vertex]]
        x, _ = left[layout.grx[vertex].rank]
        y = vertex.view.xy[0] - BOX_HEIGHT / 2 + shift
        boxes[shape.key] = Box(shape, _label(shape), x, y, _width(shape), BOX_HEIGHT)
        bottom = max(bottom, y + BOX_HEIGHT)
    for edge, through in layout.ctrls.items():
        ends = (layout.grx[edge.v[0]].rank, layout.grx[edge.v[1]].rank)
        bends[pairs[edge]] = [
            (x, through[rank].view.xy[0] + shift) for rank in range(ends[0] + 1, ends[1]) for x in left[rank]
        ]
        bottom = max(bottom, *(y for _, y in bends[pairs[edge]]))
    return bottom + 2 * BETWEEN_BOXES


def _polyline(
    link: Link,
    boxes: Mapping[str, Box],
    bends: Mapping[tuple[int, int], list[Point]],
    rank: Mapping[str, int],
) -> tuple[Point, ...]:
    first, last = sorted((link.cause, link.effect), key=rank.__getitem__)
    begin, end = boxes[first], boxes[last]
    points = (
        (begin.x + begin.width, begin.y + begin.height / 2),
        *bends.get((rank[first], rank[last]), ()),
        (end.x, end.y + end.height / 2),
    )
    return points if first == link.cause else points[::-1]
