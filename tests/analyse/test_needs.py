from random import Random

import networkx
import pytest

from cmdb.analyse.needs import needs
from tests.analyse.naive import Relation, World, random_world
from tests.analyse.sketch import sketch


def summary(found):
    return {need.ci.id: (need.distance, need.is_soft, need.is_redundant) for need in found}


def test_what_an_application_needs_with_the_way_to_it():
    n = sketch("""
        app CALLS db
        app DEPENDS_ON cache soft
        db RUNS_ON host
        eth0 PART_OF host
        prometheus CALLS app none
    """)
    found = needs(n, "app")
    assert summary(found) == {"cache": (1, True, False), "db": (1, False, False), "host": (2, False, False)}
    assert [(hop.source.id, hop.verb, hop.target.id, hop.state) for hop in found[-1].path] == [
        ("app", "CALLS", "db", None),
        ("db", "RUNS_ON", "host", None),
    ]


def test_members_of_a_group_are_needed_redundantly_and_a_group_costs_no_hop():
    n = sketch(
        """
        app NEEDS pair
        pair ANY_OF db1 db2
        app CALLS db1
        db1 RUNS_ON h1
        app NEEDS quorum
        quorum ANY_OF x y
        """,
        needs={"quorum": 2},
    )
    assert summary(needs(n, "app")) == {
        "db1": (1, False, True), "db2": (1, False, True), "h1": (2, False, True),
        "x": (1, False, False), "y": (1, False, False),
    }  # fmt: skip


def test_of_two_ways_as_short_the_firm_one_is_told():
    n = sketch("app DEPENDS_ON a soft\napp DEPENDS_ON b\na RUNS_ON host\nb RUNS_ON host")
    (host,) = (need for need in needs(n, "app") if need.ci.id == "host")
    assert (host.is_soft, [hop.target.id for hop in host.path]) == (False, ["b", "host"])


def test_a_ring_ends_where_it_began():
    assert summary(needs(sketch("a CALLS b\nb CALLS a"), "a")) == {"b": (1, False, False)}


def test_an_unknown_ci_is_refused():
    with pytest.raises(ValueError, match="not in the neighbourhood"):
        needs(sketch("a CALLS b"), "c")


def test_needs_are_plain_reachability_along_the_arrows():
    for seed in range(300):
        random = Random(seed)
        graph = networkx.gnp_random_graph(random.randint(2, 40), 0.06, seed=seed, directed=True)
        world = World([Relation(f"{a}", f"{b}") for a, b in graph.edges], extra={f"{n}" for n in graph})
        start, depth = random.choice(sorted(world.nodes)), random.choice([None, 1, 2, 3])
        expected = networkx.single_source_shortest_path_length(graph, int(start), cutoff=depth)
        found = needs(world.neighbourhood(random), start, depth)
        assert {int(need.ci.id): need.distance for need in found} | {int(start): 0} == expected
        assert all(len(need.path) == need.distance for need in found)


def test_every_path_is_a_way_along_counted_relations():
    for seed in range(500):
        random = Random(seed)
        world = random_world(random)
        counted = {(r.source, r.verb, r.target) for r in world.counted()}
        counted |= {(r.source, r.verb, r.target) for r in world.relations if r.verb == "ANY_OF"}
        start = random.choice(sorted(world.nodes - world.groups.keys()))
        found = needs(world.neighbourhood(random), start)
        graph = networkx.DiGraph([(a, b) for a, _, b in counted])
        graph.add_node(start)
        assert {need.ci.id for need in found} == networkx.descendants(graph, start) - world.groups.keys()
        for need in found:
            steps = [(hop.source.id, hop.verb, hop.target.id) for hop in need.path]
            assert set(steps) <= counted
            assert [start, *(step[2] for step in steps)] == [*(step[0] for step in steps), need.ci.id]
            assert need.distance == sum(step[0] not in world.groups for step in steps)
            assert need.is_soft == any(hop.strength == "soft" for hop in need.path)
