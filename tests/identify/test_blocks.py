"""Blocks, compared with a library's."""

from __future__ import annotations

import random
from itertools import combinations

import networkx
import pytest

from cmdb.identify.blocks import block_tree


@pytest.mark.parametrize("seed", range(30))
def test_blocks_and_what_lies_between_two_nodes_equal_those_of_a_graph_library(seed: int) -> None:
    rng = random.Random(seed)
    graph = networkx.gnm_random_graph(rng.randint(2, 14), rng.randint(1, 20), seed=seed)
    nodes = sorted(networkx.node_connected_component(graph, 0))
    graph = graph.subgraph(nodes)
    tree = block_tree({node: sorted(graph.neighbors(node)) for node in nodes}, 0)
    assert sorted(map(sorted, tree.blocks)) == sorted(map(sorted, networkx.biconnected_components(graph)))
    for a, b in combinations(nodes, 2):
        joined = networkx.Graph(graph)
        joined.add_edge(a, b)
        (block,) = [one for one in networkx.biconnected_components(joined) if {a, b} <= one]
        found = tree.between([(a, b)])
        assert set().union(*(tree.blocks[number] for number in found)) == block
        on_a_path = {node for path in networkx.all_simple_paths(graph, a, b) for node in path}
        assert on_a_path == block
    pairs = [tuple(rng.sample(nodes, 2)) for _ in range(4)] if len(nodes) > 1 else []
    found = tree.between(pairs)
    assert found.keys() == {number for pair in pairs for number in tree.between([pair])}
    assert all(number in tree.between([pair]) for number, pair in found.items())
