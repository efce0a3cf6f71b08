"""Changes: their blast radius, who may decide, and their states, on the real engine."""

from __future__ import annotations

from typing import Any

import pytest

from cmdb.errors import Conflict, Invalid, NotAllowed
from cmdb.store.driver import Graph
from cmdb.store.queries.tickets import Wanted
from cmdb.usecases.change_steps import assess_change, complete_change, decide_change, move_change, submit_change
from cmdb.usecases.change_ticket import Change
from cmdb.usecases.changes import comment_change, draft_change, edit_change, list_changes, read_change
from cmdb.usecases.declaring import Stale
from cmdb.usecases.incidents import open_incident
from tests.support.hosts import START
from tests.support.shop import MINUTE

pytestmark = pytest.mark.neo4j
NOW = START + 10 * MINUTE
HOUR = 60 * MINUTE
WHOLE: dict[str, Any] = {
    "title": "Replace the disk of web-1",
    "cis": {"web-1": "down"},
    "planned_start_at": NOW + HOUR,
    "planned_end_at": NOW + 2 * HOUR,
    "test_plan": "rehearsed on web-9",
    "backout_plan": "put the old disk back",
}


def submitted(graph: Graph) -> Change:
    change = draft_change(graph, WHOLE, "ann", NOW)  # type: ignore[arg-type]
    return submit_change(graph, change.id, change.revision, "ann", NOW)


def test_a_change_on_a_host_shows_its_blast_radius_and_when_that_was_computed(shop: Graph):
    change = submitted(shop)
    assert (change.id, change.state, change.requester) == ("CHG-000001", "submitted", "ann")
    assert change.assessment is not None
    assert change.assessment.made_at == NOW
    assert [one.ci.name for one in change.assessment.services] == ["Shop"]
    names = {one.ci.name for one in change.assessment.reached}
    assert {"web-1", "postgres on web-1", "app on web-2", "Shop"} <= names
    assert not any("web-3" in name for name in names)
    again = assess_change(shop, change.id, "ben", NOW + MINUTE)
    assert again.assessment is not None
    assert again.assessment.made_at == NOW + MINUTE


def test_what_is_not_known_counts_as_down_and_what_is_untouched_as_nothing(shop: Graph):
    unknown = draft_change(shop, {"title": "?", "cis": {"postgres": "unknown"}}, "ann", NOW)
    found = assess_change(shop, unknown.id, "ann", NOW).assessment
    assert found is not None
    assert {one.ci.name: one.state for one in found.reached}["Shop"] == "down"
    harmless = draft_change(shop, {"title": "-", "cis": {"postgres": "none"}}, "ann", NOW)
    found = assess_change(shop, harmless.id, "ann", NOW).assessment
    assert found is not None
    assert found.reached == ()
    degraded = draft_change(shop, {"title": "~", "cis": {"postgres": "degraded"}}, "ann", NOW)
    found = assess_change(shop, degraded.id, "ann", NOW).assessment
    assert found is not None
    assert {one.ci.name: one.state for one in found.reached}["Shop"] == "degraded"


def test_who_asked_for_a_change_does_not_approve_it(shop: Graph):
    change = submitted(shop)
    with pytest.raises(NotAllowed, match="somebody else"):
        decide_change(shop, change.id, approve=True, by="ann", now=NOW)
    with pytest.raises(NotAllowed, match="somebody else"):
        decide_change(shop, change.id, approve=True, by="ann", now=NOW, override="I am alone")
    with pytest.raises(NotAllowed, match="override"):
        decide_change(shop, change.id, approve=True, by="ann", now=NOW, is_admin=True)
    assert read_change(shop, change.id).state == "submitted"
    approved = decide_change(shop, change.id, approve=True, by="ben", now=NOW + 1, note="fine")
    assert (approved.state, approved.decided_by, approved.decided_at) == ("approved", "ben", NOW + 1)


def test_a_requester_named_on_the_change_is_held_to_the_same(shop: Graph):
    change = draft_change(shop, {**WHOLE, "requester": "ben"}, "ann", NOW)  # type: ignore[typeddict-item]
    submit_change(shop, change.id, None, "cat", NOW)
    for name in ("ann", "ben", "cat"):
        with pytest.raises(NotAllowed):
            decide_change(shop, change.id, approve=True, by=name, now=NOW)


def test_an_administrator_may_decide_on_an_own_change_with_a_reason_that_is_kept(shop: Graph):
    change = submitted(shop)
    done = decide_change(shop, change.id, approve=True, by="ann", now=NOW, is_admin=True, override="I am alone here")
    assert done.state == "approved"
    assert "I am alone here" in (done.entries[-1].text or "")


def test_a_change_goes_from_draft_to_completed_and_every_step_leaves_an_entry(shop: Graph):
    change = submitted(shop)
    with pytest.raises(Invalid, match="why"):
        decide_change(shop, change.id, approve=False, by="ben", now=NOW)
    rejected = decide_change(shop, change.id, approve=False, by="ben", now=NOW, note="not on a Friday")
    assert rejected.state == "rejected"
    draft = move_change(shop, change.id, "draft", rejected.revision, "ann", NOW)
    assert (draft.decided_by, draft.submitted_by) == (None, None)
    edited = edit_change(shop, change.id, {"planned_end_at": NOW + 3 * HOUR}, draft.revision, "ann", NOW)
    assert edited.entries[-1].changes["planned_end_at"] == (NOW + 2 * HOUR, NOW + 3 * HOUR)
    submit_change(shop, change.id, None, "ann", NOW)
    decide_change(shop, change.id, approve=True, by="ben", now=NOW)
    move_change(shop, change.id, "implementing", None, "ann", NOW + HOUR)
    done = complete_change(shop, change.id, "with_issues", None, "ann", NOW + 2 * HOUR, "slower than planned")
    assert (done.state, done.outcome, done.completed_at) == ("completed", "with_issues", NOW + 2 * HOUR)
    assert [one.kind for one in done.entries] == [
        "opened", "assessed", "state", "state", "state", "edited", "assessed", "state", "state", "state", "state",
    ]  # fmt: skip
    assert comment_change(shop, change.id, "Looked at it in the review.", "cat", NOW).entries[-1].kind == "comment"


@pytest.mark.parametrize(
    ("missing", "field"),
    [("cis", "cis"), ("planned_start_at", "planned_start_at"), ("backout_plan", "backout_plan")],
)
def test_a_change_that_lacks_what_must_be_known_cannot_be_submitted(shop: Graph, missing: str, field: str):
    said = {name: value for name, value in WHOLE.items() if name != missing and not (
        missing == "planned_start_at" and name == "planned_end_at")}  # fmt: skip
    change = draft_change(shop, said, "ann", NOW)  # type: ignore[arg-type]
    with pytest.raises(Invalid) as caught:
        submit_change(shop, change.id, None, "ann", NOW)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("start", "end"), [(NOW + HOUR, None), (None, NOW), (NOW + HOUR, NOW + HOUR), (NOW, NOW + 91 * 24 * HOUR)]
)
def test_a_window_that_cannot_be_is_refused(shop: Graph, start: int | None, end: int | None):
    with pytest.raises(Invalid):
        draft_change(shop, {"title": "x", "planned_start_at": start, "planned_end_at": end}, "ann", NOW)
    assert list_changes(shop, Wanted()) == []


def test_a_window_in_the_past_cannot_be_submitted(shop: Graph):
    change = draft_change(shop, WHOLE, "ann", NOW)  # type: ignore[arg-type]
    with pytest.raises(Invalid, match="over"):
        submit_change(shop, change.id, None, "ann", NOW + 2 * HOUR)


def test_moves_that_do_not_follow_are_refused(shop: Graph):
    change = submitted(shop)
    with pytest.raises(Conflict, match="draft"):
        edit_change(shop, change.id, {"title": "x"}, None, "ann", NOW)
    with pytest.raises(Conflict, match="may become"):
        complete_change(shop, change.id, "successful", None, "ann", NOW)
    with pytest.raises(Conflict, match="may become"):
        move_change(shop, change.id, "implementing", None, "ann", NOW)
    with pytest.raises(Conflict, match="may become"):
        submit_change(shop, change.id, None, "ann", NOW)
    with pytest.raises(Invalid, match="ways of their own"):
        move_change(shop, change.id, "approved", None, "ann", NOW)
    move_change(shop, change.id, "cancelled", None, "ann", NOW)
    with pytest.raises(Conflict, match="nothing"):
        move_change(shop, change.id, "draft", None, "ann", NOW)


def test_an_outdated_version_is_refused(shop: Graph):
    change = draft_change(shop, WHOLE, "ann", NOW)  # type: ignore[arg-type]
    edit_change(shop, change.id, {"title": "a", "team": "Databases"}, change.revision, "ann", NOW)
    for call in (
        lambda: edit_change(shop, change.id, {"title": "b"}, change.revision, "ben", NOW),
        lambda: submit_change(shop, change.id, change.revision, "ben", NOW),
    ):
        with pytest.raises(Stale):
            call()
    (row,) = list_changes(shop, Wanted(states=("draft",)))
    assert (row.title, row.team_name) == ("a", "Databases")


def test_what_a_change_under_way_takes_down_counts_for_an_incident_opened_meanwhile(shop: Graph):
    change = submitted(shop)
    decide_change(shop, change.id, approve=True, by="ben", now=NOW)
    before = open_incident(shop, {"cis": {"app": "down"}}, "ann", NOW)
    move_change(shop, change.id, "implementing", None, "ann", NOW)
    meanwhile = open_incident(shop, {"cis": {"app": "down"}}, "ann", NOW)
    assert before.assessment is not None
    assert meanwhile.assessment is not None
    assert [one.before for one in before.assessment.reached] == ["up", "up"]
    assert {one.ci.name: one.before for one in meanwhile.assessment.reached}["app on web-2"] == "down"


def test_an_incident_that_is_open_today_hides_nothing_of_what_a_change_will_reach(shop: Graph):
    open_incident(shop, {"cis": {"postgres": "down"}}, "ann", NOW)
    assessment = submitted(shop).assessment
    assert assessment is not None
    assert [one.ci.name for one in assessment.services] == ["Shop"]
