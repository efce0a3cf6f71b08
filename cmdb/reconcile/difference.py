"""What to write so that one projection becomes another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from cmdb.model.types import BY_LABEL
from cmdb.reconcile.edges import Edge, EdgeKey
from cmdb.reconcile.projection import Node, Projection


@dataclass(frozen=True, slots=True)
class Difference:
    """The changes in the order in which they are to be written.

    `ended_edges` carry the ids from before `renamed` and `merged` (old id → new id); everything else the ids after.
    A renamed CI keeps its node; one merged into another hands over what people attached to it, and is an alias then.
    """

    ended_edges: tuple[EdgeKey, ...]
    renamed: Mapping[str, str]
    merged: Mapping[str, str]
    created: tuple[Node, ...]
    changed: tuple[tuple[Node, Node], ...]
    ended: tuple[Node, ...]
    created_edges: tuple[tuple[EdgeKey, Edge], ...]
    changed_edges: tuple[tuple[EdgeKey, Edge], ...]

    @property
    def is_empty(self) -> bool:
        """True where nothing is to be written."""
        return not any((
            self.ended_edges, self.renamed, self.merged, self.created, self.changed, self.ended, self.created_edges,
            self.changed_edges,
        ))  # fmt: skip


def difference(old: Projection, new: Projection) -> Difference:
    """The difference of two projections of the same machines."""
    renamed, merged = _successors(old.nodes, new.nodes)
    moved = {renamed.get(node_id, node_id): node for node_id, node in old.nodes.items() if node_id not in merged}
    ended_edges = [key for key in old.edges if key.start in merged or key.end in merged]
    gone = set(ended_edges)
    kept: dict[EdgeKey, tuple[EdgeKey, Edge]] = {}
    for key, edge in old.edges.items():
        if key not in gone:
            now = key
            if renamed:
                now = key._replace(start=renamed.get(key.start, key.start), end=renamed.get(key.end, key.end))
            kept[now] = (key, edge)
    ended_edges += [original for key, (original, _) in kept.items() if key not in new.edges]
    return Difference(
        ended_edges=tuple(sorted(ended_edges)),
        renamed=renamed,
        merged=merged,
        created=tuple(_sorted(node for node_id, node in new.nodes.items() if node_id not in moved)),
        changed=tuple(
            (moved[node.id], node)
            for node in _sorted(new.nodes.values())
            if node.id in moved and _differs(moved[node.id], node)
        ),
        ended=tuple(
            _sorted(
                replace(node, id=node_id)
                for node_id, node in moved.items()
                if node_id not in new.nodes and not BY_LABEL[node.type].value_key
            )
        ),
        created_edges=tuple(sorted((item for item in new.edges.items() if item[0] not in kept), key=_by_key)),
        changed_edges=tuple(
            sorted((i for i in new.edges.items() if i[0] in kept and _moved(kept[i[0]][1], i[1])), key=_by_key)
        ),
    )


def _by_key(item: tuple[EdgeKey, Edge]) -> EdgeKey:
    return item[0]


def _sorted(nodes: Iterable[Node]) -> list[Node]:
    return sorted(nodes, key=lambda node: node.id)


def _differs(old: Node, new: Node) -> bool:
    """Known since earlier is a change; later is not, since a comeback does not shorten what is known."""
    if old is new:
        return False
    same = (old.type, old.title, old.values, old.domain) == (new.type, new.title, new.values, new.domain)
    return not same or (new.since < old.since and not BY_LABEL[new.type].value_key)


def _moved(old: Edge, new: Edge) -> bool:
    """Who said so first is no change of a relationship."""
    return old is not new and old._replace(scope=new.scope) != new


def _successors(old: Mapping[str, Node], new: Mapping[str, Node]) -> tuple[dict[str, str], dict[str, str]]:
    """Old id → new id, for nodes that keep their node under a new id and for those that go into another."""
    owner = {birth: node.id for node in new.values() for birth in node.births}
    renamed: dict[str, str] = {}
    merged: dict[str, str] = {}
    claimed = set(old) & set(new)
    for node in _sorted(old.values()):
        heirs = sorted({owner[birth] for birth in node.births if birth in owner})
        if node.id in new or not heirs:
            continue
        free = [heir for heir in heirs if heir not in claimed]
        if free:
            renamed[node.id] = free[0]
            claimed.add(free[0])
        else:
            merged[node.id] = heirs[0]
    return renamed, merged
