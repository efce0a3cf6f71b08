"""A drawing becomes an SVG's parts without losing what it says."""

from __future__ import annotations

import re

from cmdb_api.web.drawing import picture_of

from cmdb.analyse.layout import Link, Shape, lay_out


def test_states_are_words_and_shapes_and_not_colour_alone() -> None:
    shapes = [
        Shape("db", "postgres on db-1", "ServiceInstance", "down", ("ci_db",)),
        Shape("app", "shop on web-1", "ServiceInstance", "degraded", ("ci_app",)),
        Shape("more:x", "and 37 more network interfaces", "NetworkInterface", "at_risk", ("ci_1", "ci_2")),
        Shape("shop", "Shop", "BusinessService", "degraded", ("ci_shop",)),
    ]
    links = [
        Link("db", "app", "CALLS", "soft"),
        Link("db", "more:x", "PART_OF", "hard"),
        Link("app", "shop", "PROVIDED_BY", "hard"),
    ]
    picture = picture_of(lay_out(shapes, links))
    assert [box.tag for box in picture.boxes] == ["down", "degraded", "at risk", "degraded"]
    assert [box.ci_id for box in picture.boxes] == ["ci_db", "ci_app", None, "ci_shop"]
    assert [box.is_service for box in picture.boxes] == [False, False, False, True]
    assert picture.boxes[0].title == "postgres on db-1, service instance, down"
    assert [line.is_soft for line in picture.lines] == [True, False, False]
    assert picture.lines[2].title == "Shop is provided by shop on web-1 (hard)"
    assert picture.states == ("down", "degraded", "at_risk")
    assert picture.has_soft


def test_everything_lies_within_the_picture() -> None:
    shapes = [Shape(str(n), f"service number {n}", "ServiceInstance", "down", (str(n),)) for n in range(12)]
    links = [Link(str(n // 3), str(n), "CALLS", "hard") for n in range(1, 12)]
    picture = picture_of(lay_out(shapes, links))
    for box in picture.boxes:
        assert box.x >= 0
        assert box.tag_x > box.x
        assert box.x + box.width <= picture.width
        assert box.y >= 8
        assert box.y + box.height <= picture.height
    for line in picture.lines:
        numbers = [float(number) for number in re.findall(r"-?\d+\.?\d*", line.path)]
        assert all(0 <= number <= max(picture.width, picture.height) for number in numbers)
        assert line.head.startswith("M")
