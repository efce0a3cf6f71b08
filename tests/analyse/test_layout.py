import subprocess
import sys
from itertools import combinations, pairwise
from random import Random

import pytest

from cmdb.analyse.impact import impact
from cmdb.analyse.layout import Drawing, Link, Shape, lay_out
from cmdb.analyse.picture import draw_impact, plural
from tests.analyse.naive import random_question, random_world
from tests.analyse.sketch import sketch


def shape(key: str) -> Shape:
    return Shape(key, key, "Server", "down", (key,))


def link(cause: str, effect: str) -> Link:
    return Link(cause, effect, "CALLS", "hard")


def check(drawing: Drawing) -> None:
    """Boxes lie apart and within the drawing; lines run from border to border and never through a box."""
    for box in drawing.boxes:
        assert box.x >= 0
        assert box.x + box.width <= drawing.width
        assert box.y >= 0
        assert box.y + box.height <= drawing.height
    for one, other in combinations(drawing.boxes, 2):
        apart_x = one.x + one.width <= other.x or other.x + other.width <= one.x
        apart_y = one.y + one.height <= other.y or other.y + other.height <= one.y
        assert apart_x or apart_y, (one, other)
    boxes = {box.shape.key: box for box in drawing.boxes}
    for line in drawing.lines:
        for point, key in ((line.points[0], line.link.cause), (line.points[-1], line.link.effect)):
            box = boxes[key]
            assert point in ((box.x, box.y + box.height / 2), (box.x + box.width, box.y + box.height / 2))
        for (x1, y1), (x2, y2) in pairwise(line.points):
            if y1 == y2:
                for box in drawing.boxes:
                    inside = box.y < y1 < box.y + box.height
                    assert not (inside and min(x1, x2) < box.x < box.x + box.width < max(x1, x2))


def test_effects_stand_to_the_right_of_their_causes():
    drawing = lay_out([shape(k) for k in "abcd"], [link("a", "b"), link("b", "c"), link("a", "c"), link("a", "d")])
    x = {box.shape.key: box.x for box in drawing.boxes}
    assert x["a"] < x["b"] == x["d"] < x["c"]
    assert len(next(line for line in drawing.lines if line.link == link("a", "c")).points) == 4, "it bends round b"
    check(drawing)


def test_a_cycle_and_a_self_reference_are_drawn_too():
    drawing = lay_out([shape("a"), shape("b")], [link("a", "b"), link("b", "a"), link("a", "a")])
    there, back = drawing.lines
    assert there.points == back.points[::-1]
    check(drawing)


def test_parts_without_a_connection_stand_below_each_other():
    drawing = lay_out([shape(k) for k in "abc"], [link("a", "b")])
    check(drawing)
    assert drawing.boxes[2].y > drawing.boxes[0].y


def test_nothing_is_a_drawing_without_size():
    assert lay_out([], []) == Drawing((), (), 0, 0)


def test_a_link_to_nowhere_is_refused():
    with pytest.raises(ValueError, match="'b'"):
        lay_out([shape("a")], [link("a", "b")])


def test_a_long_label_is_shortened():
    (box,) = lay_out([shape("x" * 90)], []).boxes
    assert box.label == "x" * 29 + "…"
    assert box.width < 260


def test_random_drawings_keep_boxes_apart_and_lines_at_their_borders():
    for seed in range(150):
        random = Random(seed)
        keys = [f"n{i}" for i in range(random.randint(1, 40))]
        links = [link(random.choice(keys), random.choice(keys)) for _ in range(random.randint(0, 60))]
        check(lay_out([shape(k) for k in keys], links))


def test_every_reached_ci_of_a_random_answer_is_drawn_with_the_relation_that_reached_it():
    for seed in range(300):
        random = Random(seed)
        world = random_world(random)
        question = random_question(world, random)
        answer = impact(
            world.neighbourhood(), question.failed, question.depth, question.excluded,
            dict.fromkeys(question.context, "INC-000001"),
        )  # fmt: skip
        drawing = draw_impact(answer)
        check(drawing)
        drawn = {ci for box in drawing.boxes for ci in box.shape.ids}
        assert {r.ci.id for r in answer.reached} <= drawn
        ends = {line.link.effect for line in drawing.lines}
        assert {r.ci.id for r in answer.reached if r.distance} <= ends


def test_a_group_and_what_another_ticket_took_down_are_drawn_where_a_reason_needs_them():
    n = sketch("app NEEDS pair\npair ANY_OF db1 db2")
    drawing = draw_impact(impact(n, {"db1": "down"}, context={"db2": "INC-000007"}))
    assert {box.shape.key: (box.shape.state, box.shape.note) for box in drawing.boxes} == {
        "db1": ("down", None),
        "db2": ("down", "already down"),
        "pair": ("down", None),
        "app": ("down", None),
    }
    assert {(line.link.cause, line.link.effect) for line in drawing.lines} == {
        ("db1", "pair"), ("db2", "pair"), ("pair", "app"),
    }  # fmt: skip


def machine(interfaces: int):
    parts = [f"eth{i:03} PART_OF host" for i in range(interfaces)]
    return sketch(
        "\n".join([*parts, "app RUNS_ON host", "shop PROVIDED_BY app"]),
        types={f"eth{i:03}": "NetworkInterface" for i in range(interfaces)} | {"shop": "BusinessService"},
    )


def test_dead_ends_that_look_alike_become_one_box():
    drawing = draw_impact(impact(machine(42), {"host": "down"}))
    labels = {box.label for box in drawing.boxes}
    assert {"host", "app", "shop", "eth004", "and 37 more network interfaces"} <= labels
    assert len(drawing.boxes) == 9
    check(drawing)


def test_beyond_the_limit_starts_and_services_with_their_reasons_stay():
    n = sketch(
        "\n".join([f"a{i:03} RUNS_ON host\nb{i:03} CALLS a{i:03}" for i in range(300)] + ["zshop PROVIDED_BY b299"]),
        types={"zshop": "BusinessService"} | {f"b{i:03}": "ServiceInstance" for i in range(300)},
    )
    answer = impact(n, {"host": "down"})
    drawing = draw_impact(answer, limit=50)
    check(drawing)
    assert len(drawing.boxes) <= 50
    keys = {box.shape.key for box in drawing.boxes}
    assert {"host", "a299", "b299", "zshop"} <= keys
    assert {ci for box in drawing.boxes for ci in box.shape.ids} == {r.ci.id for r in answer.reached}
    assert [box.label for box in drawing.boxes if box.shape.key.startswith("more:")] == [
        "and 256 more servers", "and 299 more service instances",
    ]  # fmt: skip


def test_a_drawing_does_not_change_with_the_hash_seed():
    program = (
        "from tests.analyse.test_layout import machine; from cmdb.analyse.impact import impact\n"
        "from cmdb.analyse.picture import draw_impact; print(draw_impact(impact(machine(9), {'host': 'down'})))"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", program], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(seen) == 1


@pytest.mark.parametrize(
    ("ci_type", "words"),
    [
        ("NetworkInterface", "network interfaces"),
        ("Switch", "switches"),
        ("Battery", "batteries"),
        ("VLAN", "VLANs"),
        ("IPAddress", "IP addresses"),
    ],
)
def test_types_are_spoken_in_the_plural(ci_type, words):
    assert plural(ci_type) == words
