"""What takes a service down: the drawn cases, and every set up to three against trying all of them."""

from itertools import chain, combinations, product
from random import Random

import networkx
import pytest

from cmdb.analyse.cuts import ALREADY_DOWN, NETWORK_STANDS, Cuts, find_cuts
from cmdb.analyse.neighbourhood import Node
from cmdb.analyse.topology import Network
from tests.analyse.naive import Quorum, Relation, World, random_world
from tests.analyse.naive_sets import cut_sets, falls
from tests.analyse.sketch import sketch
from tests.support.require import require

WORLDS = 120
MOST_NODES = 40
FEWEST = 15


def told(cuts: Cuts) -> tuple[list[str], list[str]]:
    """Sets as `2 of a|b, c, d`: of two kinds that differ, where a and b are one kind."""
    return [node.id for node in cuts.single_points], [
        " and ".join(f"{c.count} of " + ", ".join("|".join(node.id for node in kind) for kind in c.of) for c in choices)
        for choices in cuts.sets
    ]


def spelled_out(cuts: Cuts) -> list[frozenset[str]]:
    found = [frozenset((node.id,)) for node in cuts.single_points]
    for choices in cuts.sets:
        for chosen in product(*(combinations(choice.of, choice.count) for choice in choices)):
            found += [frozenset(node.id for node in cis) for cis in product(*chain(*chosen))]
    return found


@pytest.mark.parametrize("batch", range(5))
def test_the_sets_up_to_three_are_those_that_trying_all_of_them_finds(batch: int):
    for number in range(WORLDS):
        random = Random(5_000_000 + batch * WORLDS + number)
        world = random_world(random)
        cis = sorted(world.nodes - world.groups.keys())
        service = random.choice(cis)
        excluded = set(random.sample(cis, random.choice([0, 0, 1]))) - {service}
        context = set(random.sample(cis, random.choice([0, 0, 0, 1]))) - excluded - {service}
        cuts = find_cuts(world.neighbourhood(random), service, excluded=excluded, context=context)
        found = spelled_out(cuts)
        assert len(found) == len(set(found)), "each set is told once"
        assert set(found) == cut_sets(world, service, excluded, context), (world, service, excluded, context)
        assert bool(cuts.limits) == (service in falls(world, context, excluded))


def test_a_shared_power_unit_is_a_single_point_under_a_pair_and_the_members_are_any_with_any():
    n = sketch("""
        shop PROVIDED_BY web
        web NEEDS pair
        pair ANY_OF db1 db2
        db1 RUNS_ON host1
        db2 RUNS_ON host2
        host1 POWERED_BY pdu
        host2 POWERED_BY pdu
        shop CALLS statistics soft
    """)
    assert told(find_cuts(n, "shop")) == (["pdu", "web"], ["1 of db1|host1 and 1 of db2|host2"])


def test_what_is_left_of_a_pair_is_a_single_point_while_another_ticket_holds_the_other_down():
    n = sketch("app NEEDS pair\npair ANY_OF db1 db2\nother RUNS_ON db1")
    assert told(find_cuts(n, "app", context={"db1"})) == (["db2"], [])
    assert find_cuts(n, "other", context={"db1"}).limits == (ALREADY_DOWN,)


def test_two_of_three_falls_with_any_two_of_them():
    n = sketch("store NEEDS quorum\nquorum ANY_OF n1 n2 n3", needs={"quorum": 2})
    cuts = find_cuts(n, "store")
    assert set(spelled_out(cuts)) == {frozenset(pair) for pair in (("n1", "n2"), ("n1", "n3"), ("n2", "n3"))}
    assert told(cuts) == ([], ["2 of n1, n2, n3"])


def test_three_members_of_which_one_will_do_are_one_set_of_three_factors():
    stacks = [f"w{i} RUNS_ON vm{i}\nvm{i} RUNS_ON h{i}" for i in (1, 2, 3)]
    n = sketch("\n".join(["shop NEEDS farm\nfarm ANY_OF w1 w2 w3", *stacks]))
    assert told(find_cuts(n, "shop")) == ([], ["1 of h1|vm1|w1 and 1 of h2|vm2|w2 and 1 of h3|vm3|w3"])


def test_machines_that_carry_members_of_two_groups_are_told_with_each():
    n = sketch("""
        shop NEEDS databases
        databases ANY_OF db1 db2
        shop NEEDS caches
        caches ANY_OF c1 c2
        db1 RUNS_ON host1
        c1 RUNS_ON host1
        db2 RUNS_ON host2
        c2 RUNS_ON host2
    """)
    assert told(find_cuts(n, "shop")) == (
        [],
        [
            "1 of c1 and 1 of c2",
            "1 of c1, db1, host1 and 1 of host2",
            "1 of c2, db2 and 1 of host1",
            "1 of db1 and 1 of db2",
        ],
    )


def test_a_search_that_stopped_says_so():
    members = " ".join(f"m{i:02}" for i in range(30))
    n = sketch(f"shop NEEDS farm\nfarm ANY_OF {members}", needs={"farm": 28})
    whole = find_cuts(n, "shop")
    assert len(spelled_out(whole)) == 30 * 29 * 28 // 6
    assert len(whole.sets) == 1, "any three of thirty"
    assert whole.limits == ()
    cut = find_cuts(n, "shop", max_sets=100)
    assert len(spelled_out(cut)) == 100
    assert cut.limits == ("The search stopped at 100 sets.",)


def test_with_a_network_the_switch_between_two_machines_is_a_single_point():
    n = sketch("shop CALLS db\nshop RUNS_ON web1\ndb RUNS_ON db1\nsw1 POWERED_BY pdu\nsw2 RUNS_ON rack")
    machines = ["web1", "db1", "sw1", "sw2"]
    network = Network.from_columns(
        machines=[Node(name, "Server", name) for name in machines],
        forwards=[False, False, True, True],
        link_from=["web1", "db1", "sw1"],
        link_to=["sw1", "sw1", "sw2"],
        ports_from=[None] * 3,
        ports_to=[None] * 3,
        places={"shop": "web1", "db": "db1"},
    )
    cuts = find_cuts(n, "shop", network)
    assert told(cuts) == (["db", "db1", "pdu", "sw1", "web1"], [])
    assert cuts.limits == (NETWORK_STANDS,)


def test_in_networks_of_operators_the_single_points_between_two_machines_are_articulation_points():
    examined = 0
    for path in sorted((require("corpora") / "topologies" / "topology-zoo" / "graphml").glob("*.graphml")):
        graph = networkx.Graph(
            (f"n{a}", f"n{b}") for a, b in networkx.Graph(networkx.read_graphml(path)).edges if a != b
        )
        if not 3 <= len(graph) <= MOST_NODES:
            continue
        one, other = Random(path.name).sample(sorted(networkx.node_connected_component(graph, min(graph))), 2)
        network = Network.from_columns(
            machines=[Node(name, "NetworkDevice", name) for name in graph],
            forwards=[True] * len(graph),
            link_from=[start for start, _ in graph.edges],
            link_to=[end for _, end in graph.edges],
            ports_from=[None] * len(graph.edges),
            ports_to=[None] * len(graph.edges),
            places={"shop": one, "db": other},
        )
        known = "\n".join(f"{name} CALLS nothing none" for name in graph)
        found = {node.id for node in find_cuts(sketch(f"shop CALLS db\n{known}"), "shop", network).single_points}
        apart = {
            name for name in graph.nodes - {one, other}
            if not networkx.has_path(networkx.restricted_view(graph, [name], []), one, other)
        }  # fmt: skip
        assert found - {"db"} == apart, path.name
        assert apart <= set(networkx.articulation_points(graph))
        examined += 1
    assert examined > FEWEST


def test_in_networks_of_operators_single_points_of_a_plain_dependency_are_its_dominators():
    examined = 0
    for path in sorted((require("corpora") / "topologies" / "topology-zoo" / "graphml").glob("*.graphml")):
        graph = networkx.DiGraph()
        for one, other in networkx.Graph(networkx.read_graphml(path)).edges:
            if one != other:
                graph.add_edge(*sorted((f"n{one}", f"n{other}")))
        if not 0 < len(graph) <= MOST_NODES:
            continue
        # A dependency that any way of its next steps will do for: one group for each node with several.
        relations, groups = [], {}
        for node in graph:
            onward = sorted(graph.successors(node))
            relations += [Relation(node, onward[0])] if len(onward) == 1 else []
            if len(onward) > 1:
                groups[f"any-{node}"] = onward
                relations += [Relation(node, f"any-{node}", "NEEDS")]
                relations += [Relation(f"any-{node}", member, "ANY_OF") for member in onward]
        world = one_will_do(relations, groups)
        start = min(graph, key=lambda node: (graph.in_degree(node), node))
        ends = [node for node in graph if not graph.out_degree(node)]
        expected = {
            node for node in networkx.descendants(graph, start)
            if not any(
                end != node and networkx.has_path(networkx.restricted_view(graph, [node], []), start, end)
                for end in ends
            )
        }  # fmt: skip
        assert {node.id for node in find_cuts(world.neighbourhood(), start).single_points} == expected, path.name
        assert all(start in falls(world, {node}) for node in expected)
        examined += 1
    assert examined > FEWEST


def one_will_do(relations: list[Relation], groups: dict[str, list[str]]) -> World:
    return World(relations, {group: Quorum(1, "standby", len(members)) for group, members in groups.items()})
