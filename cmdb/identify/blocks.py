"""The parts of a graph that hold two nodes together: its blocks (biconnected components)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BlockTree:
    """The blocks of one connected component, as a tree in which blocks and nodes alternate.

    `blocks` are the node sets. `above` leads from a node to the block over it, `top` from a block to the
    node at its top; the root has no block over it. `depth` counts the blocks over a node.
    """

    blocks: tuple[frozenset[int], ...]
    above: Mapping[int, int]
    top: tuple[int, ...]
    depth: Mapping[int, int]

    def between(self, pairs: Iterable[tuple[int, int]]) -> dict[int, tuple[int, int]]:
        """The blocks between the two nodes of any pair, each with the first pair that it stands between.

        They hold the nodes of every simple path from one to the other.
        """
        found: dict[int, tuple[int, int]] = {}
        past: dict[int, int] = {}

        def climb(node: int) -> int:
            """The first node up the tree from which the way up is not yet taken."""
            way: list[int] = []
            while node in past:
                way.append(node)
                node = past[node]
            past.update(dict.fromkeys(way, node))
            return node

        for pair in pairs:
            a, b = map(climb, pair)
            while a != b:
                if self.depth[a] < self.depth[b]:
                    a, b = b, a
                block = self.above[a]
                found[block] = pair
                past.update(dict.fromkeys(self.blocks[block] - {self.top[block]}, self.top[block]))
                a, b = climb(a), climb(b)
        return found


def block_tree(neighbours: Mapping[int, Sequence[int]], root: int) -> BlockTree:
    """The blocks of the component that holds `root`; no node is its own neighbour, no edge is double.

    Source: Hopcroft and Tarjan, Algorithm 447, Communications of the ACM 16 (1973), without recursion.
    """
    order = {root: 0}
    lowest = {root: 0}
    blocks: list[frozenset[int]] = []
    above: dict[int, int] = {}
    tops: list[int] = []
    path: list[tuple[int, int | None]] = [(root, None)]
    ways = {root: iter(neighbours[root])}
    open_nodes: list[int] = []
    while path:
        node, parent = path[-1]
        step = next(ways[node], None)
        if step is not None:
            if step not in order:
                order[step] = lowest[step] = len(order)
                open_nodes.append(step)
                ways[step] = iter(neighbours[step])
                path.append((step, node))
            elif step != parent:
                lowest[node] = min(lowest[node], order[step])
            continue
        path.pop()
        if parent is None:
            continue
        lowest[parent] = min(lowest[parent], lowest[node])
        if lowest[node] >= order[parent]:
            at = len(open_nodes) - 1
            while open_nodes[at] != node:
                at -= 1
            below = open_nodes[at:]
            del open_nodes[at:]
            above.update(dict.fromkeys(below, len(blocks)))
            blocks.append(frozenset([*below, parent]))
            tops.append(parent)
    depth = {root: 0}
    for node in order:
        if node != root:
            depth[node] = depth[tops[above[node]]] + 1
    return BlockTree(tuple(blocks), above, tuple(tops), depth)
