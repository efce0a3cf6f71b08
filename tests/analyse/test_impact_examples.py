"""The cases a person would draw on a whiteboard."""

import pytest

from cmdb.analyse.answer import Cause
from cmdb.analyse.impact import impact
from tests.analyse.sketch import SEEN_AT, path, sketch, states


def test_a_dual_feed_bears_one_power_unit_and_not_both():
    n = sketch("""
        switch NEEDS feeds
        switch POWERED_BY pdu-a pdu-b
        feeds ANY_OF pdu-a pdu-b
        app RUNS_ON switch
    """)
    assert states(impact(n, {"pdu-a": "down"})) == {"pdu-a": "down", "switch": "up!", "app": "up!"}
    assert states(impact(n, {"pdu-a": "down", "pdu-b": "down"})) == dict.fromkeys(
        ("pdu-a", "pdu-b", "switch", "app"), "down"
    )


def test_two_of_three_bears_one_loss_is_at_risk_then_and_falls_with_two():
    n = sketch("store NEEDS quorum\nquorum ANY_OF n1 n2 n3", needs={"quorum": 2})
    assert states(impact(n, {"n1": "down"})) == {"n1": "down", "store": "up!"}
    assert states(impact(n, {"n1": "down", "n3": "down"}))["store"] == "down"


def test_a_share_is_rounded_up_to_whole_members():
    n = sketch("store NEEDS quorum\nquorum ANY_OF n1 n2 n3", needs={"quorum": 0.5})
    assert states(impact(n, {"n1": "down", "n2": "down"}))["store"] == "down"


def test_degraded_members_make_a_group_degraded_only_when_too_few_are_whole():
    n = sketch("store NEEDS quorum\nquorum ANY_OF n1 n2 n3", needs={"quorum": 2})
    assert states(impact(n, {"n1": "degraded"})) == {"n1": "degraded"}
    assert states(impact(n, {"n1": "degraded", "n2": "degraded"}))["store"] == "degraded"
    assert states(impact(n, {"n1": "degraded", "n2": "down"}))["store"] == "degraded!"


def test_a_group_for_capacity_degrades_with_its_first_loss():
    n = sketch("shop NEEDS farm\nfarm ANY_OF w1 w2 w3", capacity={"farm"})
    assert states(impact(n, {"w1": "down"}))["shop"] == "degraded"
    assert path(impact(n, {"w1": "down", "w2": "down"}), "shop") == ["shop NEEDS farm", "farm ANY_OF w1"]


def test_a_shared_power_unit_under_both_members_takes_the_holder_down():
    n = sketch("""
        app NEEDS pair
        pair ANY_OF db1 db2
        db1 POWERED_BY pdu
        db2 POWERED_BY pdu
    """)
    answer = impact(n, {"pdu": "down"})
    assert states(answer) == dict.fromkeys(("pdu", "db1", "db2", "app"), "down")
    assert path(answer, "app") == [
        "app NEEDS pair",
        "pair ANY_OF db1",
        "db1 POWERED_BY pdu",
        "pair ANY_OF db2",
        "db2 POWERED_BY pdu",
    ]
    assert answer.reason("app").causes == (Cause(n.node(n.index_of("pdu")), "down", None),)


def test_groups_stand_in_groups_and_cost_no_hop():
    n = sketch(
        """
        app NEEDS sites
        sites ANY_OF east west
        east ANY_OF e1 e2
        west ANY_OF w1 w2
        """,
        needs={"east": 2, "west": 2},
    )
    assert states(impact(n, {"e1": "down"})) == {"e1": "down", "app": "up!"}
    answer = impact(n, {"e1": "down", "w2": "down"})
    assert {r.ci.id: r.distance for r in answer.reached} == {"e1": 0, "w2": 0, "app": 1}
    assert [(g.group.id, g.state) for g in answer.groups] == [("east", "down"), ("sites", "down"), ("west", "down")]


def test_a_holder_is_at_risk_when_the_one_site_it_is_left_with_has_nothing_to_spare():
    n = sketch("app NEEDS both\nboth ANY_OF east west\neast ANY_OF e1 e2", needs={"both": 2})
    assert states(impact(n, {"e1": "down"})) == {"e1": "down", "app": "up!"}


def test_one_member_in_two_groups_counts_in_both():
    n = sketch("a NEEDS ga\nga ANY_OF shared x\nb NEEDS gb\ngb ANY_OF shared y")
    answer = impact(n, {"shared": "down", "y": "down"})
    assert states(answer) == {"shared": "down", "y": "down", "a": "up!", "b": "down"}


def test_an_excluded_ci_stops_the_wave_and_is_reported():
    n = sketch("app RUNS_ON host\nshop PROVIDED_BY app")
    answer = impact(n, {"host": "down"}, excluded={"app"})
    assert states(answer) == {"host": "down"}
    assert [(s.ci.id, s.because, s.would_be) for s in answer.excluded] == [("app", "excluded", "down")]
    assert answer.why_not("app") == ("Would be down because of host, but is marked as not affected.",)
    assert answer.why_not("shop") == ("Nothing that it needs is affected.",)


def test_a_stated_failure_holds_even_where_the_ci_is_excluded():
    n = sketch("app RUNS_ON host")
    assert states(impact(n, {"host": "down"}, excluded={"host"})) == {"host": "down", "app": "down"}


def test_two_tickets_at_once_take_down_what_neither_does_alone():
    n = sketch("app NEEDS pair\npair ANY_OF db1 db2\nreport RUNS_ON db2")
    answer = impact(n, {"db1": "down"}, context={"db2": "INC-000007"})
    assert states(answer) == {"db1": "down", "app": "down"}, "report is the other ticket's"
    causes = {cause.ci.id: cause.ticket for cause in answer.reason("app").causes}
    assert causes == {"db1": None, "db2": "INC-000007"}
    assert answer.groups[0].lost == 2


def test_a_three_week_old_ticket_does_not_poison_an_answer_that_has_nothing_to_do_with_it():
    n = sketch("""
        app NEEDS pair
        pair ANY_OF db1 db2
        printer-queue RUNS_ON old-server
        report CALLS printer-queue
    """)
    alone = impact(n, {"db1": "down"})
    beside = impact(n, {"db1": "down"}, context={"old-server": "INC-000001"})
    assert beside.reached == alone.reached
    assert [beside.reason(one.ci.id).causes for one in beside.reached] == [
        alone.reason(one.ci.id).causes for one in alone.reached
    ]


def test_the_context_counts_however_far_away_it_began():
    n = sketch("app NEEDS pair\npair ANY_OF db1 db2\ndb2 RUNS_ON vm\nvm RUNS_ON host")
    answer = impact(n, {"db1": "down"}, depth=1, context={"host": "CHG-000002"})
    assert [(r.ci.id, r.distance) for r in answer.reached] == [("db1", 0), ("app", 1)]


def test_what_another_ticket_degraded_is_reported_with_its_state_before():
    n = sketch("app DEPENDS_ON cache soft\napp DEPENDS_ON db")
    answer = impact(n, {"db": "down"}, context={"cache": "INC-000007"})
    assert [(r.ci.id, r.before, r.state) for r in answer.reached] == [("db", "up", "down"), ("app", "degraded", "down")]


def test_two_services_that_hold_each_other_up_stay_up_until_one_fails():
    n = sketch("a DEPENDS_ON b\nb DEPENDS_ON a\na DEPENDS_ON db soft")
    assert states(impact(n, {"db": "degraded"})) == {"db": "degraded"}
    answer = impact(n, {"a": "down"})
    assert states(answer) == {"a": "down", "b": "down"}
    assert path(answer, "a") == []


def test_a_ring_of_groups_holds_itself_up_and_the_answer_says_who_stands_on_nothing_else():
    n = sketch("a NEEDS g\ng ANY_OF h x\nb NEEDS h\nh ANY_OF g y\nx RUNS_ON host\nshop PROVIDED_BY b")
    one = impact(n, {"host": "down"})
    assert states(one) == {"host": "down", "x": "down", "a": "up!"}
    assert one.ringed() == (), "g and h still stand on y"
    both = impact(n, {"host": "down", "y": "down"})
    assert {ci: state for ci, state in states(both).items() if state == "down"} == dict.fromkeys(
        ("host", "x", "y"), "down"
    )
    assert [node.id for node in both.ringed()] == ["a", "b", "shop"]


def test_a_group_that_nobody_accepted_leaves_its_calls_hard_and_is_named():
    drawn = "app CALLS db1 db2\napp NEEDS pair\npair ANY_OF db1 db2\nfarm ANY_OF pair db3\nshop NEEDS farm"
    accepted, as_is = sketch(drawn), sketch(drawn, assumed={"pair"})
    assert states(impact(accepted, {"db1": "down"})) == {"db1": "down", "app": "up!"}
    answer = impact(as_is, {"db1": "down"})
    assert states(answer) == {"db1": "down", "app": "down"}
    assert path(answer, "app") == ["app CALLS db1"]
    assert [node.id for node in answer.assumed] == ["pair"]
    assert states(impact(as_is, {"db3": "down"}))["shop"] == "down", "what is only assumed is nobody's member"


def test_at_the_depth_limit_the_shortest_way_counts_and_not_the_one_met_first():
    n = sketch("""
        a RUNS_ON host
        b RUNS_ON a
        c RUNS_ON b
        target RUNS_ON c
        target RUNS_ON host
        beyond RUNS_ON target
    """)
    answer = impact(n, {"host": "down"}, depth=2)
    assert {r.ci.id: r.distance for r in answer.reached} == {"host": 0, "a": 1, "target": 1, "b": 2, "beyond": 2}
    assert [node.id for node in answer.truncated] == ["c"]
    assert answer.why_not("c") == ("Not examined: it lies further than 2 hops away.",)


def test_a_holder_past_the_depth_limit_is_truncated_and_not_spared():
    n = sketch("app NEEDS pair\npair ANY_OF db1 db2\ndb1 RUNS_ON host")
    answer = impact(n, {"host": "down"}, depth=1)
    assert ([node.id for node in answer.truncated], answer.spared) == (["app"], ())


def test_an_observed_call_beside_a_group_is_absorbed():
    n = sketch("""
        app NEEDS pair
        pair ANY_OF db1 db2
        postgres RUNS_ON db1
        app CALLS postgres
        app CALLS db1
        report CALLS postgres
    """)
    assert states(impact(n, {"db1": "down"})) == {"db1": "down", "postgres": "down", "report": "down", "app": "up!"}


def test_an_observed_call_without_a_group_is_hard():
    assert states(impact(sketch("app CALLS postgres"), {"postgres": "down"}))["app"] == "down"


def test_a_soft_relation_turns_down_into_degraded_and_stops_there():
    n = sketch("app DEPENDS_ON cache soft\nshop PROVIDED_BY app\nbadge DEPENDS_ON shop soft")
    answer = impact(n, {"cache": "down"})
    assert states(answer) == {"cache": "down", "app": "degraded", "shop": "degraded"}
    assert answer.why_not("badge") == ("Needs shop only softly, and that is degraded, not down.",)


def test_a_stated_degradation_travels_over_hard_relations_as_such():
    n = sketch("app RUNS_ON host\nshop PROVIDED_BY app\nchat DEPENDS_ON app soft")
    assert states(impact(n, {"host": "degraded"})) == {"host": "degraded", "app": "degraded", "shop": "degraded"}


def test_a_whole_does_not_suffer_from_a_part():
    n = sketch("eth0 PART_OF host\napp RUNS_ON host")
    answer = impact(n, {"eth0": "down"})
    assert states(answer) == {"eth0": "down"}
    assert answer.why_not("host") == ("eth0 is a part of it, and a whole does not suffer from a part.",)
    assert answer.spared[0].because == "direction"
    assert answer.why_not("app") == ("Nothing that it needs is affected.",)


def test_why_not_says_what_a_group_still_has():
    n = sketch("app NEEDS farm\nfarm ANY_OF w1 w2 w3 w4\napp CALLS w1", needs={"farm": 2})
    answer = impact(n, {"w1": "down"})
    assert answer.why_not("app") == (
        "CALLS w1 is covered by a group: farm still has 3 of 4 members and needs 2.",
        "farm still has 3 of 4 members and needs 2.",
    )
    assert answer.spared[0].because == "quorum"


def test_why_not_says_who_only_watches_and_who_merely_needs_what_failed_least():
    n = sketch("prometheus CALLS app none\napp CALLS db\nshop PROVIDED_BY app")
    answer = impact(n, {"app": "down"})
    assert answer.why_not("prometheus") == ("Does not depend on app: CALLS passes nothing on.",)
    assert answer.why_not("db") == ("app needs it, not the other way round.",)
    assert answer.why_not("shop") == ()
    assert answer.why_not("elsewhere") == ("Nothing that it needs is affected.",)


def test_an_answer_whose_fetch_was_bounded_says_where():
    answer = impact(sketch("app RUNS_ON host", frontier=("app",)), {"host": "down"})
    assert [node.id for node in answer.unread] == ["app"]
    assert answer.why_not("elsewhere") == ("Nothing that it needs is affected, as far as was examined.",)


def test_a_reason_says_how_each_relation_is_known_and_since_when():
    hop = impact(sketch("app CALLS db"), {"db": "down"}).reason("app").hops[0]
    assert (hop.verb, hop.strength, hop.evidence, hop.since, hop.last_seen_at, hop.state) == (
        "CALLS", "hard", "observed", SEEN_AT, SEEN_AT, "down",
    )  # fmt: skip


def test_of_two_relations_the_hard_and_declared_one_is_the_reason():
    n = sketch("app CALLS db soft\napp CALLS db\napp DEPENDS_ON db")
    assert path(impact(n, {"db": "down"}), "app") == ["app DEPENDS_ON db"]


def test_reasons_are_asked_only_of_what_was_reached():
    answer = impact(sketch("app CALLS db"), {"app": "down"})
    with pytest.raises(ValueError, match="'db' is not reached"):
        answer.reason("db")
    with pytest.raises(ValueError, match="'nothing' is not in the neighbourhood"):
        answer.reason("nothing")


@pytest.mark.parametrize(
    ("failed", "depth", "message"),
    [
        ({"nothing": "down"}, None, "'nothing' is not in the neighbourhood"),
        ({"db": "broken"}, None, "unknown effect"),
        ({"db": "down"}, -1, "must not be negative"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(failed, depth, message):
    with pytest.raises(ValueError, match=message):
        impact(sketch("app CALLS db"), failed, depth)
