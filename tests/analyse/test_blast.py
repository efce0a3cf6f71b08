from cmdb.analyse.blast import TypeCount, summarise
from cmdb.analyse.impact import impact
from tests.analyse.sketch import sketch

TYPES = {"shop": "BusinessService", "portal": "BusinessService", "badge": "Application", "db1": "ServiceInstance"}
ESTATE = sketch(
    """
    shop PROVIDED_BY app
    app RUNS_ON host
    portal NEEDS pair
    pair ANY_OF host other
    badge DEPENDS_ON app soft
    db1 RUNS_ON host
    """,
    types=TYPES,
)


def test_services_come_with_their_state_and_reason_the_worst_first():
    blast = summarise(impact(ESTATE, {"host": "down"}), {})
    assert [(s.service.ci.id, s.service.state, s.service.at_risk) for s in blast.services] == [
        ("shop", "down", False),
        ("badge", "degraded", False),
        ("portal", "up", True),
    ]
    assert [hop.verb for hop in blast.services[0].reason.hops] == ["PROVIDED_BY", "RUNS_ON"]
    assert blast.services[2].reason.hops[0].state == "at_risk"


def test_teams_are_named_once_with_what_of_theirs_is_hit():
    teams = {"host": ["linux"], "app": ["shop-team", "linux"], "portal": ["web"], "other": ["network"]}
    blast = summarise(impact(ESTATE, {"host": "down"}), teams)
    assert [(t.team_id, [r.ci.id for r in t.cis]) for t in blast.teams] == [
        ("linux", ["host", "app"]),
        ("shop-team", ["app"]),
        ("web", ["portal"]),
    ]


def test_counts_by_type_tell_down_from_degraded_and_at_risk():
    assert summarise(impact(ESTATE, {"host": "down"}), {}).counts == (
        TypeCount("BusinessService", 1, 0, 1),
        TypeCount("Server", 2, 0, 0),
        TypeCount("Application", 0, 1, 0),
        TypeCount("ServiceInstance", 1, 0, 0),
    )
