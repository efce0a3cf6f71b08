"""The practices' data: states, priorities, effects."""

from __future__ import annotations

from itertools import pairwise

import pytest

from cmdb.errors import Conflict, Invalid
from cmdb.practices import change, incident
from cmdb.practices.lifecycle import Lifecycle
from cmdb.practices.priority import CRITICALITIES, IMPACT_OF_LOSS, LEVELS, MATRIX, priority, suggested_impact


@pytest.mark.parametrize("lifecycle", [incident.LIFECYCLE, change.LIFECYCLE])
def test_every_state_is_reached_from_the_first_and_leads_to_an_end(lifecycle: Lifecycle):
    found = {lifecycle.initial}
    while more := {after for state in found for after in lifecycle.follows[state]} - found:
        found |= more
    assert found == set(lifecycle.states)
    for start in lifecycle.states:
        ahead = {start}
        while more := {after for state in ahead for after in lifecycle.follows[state]} - ahead:
            ahead |= more
        assert any(not lifecycle.follows[state] for state in ahead)


def test_a_lifecycle_refuses_states_that_it_does_not_declare():
    with pytest.raises(ValueError, match="lost"):
        Lifecycle("a thing", "new", {"new": ("lost",)})


def test_a_move_that_does_not_follow_says_what_does():
    incident.LIFECYCLE.check_move("new", "resolved")
    with pytest.raises(Conflict, match="in_progress, closed"):
        incident.LIFECYCLE.check_move("resolved", "new")
    with pytest.raises(Invalid, match="no state"):
        incident.LIFECYCLE.check_move("new", "lost")


def test_the_matrix_names_every_pair_and_never_falls_when_impact_or_urgency_rises():
    assert MATRIX.keys() == {(impact, urgency) for impact in LEVELS for urgency in LEVELS}
    for worse, better in pairwise(LEVELS):
        for other in LEVELS:
            assert priority(worse, other) <= priority(better, other)
            assert priority(other, worse) <= priority(other, better)


def test_the_worst_affected_service_suggests_the_impact():
    assert IMPACT_OF_LOSS.keys() == {None, *CRITICALITIES}
    assert suggested_impact([]) == "low"
    assert suggested_impact([("critical", "up")]) == "low"
    assert suggested_impact([(None, "down")]) == "medium"
    assert suggested_impact([("low", "down"), ("critical", "degraded")]) == "high"


def test_an_effect_that_nobody_knows_counts_as_down():
    assert {effect: change.counts_as(effect) for effect in change.EFFECTS} == {
        "none": None, "degraded": "degraded", "down": "down", "unknown": "down",
    }  # fmt: skip
