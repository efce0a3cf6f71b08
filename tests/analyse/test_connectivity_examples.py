"""Networks as people draw them: what is cut, who is isolated, and the sentence that says so."""

from __future__ import annotations

from cmdb.analyse.answer import Reason
from cmdb.analyse.impact import impact
from cmdb.analyse.neighbourhood import Node
from cmdb.analyse.topology import Network
from tests.analyse.sketch import sketch, states

LAB = """
    client CALLS nginx
    nginx CALLS app
    app CALLS postgres
    app CALLS redis
    client RUNS_ON cli
    nginx RUNS_ON web
    app RUNS_ON web
    postgres RUNS_ON db
    redis RUNS_ON db
    trunk2 PART_OF sw2
    Shop PROVIDED_BY postgres
"""


def net(
    cables: str,
    ends: str = "",
    observers: tuple[tuple[str, str | None], ...] = (),
    places: dict[str, str] | None = None,
) -> Network:
    """Cables written `sw1:trunk1 sw2:trunk2`, one a line; every machine forwards but the `ends`."""
    rows = [[end.partition(":") for end in line.split()] for line in cables.strip().splitlines()]
    names = sorted({machine for row in rows for machine, _, _ in row})
    return Network.from_columns(
        machines=[Node(name, "Server" if name in ends.split() else "NetworkDevice", name) for name in names],
        forwards=[name not in ends.split() for name in names],
        link_from=[row[0][0] for row in rows],
        ports_from=[row[0][2] or None for row in rows],
        link_to=[row[1][0] for row in rows],
        ports_to=[row[1][2] or None for row in rows],
        observers=observers,
        places=places,
    )


def lab(**more: object) -> Network:
    on = {"client": "cli", "nginx": "web", "app": "web", "postgres": "db", "redis": "db", "trunk2": "sw2"}
    cables = "sw1:trunk1 sw2:trunk2\nweb:webport sw1\ndb sw2\ncli sw2"
    return net(cables, ends="web db cli", places=on, **{"observers": (("sw1", None),), **more})


def told(reason: Reason) -> list[str]:
    return [
        f"{hop.source.id} {hop.verb} {hop.target.id}"
        + (f" cut by {' and '.join(node.id for node in hop.cut_by)}" if hop.cut_by else "")
        for hop in reason.hops
    ]


def test_a_lost_switch_isolates_what_hangs_on_it_and_takes_down_what_calls_across_it():
    found = impact(sketch(LAB), {"sw2": "down"}, network=lab())
    assert states(found) == {
        "sw2": "down", "trunk2": "down", "app": "down", "client": "down", "nginx": "down", "Shop": "down",
        "db": "up", "cli": "up",
    }  # fmt: skip
    assert {one.ci.id for one in found.reached if one.isolated} == {"db", "cli", "client"}
    assert told(found.reason("app")) == ["app CALLS postgres cut by sw2"]
    assert told(found.reason("client")) == ["client CALLS nginx cut by sw2"]
    assert told(found.reason("nginx")) == ["nginx CALLS app", "app CALLS postgres cut by sw2"]
    assert told(found.reason("Shop")) == ["Shop PROVIDED_BY postgres cut by sw2"]
    assert told(found.reason("db")) == ["db CONNECTED_TO sw1 cut by sw2"]
    assert all([cause.ci.id for cause in found.reason(ci).causes] == ["sw2"] for ci in ("app", "nginx", "db"))
    assert found.why_not("web") == ("app needs it, not the other way round.",) or found.why_not("web")


def test_a_lost_port_cuts_like_the_cable_in_it():
    found = impact(sketch(LAB), {"trunk2": "down"}, network=lab())
    assert states(found)["app"] == "down"
    assert "sw2" in {one.ci.id for one in found.reached if one.isolated}
    assert told(found.reason("app")) == ["app CALLS postgres cut by trunk2"]


def test_a_lost_machine_that_forwards_nothing_takes_what_runs_on_it_by_that_and_isolates_nobody():
    found = impact(sketch(LAB), {"db": "down"}, network=lab())
    assert told(found.reason("app")) == ["app CALLS postgres", "postgres RUNS_ON db"]
    assert not any(one.isolated for one in found.reached)
    assert "client" in states(found)


def test_a_machine_without_known_links_is_not_judged():
    network = lab(observers=())
    here = net("sw1 sw2\ndb sw2", ends="db", places={"app": "web", "postgres": "db"})
    found = impact(sketch("app CALLS postgres\nsw2 CALLS sw9"), {"sw2": "down"}, network=here)
    assert states(found) == {"sw2": "down"}
    assert not any(one.isolated for one in impact(sketch(LAB), {"sw2": "down"}, network=network).reached)


def test_a_server_is_no_transit_and_a_second_switch_is():
    servers = net("a mid\nmid b\na sw1\nb sw1", ends="a mid b", places={"x": "a", "y": "b"})
    found = impact(sketch("x CALLS y\nsw1 CALLS none1"), {"sw1": "down"}, network=servers)
    assert told(found.reason("x")) == ["x CALLS y cut by sw1"]
    switches = net("a mid\nmid b\na sw1\nb sw1", ends="a b", places={"x": "a", "y": "b"})
    found = impact(sketch("x CALLS y\nsw1 CALLS none1"), {"sw1": "down"}, network=switches)
    assert states(found) == {"sw1": "down"}


def test_two_lost_cores_are_both_named_and_a_third_that_fell_elsewhere_is_not():
    network = net(
        "a core1\na core2\nb core1\nb core2\nb other\na here", ends="", places={"x": "a", "y": "b"},
    )  # fmt: skip
    found = impact(
        sketch("x CALLS y\ncore1 CALLS n\ncore2 CALLS n\nother CALLS n"),
        {"core1": "down", "core2": "down", "other": "down"},
        network=network,
    )
    assert told(found.reason("x")) == ["x CALLS y cut by core1 and core2"]
    assert sorted(cause.ci.id for cause in found.reason("x").causes) == ["core1", "core2"]


def test_from_two_disjoint_ways_to_one_is_at_risk_and_says_which_loss_took_the_other():
    ring = net("edge core\ncore left\ncore right\nleft access\nright access\nserver access", ends="server",
               observers=(("core", None),))  # fmt: skip
    found = impact(sketch("left CALLS n"), {"left": "down"}, network=ring)
    assert states(found) == {"left": "down", "access": "up!", "right": "up!"}  # round the ring, no longer
    assert told(found.reason("access")) == ["access CONNECTED_TO core cut by left"]
    assert found.reason("access").hops[0].state == "at_risk"


def test_a_member_behind_a_lost_switch_is_lost_to_its_group_and_the_holder_is_at_risk():
    network = net("sw0 sw1\nsw0 sw2\nweb sw0\nh1 sw1\nh2 sw2", ends="web h1 h2",
                  places={"app": "web", "db1": "h1", "db2": "h2"})  # fmt: skip
    neighbourhood = sketch("app NEEDS pair\npair ANY_OF db1 db2\nsw1 CALLS n\nsw2 CALLS n")
    one = impact(neighbourhood, {"sw1": "down"}, network=network)
    assert states(one) == {"sw1": "down", "app": "up!"}
    assert told(one.reason("app")) == ["app NEEDS pair", "pair ANY_OF db1 cut by sw1"]
    assert [(group.lost, group.size) for group in one.groups] == [(1, 2)]
    both = impact(neighbourhood, {"sw1": "down", "sw2": "down"}, network=network)
    assert states(both)["app"] == "down"


def test_what_still_reaches_each_other_on_the_far_side_is_said_to_do_so():
    network = net("sw1 sw2\nsw2 sw3\nsw3 sw4\na sw3\nb sw4", ends="a b", observers=(("sw1", None),),
                  places={"x": "a", "y": "b"})  # fmt: skip
    found = impact(sketch("x CALLS y\nsw2 CALLS n"), {"sw2": "down"}, network=network)
    assert {one.ci.id for one in found.reached if one.isolated} == {"sw3", "sw4", "a", "b"}
    (spared,) = (one for one in found.spared if one.ci.id == "x")
    assert spared.because == "connected"
    assert spared.why == ("Still connected to y via sw3, sw4.",)


def test_what_another_ticket_cut_already_is_not_counted_again():
    found = impact(sketch(LAB), {"web": "down"}, context={"sw2": "INC-000007"}, network=lab())
    assert {one.ci.id: one.before for one in found.reached} == {"web": "up"} | {
        ci: before for ci, before in ((one.ci.id, one.before) for one in found.reached) if before != "up"
    }  # fmt: skip
    assert "db" not in states(found)


def test_one_marked_as_not_affected_is_neither_isolated_nor_silent():
    found = impact(sketch(LAB), {"sw2": "down"}, excluded={"db", "app"}, network=lab())
    assert {one.ci.id: one.would_be for one in found.excluded} == {"db": "isolated", "app": "down"}
    assert "nginx" not in states(found)


def test_no_one_is_isolated_where_nobody_looks():
    found = impact(sketch(LAB), {"sw2": "down"}, network=lab(observers=()))
    assert not any(one.isolated for one in found.reached)
    assert states(found)["app"] == "down"
    assert "Shop" not in states(found)


def test_the_loss_of_the_machine_one_looks_from_isolates_nobody_and_the_switch_beside_it_everybody():
    from_web = lab(observers=(("web", None),))
    assert not any(one.isolated for one in impact(sketch(LAB), {"web": "down"}, network=from_web).reached)
    beside = impact(sketch(LAB + "sw1 CALLS n"), {"sw1": "down"}, network=lab())
    assert {one.ci.id for one in beside.reached if one.isolated} >= {"web", "sw2", "db", "cli"}


def test_beyond_the_depth_nobody_is_judged():
    found = impact(sketch(LAB), {"sw2": "down"}, depth=0, network=lab())
    assert states(found) == {"sw2": "down"}
    assert {node.id for node in found.truncated} >= {"db", "cli", "app", "client"}
