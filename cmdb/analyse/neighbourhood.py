"""The part of the graph that a question is about, as parallel columns with integer indexes.

It is what the store returns in one record, and all that the pure questions ever see.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import ceil
from typing import Literal, Self, cast, get_args

from cmdb.analyse.absorption import absorbed_edges
from cmdb.model.verbs import ANY_OF

Strength = Literal["hard", "soft", "none"]
Evidence = Literal["declared", "observed", "structure"]
Mode = Literal["standby", "capacity"]

UP, DEGRADED, DOWN = 0, 1, 2  # the states, as integers that compare


@dataclass(frozen=True, slots=True)
class Node:
    """One CI or redundancy group, as answers name it."""

    id: str
    type: str
    name: str


@dataclass(frozen=True, slots=True)
class Group:
    """A redundancy group: at least `k` of its members are needed.

    `members` are node indexes, each once. `k` is never more than there are members: a group that asks
    for more than it has is held to all of them. `mode` says whether one loss costs capacity or nothing.
    """

    k: int
    mode: Mode
    members: tuple[int, ...]

    def level(self, lost: int, touched: int) -> int:
        """The state of the group with this many members down, and this many degraded or down."""
        if self.spare(lost) < 0:
            return DOWN
        if (self.mode == "capacity" and lost) or self.spare(touched) < 0:
            return DEGRADED
        return UP

    def spare(self, lost: int) -> int:
        """How many more losses the group bears; below 0 it is down."""
        return len(self.members) - lost - self.k


def passed_on(strength: Strength, level: int) -> int:
    """What a relation makes of the level of its target: a soft one turns down into degraded, no more."""
    if strength == "hard":
        return level
    return DEGRADED if strength == "soft" and level == DOWN else UP


@dataclass(frozen=True)
class Neighbourhood:
    """Nodes sorted by id, edges *source depends on target* by node index, groups by node index.

    `valid_from` and `last_seen_at` are epoch milliseconds, None when unknown. `frontier` holds the nodes
    whose dependents were not all read, because the fetch was bounded. `assumed` are groups that nobody accepted yet,
    with their members: they speak for nothing, so what they would cover stays as hard as it is.
    """

    ids: tuple[str, ...]
    types: tuple[str, ...]
    names: tuple[str, ...]
    sources: tuple[int, ...]
    targets: tuple[int, ...]
    verbs: tuple[str, ...]
    strengths: tuple[Strength, ...]
    evidence: tuple[Evidence, ...]
    valid_from: tuple[int | None, ...]
    last_seen_at: tuple[int | None, ...]
    groups: dict[int, Group]
    frontier: frozenset[int]
    assumed: dict[int, tuple[int, ...]] = field(default_factory=dict[int, tuple[int, ...]])

    @classmethod
    def from_columns(
        cls,
        *,
        ids: Sequence[str],
        types: Sequence[str],
        names: Sequence[str | None],
        edge_from: Sequence[Hashable] = (),
        edge_to: Sequence[Hashable] = (),
        verbs: Sequence[str] = (),
        strengths: Sequence[str] = (),
        evidence: Sequence[str] = (),
        valid_from: Sequence[int | None] = (),
        last_seen_at: Sequence[int | None] = (),
        group_ids: Sequence[Hashable] = (),
        group_k: Sequence[int | None] = (),
        group_share: Sequence[float | None] = (),
        group_modes: Sequence[str] = (),
        group_assumed: Sequence[bool] | None = None,
        frontier: Iterable[Hashable] = (),
        keys: Sequence[Hashable] | None = None,
    ) -> Self:
        """The neighbourhood in these columns, whatever order they came in.

        `keys` are what the edge, group and frontier columns call the nodes; None means their ids. A node
        without a name is called by its id. Members of a group are its edges with the verb ANY_OF, whatever
        strength these state; its need is a count (`group_k`) or a share of the members (`group_share`, above
        0, at most 1). Edges of and to a group that is only assumed (`group_assumed`; None: none is) are left out.

        Raises ValueError for columns of unequal length, repeated ids, unknown nodes or words, a group
        without exactly one need, and ANY_OF from a node that is no group.
        """
        _same_length("node", ids, types, names, *([keys] if keys is not None else []))
        _same_length("edge", edge_from, edge_to, verbs, strengths, evidence, valid_from, last_seen_at)
        is_assumed = [False] * len(group_ids) if group_assumed is None else group_assumed
        _same_length("group", group_ids, group_k, group_share, group_modes, is_assumed)
        _known_words("strength", strengths, get_args(Strength))
        _known_words("evidence", evidence, get_args(Evidence))
        _known_words("mode", group_modes, get_args(Mode))
        if len(set(ids)) != len(ids):
            raise ValueError("a node id occurs twice")
        order = sorted(range(len(ids)), key=ids.__getitem__)
        called = ids if keys is None else keys
        rank: dict[Hashable, int] = {called[old]: new for new, old in enumerate(order)}
        if len(rank) != len(ids):
            raise ValueError("a node key occurs twice")
        try:
            sources = tuple(map(rank.__getitem__, edge_from))
            targets = tuple(map(rank.__getitem__, edge_to))
            group_nodes = [rank[key] for key in group_ids]
            frontier_nodes = frozenset(rank[key] for key in frontier)
        except KeyError as missing:
            raise ValueError(f"{missing.args[0]!r} is not among the nodes") from None
        assumed = {node for node, is_so in zip(group_nodes, is_assumed, strict=True) if is_so}
        members: dict[int, set[int]] = {node: set() for node in group_nodes}
        for edge, verb in enumerate(verbs):
            if verb == ANY_OF.name:
                if sources[edge] not in members:
                    raise ValueError(f"{edge_from[edge]!r} has members but is no group")
                if sources[edge] in assumed or targets[edge] not in assumed:
                    members[sources[edge]].add(targets[edge])
        groups = {
            node: Group(_needed(k, share, len(members[node])), cast(Mode, mode), tuple(sorted(members[node])))
            for node, k, share, mode in zip(group_nodes, group_k, group_share, group_modes, strict=True)
            if node not in assumed
        }
        if assumed:
            kept = [e for e in range(len(sources)) if sources[e] not in assumed and targets[e] not in assumed]
            sources, targets = (tuple(column[edge] for edge in kept) for column in (sources, targets))
            verbs, strengths, evidence = ([column[e] for e in kept] for column in (verbs, strengths, evidence))
            valid_from, last_seen_at = ([column[e] for e in kept] for column in (valid_from, last_seen_at))
        return cls(
            ids=tuple(ids[old] for old in order),
            types=tuple(types[old] for old in order),
            names=tuple(names[old] or ids[old] for old in order),
            sources=sources,
            targets=targets,
            verbs=tuple(verbs),
            strengths=tuple(
                "hard" if verb == ANY_OF.name else cast(Strength, strength)
                for verb, strength in zip(verbs, strengths, strict=True)
            ),
            evidence=cast(tuple[Evidence, ...], tuple(evidence)),
            valid_from=tuple(valid_from),
            last_seen_at=tuple(last_seen_at),
            groups=groups,
            frontier=frontier_nodes,
            assumed={node: tuple(sorted(members[node])) for node in assumed},
        )

    def node(self, index: int) -> Node:
        """The node at this index."""
        node = self._nodes.get(index)
        if node is None:
            node = self._nodes[index] = Node(self.ids[index], self.types[index], self.names[index])
        return node

    def index_of(self, node_id: str) -> int:
        """The index of this id; ValueError when the neighbourhood does not hold it."""
        try:
            return self._index[node_id]
        except KeyError:
            raise ValueError(f"{node_id!r} is not in the neighbourhood") from None

    def __contains__(self, node_id: object) -> bool:
        return node_id in self._index

    @cached_property
    def _nodes(self) -> dict[int, Node]:
        return {}

    @cached_property
    def _index(self) -> dict[str, int]:
        return {node_id: index for index, node_id in enumerate(self.ids)}

    @cached_property
    def outgoing(self) -> list[list[int]]:
        """Edges by the node that depends: what each node needs."""
        edges: list[list[int]] = [[] for _ in self.ids]
        for edge, source in enumerate(self.sources):
            edges[source].append(edge)
        return edges

    @cached_property
    def absorbed(self) -> dict[int, int]:
        """Edges that do not count because a group of the same holder speaks for them: edge to group."""
        members = {node: group.members for node, group in self.groups.items()}
        return absorbed_edges(self.outgoing, self.targets, self.verbs, self.strengths, members)

    @cached_property
    def carrying(self) -> list[list[int]]:
        """Edges by their target that carry impact to a CI: hard or soft, and not absorbed."""
        edges: list[list[int]] = [[] for _ in self.ids]
        silent, groups = self.absorbed, self.groups
        for edge, (source, target, strength) in enumerate(zip(self.sources, self.targets, self.strengths, strict=True)):
            if strength != "none" and edge not in silent and source not in groups:
                edges[target].append(edge)
        return edges

    @cached_property
    def silent(self) -> list[list[int]]:
        """Edges by their target that carry nothing to a CI: without strength, or absorbed by a group."""
        edges: list[list[int]] = [[] for _ in self.ids]
        for edge, strength in enumerate(self.strengths):
            if (strength == "none" or edge in self.absorbed) and self.sources[edge] not in self.groups:
                edges[self.targets[edge]].append(edge)
        return edges

    @cached_property
    def into_groups(self) -> dict[int, list[int]]:
        """Edges by their target that carry impact to a group: memberships, and what else it depends on."""
        edges: dict[int, list[int]] = {}
        members: set[tuple[int, int]] = set()
        for edge, source in enumerate(self.sources):
            if source not in self.groups:
                continue
            pair = (source, self.targets[edge])
            if self.verbs[edge] == ANY_OF.name:
                if pair in members:
                    continue  # two scopes may state one membership; it counts once
                members.add(pair)
            elif self.strengths[edge] == "none":
                continue
            edges.setdefault(self.targets[edge], []).append(edge)
        for into in edges.values():  # which of several counts first must not hang on the order of columns
            into.sort(key=lambda e: (self.sources[e], self.verbs[e] != ANY_OF.name, self.strengths[e]))
        return edges


def _same_length(what: str, *columns: Sequence[object]) -> None:
    lengths = {len(column) for column in columns}
    if len(lengths) > 1:
        raise ValueError(f"{what} columns differ in length: {sorted(lengths)}")


def _known_words(what: str, column: Iterable[str], known: Sequence[str]) -> None:
    unknown = set(column).difference(known)
    if unknown:
        raise ValueError(f"unknown {what}: {sorted(unknown)}; known are {list(known)}")


def _needed(k: int | None, share: float | None, size: int) -> int:
    if (k is None) == (share is None):
        raise ValueError("a group needs either a count or a share")
    if k is not None:
        if k < 1:
            raise ValueError(f"a group must need at least one member, not {k}")
        return min(k, size)
    assert share is not None  # noqa: S101 - for the type checker, settled two lines above
    if not 0 < share <= 1:
        raise ValueError(f"a share lies above 0 and is at most 1, not {share}")
    return ceil(share * size - 1e-9)  # 0.07 * 100 is 7.000000000000001: still seven members
