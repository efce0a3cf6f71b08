"""The product against the book over random graphs, and its reasons replayed."""

from random import Random

import networkx
import pytest

from cmdb.analyse.answer import Reason
from cmdb.analyse.impact import Impact, impact
from tests.analyse.naive import Question, Quorum, Relation, World, answer, random_question, random_world

BATCHES = range(10)
WORLDS_PER_BATCH = 300


def worlds(batch: int):
    for number in range(WORLDS_PER_BATCH):
        random = Random(batch * WORLDS_PER_BATCH + number)
        world = random_world(random)
        yield random, world, random_question(world, random)


def ask(world: World, question: Question, order: Random | None = None) -> Impact:
    return impact(
        world.neighbourhood(order),
        question.failed,
        question.depth,
        question.excluded,
        {node: "INC-000001" for node in question.context},
    )


@pytest.mark.parametrize("batch", BATCHES)
def test_states_distances_and_verdicts_are_those_of_the_naive_reference(batch: int):
    for random, world, question in worlds(batch):
        product = ask(world, question, random)
        book = answer(world, question.failed, question.depth, question.excluded, question.context)
        shown = (world, question)
        assert {
            r.ci.id: (r.state, r.at_risk, r.distance, r.before, r.isolated) for r in product.reached
        } == book.reached(world, question.failed), shown
        assert {s.ci.id: s.would_be for s in product.excluded} == book.stopped, shown
        assert {n.id for n in product.truncated} == book.truncated, shown
        assert {s.ci.id for s in product.spared} == book.spared, shown
        assert {n.id for n in product.ringed()} == book.ringed, shown
        assert all(
            (g.state, g.at_risk) == (("up", "degraded", "down")[book.state[g.group.id]], g.group.id in book.at_risk)
            for g in product.groups
        ), shown


def replay(world: World, reason: Reason, without: int | None = None, excluded: set[str] = frozenset()):
    kept = [hop for number, hop in enumerate(reason.hops) if number != without]
    small = World([Relation(h.source.id, h.target.id, h.verb, h.strength) for h in kept], world.groups, world.nodes)
    failed = {c.ci.id: c.effect for c in reason.causes if c.ticket is None}
    return answer(small, failed, None, excluded, {c.ci.id for c in reason.causes if c.ticket})


@pytest.mark.parametrize("batch", BATCHES)
def test_a_reason_replayed_alone_brings_the_ci_down_and_without_any_of_its_hops_does_not(batch: int):
    for _, world, question in worlds(batch):
        product = ask(world, question)
        for reached in product.reached:
            ci, level = reached.ci.id, ("up", "degraded", "down").index(reached.state)
            if reached.state != reached.before:
                reason = product.reason(ci)
                assert replay(world, reason).state[ci] >= level, (world, question, ci)
                for hop in range(len(reason.hops)):
                    assert replay(world, reason, hop).state[ci] < level, (world, question, ci, reason)
            if reached.at_risk:
                reason = product.risk_reason(ci)
                assert ci in replay(world, reason).at_risk, (world, question, ci, reason)
                for hop in range(len(reason.hops)):
                    assert ci not in replay(world, reason, hop).at_risk, (world, question, ci, reason)


@pytest.mark.parametrize("batch", BATCHES)
def test_the_order_of_the_columns_does_not_change_the_answer_or_its_reasons(batch: int):
    for random, world, question in worlds(batch):
        one, other = ask(world, question, random), ask(world, question, random)
        assert one.reached == other.reached
        assert (one.spared, one.excluded, one.truncated) == (other.spared, other.excluded, other.truncated)
        assert [one.reason(r.ci.id) for r in one.reached if r.state != r.before] == [
            other.reason(r.ci.id) for r in other.reached if r.state != r.before
        ]


def test_hard_relations_alone_are_reachability_against_the_arrows():
    for seed in range(300):
        random = Random(seed)
        graph = networkx.gnp_random_graph(random.randint(2, 40), 0.06, seed=seed, directed=True)
        world = World([Relation(f"{a}", f"{b}") for a, b in graph.edges], extra={f"{n}" for n in graph})
        start = random.choice(sorted(world.nodes))
        depth = random.choice([None, 1, 2, 3])
        expected = networkx.single_source_shortest_path_length(graph.reverse(), int(start), cutoff=depth)
        product = impact(world.neighbourhood(), {start: "down"}, depth)
        assert {int(r.ci.id): r.distance for r in product.reached} == expected
        assert all(len(product.reason(r.ci.id).hops) == r.distance for r in product.reached)


def test_the_reference_itself_knows_two_of_three():
    world = World(
        [Relation("app", "g", "NEEDS"), *(Relation("g", m, "ANY_OF") for m in "abc")], {"g": Quorum(2, "standby", 3)}
    )
    assert answer(world, {"a": "down"}).at_risk == {"g": 0, "app": 1}
    assert answer(world, {"a": "down", "b": "down"}).state["app"] == 2
