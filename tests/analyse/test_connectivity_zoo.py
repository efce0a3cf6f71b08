"""Networks of real operators: what is cut is what is no longer reachable, and what is at risk has one way left."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import networkx

from cmdb.analyse.impact import impact
from cmdb.analyse.neighbourhood import Node
from cmdb.analyse.topology import Network
from tests.analyse.sketch import sketch
from tests.support.require import require

MOST_NODES = 120
FEWEST = 40


def graphs() -> Iterator[tuple[Path, networkx.Graph]]:
    for path in sorted((require("corpora") / "topologies" / "topology-zoo" / "graphml").glob("*.graphml")):
        graph = networkx.Graph(networkx.read_graphml(path))  # parallel lines and directions play no part here
        graph.remove_edges_from(list(networkx.selfloop_edges(graph)))
        if 3 <= len(graph) <= MOST_NODES:
            yield path, networkx.relabel_nodes(graph, {node: f"n{node}" for node in graph})


def test_in_networks_of_operators_the_loss_of_a_node_cuts_and_isolates_exactly_what_no_path_is_left_to():
    examined = 0
    for path, graph in graphs():
        random = Random(path.name)
        names = sorted(graph)
        lost, root = random.sample([name for name in names if graph[name]], 2)
        network = Network.from_columns(
            machines=[Node(name, "NetworkDevice", name) for name in names],
            forwards=[True] * len(names),
            link_from=[one for one, _ in graph.edges],
            link_to=[other for _, other in graph.edges],
            ports_from=[None] * len(graph.edges),
            ports_to=[None] * len(graph.edges),
            observers=[(root, None)],
            places={f"{end}{name}": name for name in names for end in "ab"},
        )
        pairs = [random.sample(names, 2) for _ in range(20)]
        calls = "\n".join(f"a{one} CALLS b{other}" for one, other in pairs)
        found = impact(sketch(f"{calls}\n{lost} CALLS nothing"), {lost: "down"}, network=network)
        left = graph.copy()
        left.remove_node(lost)
        cut = {
            f"a{one}" for one, other in pairs
            if lost not in (one, other) and networkx.has_path(graph, one, other)
            and not networkx.has_path(left, one, other)
        }  # fmt: skip
        assert {one.ci.id for one in found.reached if one.state == "down"} - {lost} == cut, path.name
        isolated = {
            name for name in left if networkx.has_path(graph, root, name) and not networkx.has_path(left, root, name)
        }  # fmt: skip
        assert {one.ci.id for one in found.reached if one.isolated and one.state == "up"} == isolated, path.name
        before, now = two_ways(graph, root), two_ways(left, root)
        seen = networkx.node_connected_component(left, root)
        at_risk = {one.ci.id for one in found.reached if one.at_risk}
        assert at_risk == (before - now) & seen, path.name
        examined += 1
    assert examined > FEWEST


def two_ways(graph: networkx.Graph, root: str) -> set[str]:
    """What shares a biconnected component of more than one line with the root, and so has two ways to it."""
    return {root} | {
        name
        for component in networkx.biconnected_components(graph)
        if root in component and len(component) > 2
        for name in component
    }
