"""The risk of changes: shrunk rates, what moved them, when to keep silent, and whether the numbers hold."""

from __future__ import annotations

from dataclasses import replace
from math import log
from random import Random

import pytest

from cmdb.analyse.calendars import DAY_MS
from cmdb.analyse.consequence import Exposed, consequence, risk
from cmdb.analyse.risk import ClosedChange, Facts, lead_time, learn, size
from cmdb.analyse.risk_evaluation import evaluate

TEAMS = {"network": 0.02, "database": 0.08, "web": 0.2}


def facts(team: str = "web", ci: str = "ci-1", **factors: str) -> Facts:
    return Facts(team, "normal", "Server", ci, {name.replace("_", " "): word for name, word in factors.items()})


def closed(number: int, of: Facts, *, trouble: bool) -> ClosedChange:
    return ClosedChange(of, number * DAY_MS, number * DAY_MS + DAY_MS // 2, trouble)


def years(seed: int, count: int) -> list[ClosedChange]:
    """Changes of teams that differ, twice as likely to fail untested, each CI with a little of its own."""
    random = Random(seed)
    found = []
    for number in range(count):
        team, ci = random.choice(list(TEAMS)), f"ci-{random.randrange(40)}"
        tested = random.choice(["yes", "yes", "no"])
        rate = TEAMS[team] * (2 if tested == "no" else 1) * (1.5 if int(ci[3:]) % 5 == 0 else 0.9)
        found.append(closed(number, facts(team, ci, test_plan=tested), trouble=random.random() < rate))
    return found


def test_teams_are_told_apart_and_one_bad_day_of_a_ci_is_not_its_rate():
    model = learn(years(1, 3000))
    foretold = {team: model.trouble(facts(team, "ci-new")).probability for team in TEAMS}
    assert foretold == {team: pytest.approx(rate * 1.36, rel=0.35) for team, rate in TEAMS.items()}
    once = learn([*years(1, 3000), closed(3000, facts("network", "ci-odd"), trouble=True)])
    odd = once.trouble(facts("network", "ci-odd"))
    assert foretold["network"] < odd.probability < 0.3, "one of one is no hundred percent"
    assert odd.contributions[-1].changes == odd.contributions[-1].troubles == 1


def test_what_moved_it_adds_up_to_the_likelihood():
    trouble = learn(years(2, 2000)).trouble(facts("web", "ci-5", test_plan="no"))
    assert [one.name for one in trouble.contributions] == ["team", "CI", "test plan"], "all are normal, on servers"
    total = sum(one.log_odds for one in trouble.contributions)
    assert log(trouble.probability / (1 - trouble.probability)) == pytest.approx(
        log(trouble.base_rate / (1 - trouble.base_rate)) + total
    )
    assert trouble.low < trouble.probability < trouble.high
    assert trouble.contributions[0].log_odds > 0
    assert trouble.contributions[0].changes > 600


def test_a_test_plan_would_lower_it_and_by_how_much_is_said():
    model = learn(years(3, 3000))
    untested, tested = (model.trouble(facts("web", "ci-1", test_plan=word)) for word in ("no", "yes"))
    [lowering] = untested.would_lower
    assert (lowering.factor, lowering.now, lowering.then) == ("test plan", "no", "yes")
    assert lowering.probability == pytest.approx(tested.probability)
    assert untested.probability > 1.4 * tested.probability
    assert tested.would_lower == ()


def test_with_too_little_evidence_it_says_so():
    few = learn(years(4, 30)).trouble(facts())
    assert few.abstains is not None
    assert few.abstains.startswith("Too little evidence: 30 closed changes")
    quiet = learn([closed(number, facts(), trouble=False) for number in range(500)]).trouble(facts())
    assert quiet.abstains is not None
    assert "500 closed changes, 0 of them" in quiet.abstains
    assert learn([]).trouble(facts()).probability == pytest.approx(0.5)
    assert learn(years(4, 500)).trouble(facts()).abstains is None


def test_more_evidence_narrows_the_interval():
    little, much = (learn(years(5, count)).trouble(facts("database", "ci-1")) for count in (200, 5000))
    assert much.high - much.low < little.high - little.low


def test_an_unknown_place_gets_the_rate_of_what_is_known_above_it():
    model = learn(years(6, 1000))
    assert model.trouble(Facts()).probability == pytest.approx(model.base_rate)
    assert model.trouble(facts("nobody")).contributions == ()
    team_only = model.trouble(Facts("web"))
    assert [one.name for one in team_only.contributions] == ["team"]


def test_foretold_in_the_order_of_time_the_model_beats_the_base_rate_and_its_numbers_hold():
    found = evaluate(years(7, 2000))
    assert found.brier is not None
    assert found.brier_of_base_rate is not None
    assert found.brier < found.brier_of_base_rate
    assert (found.skill or 0) > 0.02
    assert found.changes + found.abstained == 2000
    assert sum(row.changes for row in found.table) == found.changes
    held = sum(row.changes for row in found.table if row.low <= row.foretold <= row.high)
    assert held > 0.6 * found.changes, found.table


def test_where_nothing_is_to_be_learnt_the_model_is_hardly_worse_than_the_base_rate():
    random = Random(8)
    noise = [replace(change, trouble=random.random() < 0.1) for change in years(8, 1500)]
    assert abs(evaluate(noise).skill or 1) < 0.02


def test_nothing_that_was_closed_later_is_known():
    history = years(9, 400)
    turned = [replace(one, trouble=not one.trouble) if number >= 300 else one for number, one in enumerate(history)]
    for start in (100, 299):
        known = [change for change in history if change.closed_at <= history[start].decided_at]
        assert known == [change for change in turned if change.closed_at <= turned[start].decided_at]
    assert evaluate(history[:300]) == evaluate(turned[:300])
    late = [replace(one, closed_at=one.closed_at + 1000 * DAY_MS) for one in history]
    assert evaluate(late).changes == 0, "what is still open teaches nothing"
    assert evaluate(late).skill is None


def test_words_for_how_long_before_and_how_large():
    assert [lead_time(days * DAY_MS) for days in (0, 3, 10, 40)] == [
        "under a day", "under a week", "under a month", "a month or more",
    ]  # fmt: skip
    assert [size(count) for count in (1, 5, 6)] == ["one", "a few", "many"]


def test_redundancy_makes_the_consequence_small_and_a_single_point_makes_it_whole():
    shop = Exposed("shop", 1.0, "critical", 2000, 9000.0, 20.0)
    whole = consequence([shop, Exposed("blog", 0.0, "low")], outage_hours=0.5)
    assert (whole.level, whole.users, whole.cost, whole.breached) == ("very high", 2000, 4500, ("shop",))
    assert [one.service_id for one in whole.services] == ["shop"]
    spare = consequence([replace(shop, chance=0.01), Exposed("wiki", 0.5, "low")], outage_hours=0.5)
    assert (spare.level, spare.cost, spare.unpriced) == ("low", 45, ("wiki",))


def test_a_risk_is_likelihood_times_consequence():
    grave = consequence([Exposed("shop", 1.0, "critical", cost_per_hour=1000.0)], outage_hours=2)
    assert (risk(0.01, grave).level, risk(0.2, grave).level) == ("moderate", "very high")
    assert risk(0.2, grave).expected_cost == pytest.approx(400)
    nothing = consequence([], outage_hours=2)
    assert (risk(0.2, nothing).level, risk(0.2, nothing).expected_cost) == ("moderate", None)
