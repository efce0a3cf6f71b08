"""Who is suspected of an incident, why, and when nobody is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from random import Random
from zoneinfo import ZoneInfo

import pytest

from cmdb.analyse.calendars import DAY_MS
from cmdb.analyse.suspects import (
    HOUR_MS,
    NOTHING_CHANGED,
    PAST_INSTANTS,
    Candidate,
    find_suspects,
    nearest_most_recent,
    past_instants,
)

NOW = round(datetime(2026, 11, 24, 14, 20, tzinfo=UTC).timestamp() * 1000)
SINCE = NOW - 180 * DAY_MS
CONE = {"shop": 0, "app": 1, "db": 2, "host": 3}
AFFECTED = frozenset({"shop", "app"})
CHAIN = ["shop", "app", "db", "host"]


def candidate(name: str, ci: str, hours_before: float, *, size: int = 3, signature: str = "release") -> Candidate:
    began_at = NOW - round(hours_before * HOUR_MS)
    reaches = frozenset(CHAIN[: CHAIN.index(ci) + 1]) if ci in CHAIN else frozenset({ci})
    return Candidate(name, frozenset({ci}), began_at, began_at, size, signature, reaches)


def background(random: Random, count: int) -> list[Candidate]:
    """Changes as they always happen: any time, anywhere in the cone."""
    return [
        candidate(f"old-{number}", random.choice(CHAIN), random.uniform(0, 180 * 24), signature=random.choice("abcde"))
        for number in range(count)
    ]


def past() -> list[int]:
    return past_instants(NOW, SINCE, "Europe/Berlin")


def test_the_change_just_before_and_nearby_is_suspected_and_says_why():
    history = [*background(Random(1), 150), candidate("CHG-7", "db", 0.2, signature="schema")]
    found = find_suspects(NOW, AFFECTED, history, CONE, past())
    assert found.abstains is None
    assert [one.candidate.id for one in found.suspects] == ["CHG-7"]
    assert [reason.why for reason in found.suspects[0].reasons] == [
        "It began 12 min before.",
        "It lies 2 hops away.",
        "It reaches 2 of 2 that are affected, and 1 that are not.",
        "In 30 days there were 0 more like it.",
        "It altered 3.",
    ]


def test_an_answer_that_chance_would_give_as_well_is_not_given():
    shown = [find_suspects(NOW, AFFECTED, background(Random(seed), 150), CONE, past()) for seed in range(40)]
    accused = [one for one in shown if one.abstains is None]
    assert len(accused) <= 5, (
        "nothing is behind any of these, and one in twenty is what a threshold of 95 % lets through"
    )
    silent = next(one for one in shown if one.abstains is not None and one.ranked)
    assert silent.suspects == ()
    assert silent.abstains.startswith("No suspect: at "), "what was looked at is ranked all the same"


def test_without_any_change_on_the_cone_there_is_no_suspect():
    found = find_suspects(NOW, AFFECTED, [candidate("CHG-1", "elsewhere", 1)], CONE, past())
    assert (found.ranked, found.abstains) == ((), NOTHING_CHANGED)


def test_with_too_little_past_the_ranking_stands_and_no_suspect_is_called():
    found = find_suspects(NOW, AFFECTED, [candidate("CHG-1", "db", 1)], CONE, past()[:10])
    assert [(one.candidate.id, one.beats) for one in found.ranked] == [("CHG-1", None)]
    assert found.suspects == ()
    assert "10 instants" in (found.abstains or "")


def test_what_began_after_the_incident_is_innocent_and_what_may_have_begun_before_is_not():
    later = replace(candidate("drift", "db", -1), began_after=NOW + 1)
    assert find_suspects(NOW, AFFECTED, [later], CONE, past()).ranked == ()
    around = replace(later, began_after=NOW - HOUR_MS)
    [one] = find_suspects(NOW, AFFECTED, [around], CONE, past()).ranked
    assert one.reasons[0].why == "It may have begun at that very moment."


@pytest.mark.parametrize(
    ("likelier", "less"),
    [
        (candidate("a", "db", 1), candidate("b", "db", 5)),
        (candidate("a", "app", 1), candidate("b", "host", 1)),
        (candidate("a", "db", 1, size=9), candidate("b", "db", 1, size=1)),
        (
            replace(candidate("a", "db", 1), reaches=AFFECTED),
            replace(candidate("b", "db", 1), reaches=frozenset({"db"})),
        ),
    ],
)
def test_sooner_nearer_larger_and_what_explains_more_ranks_before(likelier: Candidate, less: Candidate):
    ranked = find_suspects(NOW, AFFECTED, [less, likelier], CONE, past()).ranked
    assert [one.candidate.id for one in ranked] == ["a", "b"]


def test_what_happens_all_the_time_ranks_after_what_never_did():
    often = [candidate(f"often-{day}", "db", 1 + 24 * day, signature="nightly") for day in range(20)]
    ranked = find_suspects(NOW, AFFECTED, [*often, candidate("once", "db", 1, signature="schema")], CONE, past()).ranked
    assert ranked[0].candidate.id == "once"


def test_the_simplest_rule_takes_the_nearest_and_of_these_the_most_recent():
    them = [
        candidate("far", "host", 1),
        candidate("old", "db", 9),
        candidate("new", "db", 2),
        candidate("off", "x", 0.1),
    ]
    assert [one.id for one in nearest_most_recent(NOW, them, CONE)] == ["new", "old", "far"]


def test_past_instants_are_of_the_same_hour_and_weekday_on_the_clocks_of_the_place():
    instants = past()
    assert len(instants) == len(set(instants)) == PAST_INSTANTS
    local = [datetime.fromtimestamp(at / 1000, ZoneInfo("Europe/Berlin")) for at in instants]
    assert {(one.weekday(), one.hour) for one in local} == {(1, 15)}, "in summer too"
    assert max(instants) < NOW - 6 * DAY_MS
    assert min(instants) >= SINCE + 7 * DAY_MS, "each has the seven days before it that are looked at"
    assert past_instants(NOW, NOW - 10 * DAY_MS, "UTC") == []
