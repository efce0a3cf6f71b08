"""Impact over what agents reported and people declared, on the real engine."""

from __future__ import annotations

import pytest

from cmdb.errors import Invalid, NotFound
from cmdb.store.driver import Graph
from cmdb.store.queries import neighbourhood
from cmdb.usecases.assessment import Assessment
from cmdb.usecases.dependencies import declare_dependency, withdraw_dependency
from cmdb.usecases.impact import assess, draw, needed_by
from tests.support.hosts import START, host
from tests.support.shop import APP, MINUTE, POSTGRES, report, take

pytestmark = pytest.mark.neo4j


def states(assessment: Assessment) -> dict[str, str]:
    return {one.ci.name: one.state for one in assessment.reached}


def test_a_lost_database_takes_its_caller_on_another_host_and_the_declared_service_and_nothing_else(shop: Graph):
    found = assess(shop, {"10.0.0.1:5432": "down"}, START + MINUTE)
    assert states(found) == {"postgres on web-1": "down", "app on web-2": "down", "Shop": "down"}
    (service,) = found.services
    assert [(hop.source.name, hop.verb, hop.target.name) for hop in service.reason.hops] == [
        ("Shop", "PROVIDED_BY", "app on web-2"),
        ("app on web-2", "CALLS", "postgres on web-1"),
    ]
    assert service.criticality == "high"
    assert [cause.ci.name for cause in service.reason.causes] == ["postgres on web-1"]


def test_a_database_that_has_ended_still_takes_its_callers(shop: Graph):
    report(shop, 1, at=START + 5 * MINUTE, services=())
    found = assess(shop, {"web-1:5432": "down"}, START + 6 * MINUTE)
    assert states(found) == {"postgres on web-1": "down", "app on web-2": "down", "Shop": "down"}


def test_a_lost_host_takes_what_runs_on_it_and_its_parts(shop: Graph):
    found = assess(shop, {"web-1": "down"}, START + MINUTE)
    assert {"eth0 on web-1", "sda on web-1", "/ on web-1", "Shop", "app on web-2"} <= states(found).keys()
    assert not any("web-3" in name for name in states(found))
    assert {(one.type, one.down) for one in found.counts} >= {("BusinessService", 1), ("ServiceInstance", 2)}


def test_a_call_that_was_not_seen_for_thirty_days_carries_nothing_and_the_answer_says_so(shop: Graph):
    later = START + 31 * 24 * 60 * MINUTE
    found = assess(shop, {"postgres": "down"}, later)
    assert states(found) == {"postgres on web-1": "down"}
    (spared,) = found.spared
    assert spared.ci.name == "app on web-2"
    assert spared.why


def test_a_soft_dependency_only_degrades_and_a_withdrawn_one_does_nothing(shop: Graph):
    declare_dependency(shop, "batch", "app", "soft", "ann", START)
    found = assess(shop, {"app": "down"}, START + MINUTE)
    assert states(found)["batch on web-3"] == "degraded"
    declare_dependency(shop, "batch", "app", "hard", "ann", START + MINUTE)
    assert states(assess(shop, {"app": "down"}, START + MINUTE))["batch on web-3"] == "down"
    withdraw_dependency(shop, "batch", "app", START + 2 * MINUTE)
    assert "batch on web-3" not in states(assess(shop, {"app": "down"}, START + 2 * MINUTE))
    past = shop.ask("MATCH ()-[r:WAS_DEPENDS_ON]->() RETURN r.strength AS s, r.valid_to AS t ORDER BY t")
    assert past == [{"s": "soft", "t": START + MINUTE}, {"s": "hard", "t": START + 2 * MINUTE}]
    with pytest.raises(NotFound):
        withdraw_dependency(shop, "batch", "app", START)
    with pytest.raises(Invalid, match="itself"):
        declare_dependency(shop, "app", "app", "hard", "ann", START)


def test_depth_limits_the_hops_and_what_lies_beyond_is_truncated_not_spared(shop: Graph):
    found = assess(shop, {"postgres": "down"}, START + MINUTE, depth=1)
    assert states(found) == {"postgres on web-1": "down", "app on web-2": "down"}
    assert [node.name for node in found.truncated] == ["Shop"]
    with pytest.raises(Invalid, match="depth"):
        assess(shop, {"postgres": "down"}, START, depth=-1)


def test_a_virtual_address_held_by_two_hosts_loses_one_without_an_outage(graph: Graph):
    for number in (1, 2):
        report(graph, number, services=POSTGRES)
    for number in (1, 2):
        document = host(number, at=START + MINUTE, services=POSTGRES)
        key = "addr:10.0.0.50"
        document["items"].append(
            {"key": key, "type": "IPAddress", "in": "if:eth0", "attributes": {"address": "10.0.0.50"}}
        )
        take(graph, document, START + MINUTE)
    report(graph, 3, at=START + 2 * MINUTE, services=APP, calls=(("app", "10.0.0.50", 5432),))
    one = assess(graph, {"web-1": "down"}, START + 3 * MINUTE)
    (app,) = (reached for reached in one.reached if reached.ci.name == "app on web-3")
    assert (app.state, app.at_risk) == ("up", True)
    both = assess(graph, {"web-1": "down", "web-2": "down"}, START + 3 * MINUTE)
    assert states(both)["app on web-3"] == "down"


def test_what_a_service_needs_is_found_along_the_arrows(shop: Graph):
    found = needed_by(shop, ["Shop"], START + MINUTE)
    assert [(one.ci.name, one.distance) for one in found.needed] == sorted(
        [("app on web-2", 1), ("postgres on web-1", 2), ("web-2", 2), ("web-1", 3)],
        key=lambda pair: (pair[1], next(n.ci.id for n in found.needed if n.ci.name == pair[0])),
    )


def test_the_picture_of_an_impact_has_a_box_for_the_failed_and_for_the_service(shop: Graph):
    assessment, drawing = draw(shop, {"postgres": "down"}, START + MINUTE)
    assert assessment.reached_count == 3
    assert {box.shape.label for box in drawing.boxes} >= {"Shop"}


def test_a_wider_neighbourhood_than_may_be_read_is_said_to_be_unread(shop: Graph):
    start = next(one.ci.id for one in assess(shop, {"postgres": "down"}, START).reached if one.distance == 0)
    stored = shop.read(lambda tx: neighbourhood.dependents(tx, [start], max_nodes=2))
    assert len(stored.nodes) == 2
    assert len(stored.frontier) == 1
