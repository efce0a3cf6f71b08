"""Many scenarios in one fixed point: each comes out as the book says of it alone."""

from random import Random

import networkx
import pytest

from cmdb.analyse.scenarios import at_least, bits_of, play, states_of_many
from tests.analyse.naive import NAMES, Relation, World, answer, random_question, random_world, random_world_with_net
from tests.analyse.sketch import sketch
from tests.support.require import require

WORLDS = 400
SCENARIOS = 6


@pytest.mark.parametrize("batch", range(3))
def test_each_of_many_scenarios_ends_as_the_naive_reference_says_of_it_alone(batch: int):
    for number in range(WORLDS):
        random = Random(3_000_000 + batch * WORLDS + number)
        world = random_world(random)
        question = random_question(world, random)
        failures = [random_question(world, random).failed for _ in range(SCENARIOS)]
        found = states_of_many(world.neighbourhood(random), failures, question.excluded, question.context)
        for failed, states in zip(failures, found, strict=True):
            book = answer(world, failed, None, question.excluded, question.context).state
            expected = {n: NAMES[level] for n, level in book.items() if level and n not in world.groups}
            assert states == expected, (world, question, failed)


def test_with_a_network_each_scenario_loses_what_it_cuts():
    for number in range(WORLDS // 8):
        random = Random(4_000_000 + number)
        world = random_world_with_net(random)
        assert world.net is not None
        question = random_question(world, random)
        failures = [random_question(world, random).failed for _ in range(SCENARIOS)]
        found = states_of_many(
            world.neighbourhood(random), failures, question.excluded, question.context, network=world.net.network()
        )
        for failed, states in zip(failures, found, strict=True):
            book = answer(world, failed, None, question.excluded, question.context).state
            expected = {n: NAMES[level] for n, level in book.items() if level and n not in world.groups}
            assert states == expected, (world, question, failed)


def test_in_networks_of_operators_every_single_failure_reaches_what_plain_reachability_does():
    for path in sorted((require("corpora") / "topologies" / "topology-zoo" / "graphml").glob("*.graphml")):
        graph = networkx.DiGraph((f"n{one}", f"n{other}") for one, other in networkx.read_graphml(path).edges())
        n = World([Relation(one, other) for one, other in graph.edges]).neighbourhood()
        outcome = play(n, {node: 1 << node for node in range(len(n.ids))})
        for node, name in enumerate(n.ids):
            assert {n.ids[end] for end in bits_of(outcome.down[node])} == networkx.descendants(graph, name) | {name}


def test_at_least_so_many_of_some_sets_is_counted_bit_by_bit():
    random = Random(5)
    everything = (1 << 64) - 1
    for size in range(9):
        sets = [random.getrandbits(64) for _ in range(size)]
        for count in range(-1, size + 2):
            expected = {bit for bit in range(64) if sum(one >> bit & 1 for one in sets) >= count}
            assert set(bits_of(at_least(count, sets, everything))) == expected


def test_failures_outside_of_the_neighbourhood_are_refused():
    with pytest.raises(ValueError, match="'nothing' is not in the neighbourhood"):
        states_of_many(sketch("app CALLS db"), [{"nothing": "down"}])
