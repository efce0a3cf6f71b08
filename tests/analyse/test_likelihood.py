"""How likely what goes down: against adding up every combination by hand, and sampled against exact."""

from random import Random

import pytest

from cmdb.analyse.intervals import wilson
from cmdb.analyse.likelihood import Hazard, Likelihood, Touch, likelihood
from tests.analyse.naive import random_world
from tests.analyse.naive_sets import Chancy, chance_of_falling
from tests.analyse.sketch import sketch

WORLDS = 60
PAIR = "app NEEDS pair\npair ANY_OF db1 db2"


def hazard(pace: str = "together", **probabilities: float) -> Hazard:
    return Hazard(tuple(Touch(ci, p) for ci, p in probabilities.items()), pace)


def down(found: Likelihood, ci: str) -> tuple[float, float]:
    [likely] = [likely for likely in found.cis if likely.ci.id == ci] or [None]
    if likely is None:
        return (0.0, 0.0)
    return likely.down_independent.probability, likely.down_correlated.probability


@pytest.mark.parametrize("batch", range(4))
def test_exact_likelihoods_are_those_of_adding_up_every_combination(batch: int):
    for number in range(WORLDS):
        random = Random(9_000_000 + batch * WORLDS + number)
        world = random_world(random)
        cis = sorted(world.nodes - world.groups.keys())
        hazards = [
            Chancy(
                {ci: random.choice([0.0, 0.01, 0.25, 0.5, 1.0]) for ci in random.sample(cis, min(len(cis), size))},
                random.random() < 0.4,
            )
            for size in random.choice([[1], [3], [2, 2], [1, 2, 1]])
        ]
        found = likelihood(
            world.neighbourhood(random),
            [hazard("rolling" if one.rolling else "together", **one.probabilities) for one in hazards],
        )
        assert found.samples is None
        for ci in cis:
            expected = [chance_of_falling(world, hazards, ci, correlated=correlated) for correlated in (False, True)]
            assert down(found, ci) == pytest.approx(expected, abs=1e-12), (world, hazards, ci)


def test_a_pair_is_as_likely_to_fail_as_both_by_themselves_or_as_one_of_them_from_one_cause():
    found = likelihood(sketch(PAIR), [hazard(db1=0.1, db2=0.1)])
    assert down(found, "app") == pytest.approx((0.01, 0.1))


def test_a_rolling_change_never_has_both_members_down_at_once():
    found = likelihood(sketch(f"{PAIR}\nreport CALLS db1 db2"), [hazard("rolling", db1=0.1, db2=0.1)])
    assert down(found, "app") == (0, 0)
    assert down(found, "report") == pytest.approx((0.19, 0.1))


def test_a_rolling_change_of_one_member_meets_what_befalls_the_other():
    found = likelihood(sketch(PAIR), [hazard("rolling", db1=0.1), hazard(db2=0.05)])
    assert down(found, "app") == pytest.approx((0.005, 0.005)), "two hazards are independent of each other"


def test_a_shared_cause_stays_shared():
    shared = sketch(f"{PAIR}\ndb1 POWERED_BY pdu\ndb2 POWERED_BY pdu")
    assert down(likelihood(shared, [hazard(pdu=0.02)]), "app") == pytest.approx((0.02, 0.02))
    apart = sketch(f"{PAIR}\ndb1 POWERED_BY pdu1\ndb2 POWERED_BY pdu2")
    assert down(likelihood(apart, [hazard(pdu1=0.02, pdu2=0.02)]), "app")[0] == pytest.approx(0.0004)


def test_what_other_tickets_hold_down_counts_as_down():
    found = likelihood(sketch(PAIR), [hazard(db1=0.1)], context={"db2"})
    assert down(found, "app") == pytest.approx((0.1, 0.1))
    assert down(likelihood(sketch(PAIR), [hazard(db1=0.1)], excluded={"db1"}), "app") == (0, 0)


@pytest.mark.parametrize("probability", [0.003, 0.05])
def test_many_causes_are_sampled_with_an_interval_that_holds_the_exact_value(probability: float):
    members = [f"m{i:02}" for i in range(20)]
    n = sketch(f"app NEEDS farm\nfarm ANY_OF {' '.join(members)}\nany DEPENDS_ON {' '.join(members)}", {"farm": 20})
    hits = 0
    for seed in range(20):
        found = likelihood(n, [Hazard((Touch(member, probability),)) for member in members], seed=seed)
        assert found.samples == 10_000
        [app] = [likely for likely in found.cis if likely.ci.id == "app"]
        hits += app.down_independent.low <= 1 - (1 - probability) ** 20 <= app.down_independent.high
    assert hits >= 17, "a 95 % interval misses one in twenty"


def test_the_same_seed_gives_the_same_answer():
    n = sketch("app DEPENDS_ON " + " ".join(f"m{i:02}" for i in range(20)))
    hazards = [Hazard((Touch(f"m{i:02}", 0.1 / (i + 1)),)) for i in range(20)]
    assert likelihood(n, hazards, seed=3) == likelihood(n, hazards, seed=3)
    assert likelihood(n, hazards, seed=3) != likelihood(n, hazards, seed=4)


@pytest.mark.parametrize(
    ("hazards", "message"),
    [
        ([hazard(db1=1.5)], "between 0 and 1"),
        ([Hazard((Touch("db1", 0.1), Touch("db1", 0.2)))], "twice"),
        ([hazard(nothing=0.1)], "not in the neighbourhood"),
        ([Hazard(tuple(Touch(f"x{i}{j}", 0.1) for j in range(30)), "rolling") for i in range(2)], "900 steps"),
    ],
)
def test_sources_that_make_no_sense_are_refused(hazards: list[Hazard], message: str):
    with pytest.raises(ValueError, match=message):
        likelihood(sketch(PAIR), hazards)


def test_the_interval_of_a_share_is_wide_where_little_was_tried():
    assert wilson(0, 0) == (0, 1)
    assert wilson(0, 10) == (0, pytest.approx(0.2775, abs=1e-4))
    assert wilson(50, 100) == pytest.approx((0.4038, 0.5962), abs=1e-4)
