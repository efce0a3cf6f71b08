"""The parts of a graph that hold two nodes together: its blocks (biconnected components)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BlockTree:
    """The blocks of one connected component, as a tree in which blocks and nodes alternate.

    `blocks` are the node sets. `above` leads from a node to the block over it, and `top` from a block to
    the node at its top; the root has no block over it.
    """

    blocks: tuple[frozenset[int], ...]
    above: Mapping[int, int]
    top: tuple[int, ...]

    def between(self, a: int, b: int) -> frozenset[int]:
        """Every node on some simple path from a to b, both included."""
        way_up = self._blocks_over(a)
        other = self._blocks_over(b)
        while way_up and other and way_up[-1] == other[-1]:
            # Shared with the way of the other: not between them, unless it is where they meet.
            shared = way_up.pop()
            other.pop()
            if self._entry(a, way_up) != self._entry(b, other):
                return self._union([shared, *way_up, *other])
        return self._union([*way_up, *other])

    def _entry(self, node: int, way_up: Sequence[int]) -> int:
        return self.top[way_up[-1]] if way_up else node

    def _blocks_over(self, node: int) -> list[int]:
        found: list[int] = []
        while node in self.above:
            found.append(self.above[node])
            node = self.top[found[-1]]
        return found

    def _union(self, numbers: Iterable[int]) -> frozenset[int]:
        return frozenset[int]().union(*(self.blocks[number] for number in numbers))


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
    return BlockTree(tuple(blocks), above, tuple(tops))
