"""The connectivity rule against the book over random graphs with random networks, and its reasons replayed."""

from random import Random

import pytest

from cmdb.analyse.answer import Reason
from cmdb.analyse.impact import Impact, impact
from tests.analyse.naive import Question, Relation, World, answer, random_question, random_world_with_net

BATCHES = range(10)
WORLDS_PER_BATCH = 200


def worlds(batch: int):
    for number in range(WORLDS_PER_BATCH):
        random = Random(7_000_000 + batch * WORLDS_PER_BATCH + number)
        world = random_world_with_net(random)
        yield random, world, random_question(world, random)


def ask(world: World, question: Question, order: Random | None = None) -> Impact:
    assert world.net is not None
    return impact(
        world.neighbourhood(order),
        question.failed,
        question.depth,
        question.excluded,
        dict.fromkeys(question.context, "INC-000001"),
        world.net.network(),
    )


@pytest.mark.parametrize("batch", BATCHES)
def test_states_isolation_and_verdicts_are_those_of_the_naive_reference(batch: int):
    for random, world, question in worlds(batch):
        product = ask(world, question, random)
        book = answer(world, question.failed, question.depth, question.excluded, question.context)
        shown = (world, question)
        assert {
            r.ci.id: (r.state, r.at_risk, r.distance, r.before, r.isolated) for r in product.reached
        } == book.reached(world, question.failed), shown
        assert {s.ci.id: s.would_be for s in product.excluded} == book.stopped, shown
        assert {n.id for n in product.truncated} == book.truncated, shown
        assert product.cut_off == book.cut_off, shown
        assert {s.ci.id for s in product.spared} == book.spared, shown
        assert {n.id for n in product.ringed()} == book.ringed, shown


def replay(world: World, reason: Reason, without: int | None = None):
    kept = [hop for number, hop in enumerate(reason.hops) if number != without and hop.verb != "CONNECTED_TO"]
    relations = [Relation(h.source.id, h.target.id, h.verb, h.strength) for h in kept]
    small = World(relations, world.groups, world.nodes, world.net)
    failed = {c.ci.id: c.effect for c in reason.causes if c.ticket is None}
    small.stands = {group: world.standing(group) for group in world.groups}
    return answer(small, failed, None, frozenset(), {c.ci.id for c in reason.causes if c.ticket})


@pytest.mark.parametrize("batch", BATCHES[:4])
def test_a_reason_replayed_alone_has_its_effect_and_without_any_of_its_hops_has_not(batch: int):
    for _, world, question in worlds(batch):
        product = ask(world, question)
        for reached in product.reached:
            ci, level = reached.ci.id, ("up", "degraded", "down").index(reached.state)
            reason = product.reason(ci)
            again = replay(world, reason)
            if reached.state != reached.before:
                assert again.state[ci] >= level, (world, question, ci, reason)
                for hop in range(len(reason.hops)):
                    assert replay(world, reason, hop).state[ci] < level, (world, question, ci, reason, hop)
            elif ci not in question.failed and reached.isolated and reason.hops[0].state == "isolated":
                assert ci in again.isolated_ever, (world, question, ci, reason)
                for hop in range(1, len(reason.hops)):
                    assert ci not in replay(world, reason, hop).isolated_ever, (world, question, ci, reason, hop)
            elif reason.hops and reason.hops[0].verb == "CONNECTED_TO":
                assert reason.hops[0].state == "at_risk"
                assert reason.hops[0].cut_by, (world, question, ci, reason)


@pytest.mark.parametrize("batch", BATCHES[:4])
def test_the_order_of_the_columns_does_not_change_the_answer_or_its_reasons(batch: int):
    for random, world, question in worlds(batch):
        one, other = ask(world, question, random), ask(world, question, random)
        assert one.reached == other.reached
        assert (one.spared, one.excluded, one.truncated) == (other.spared, other.excluded, other.truncated)
        assert [one.reason(r.ci.id) for r in one.reached] == [other.reason(r.ci.id) for r in other.reached]
