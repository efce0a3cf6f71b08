"""What a difference means to those who follow the graph: one event for each independent CI, with counts of the rest."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from cmdb.model import events as kinds
from cmdb.model.types import BY_LABEL
from cmdb.model.vocabulary import Value
from cmdb.reconcile.difference import Difference
from cmdb.reconcile.edges import EdgeKey
from cmdb.reconcile.projection import Node, Projection

MAX_LISTED = 20
MAX_VALUE_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Draft:
    """An event before it has its place. `details`: what changed, bounded and JSON-able; empty where nothing is told.

    `attributes`: [{name, old, new}]; `parts`: {type: {created, changed, ended}}; `relationships`: {verb: {began,
    ended}}; `listed`: some of these by name, [{what, type, title}], and `direction` "in" for a relationship that ends
    here; `left_out`: how many are counted and not listed; `by`: the person who declared it.
    """

    kind: str
    ci: str
    type: str
    title: str
    other: str | None = None
    details: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(slots=True)
class Changes:
    """What changed of one independent CI, collected."""

    attributes: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    parts: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict[str, Counter[str]](Counter))
    relationships: defaultdict[str, Counter[str]] = field(
        default_factory=lambda: defaultdict[str, Counter[str]](Counter)
    )
    listed: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def relate(self, what: str, verb: str, title: str, direction: str = "out") -> None:
        """Count that a relationship began or ended; `title` is that of its other end."""
        self.relationships[verb][what] += 1
        named = {"what": what, "type": verb, "title": title[:MAX_VALUE_CHARACTERS]}
        self.listed.append(named if direction == "out" else named | {"direction": direction})

    def details(self, *, with_names: bool, by: str | None = None) -> dict[str, Any]:
        """As `Draft.details`; a new CI is not told part by part. `by`: the person who said so."""
        found: dict[str, Any] = {}
        if self.attributes:
            found["attributes"] = self.attributes[:MAX_LISTED]
        if self.parts:
            found["parts"] = {name: dict(counts) for name, counts in sorted(self.parts.items())}
        if self.relationships:
            found["relationships"] = {name: dict(counts) for name, counts in sorted(self.relationships.items())}
        if with_names and self.listed:
            found["listed"] = self.listed[:MAX_LISTED]
        total = len(self.attributes) + (len(self.listed) if with_names else 0)
        left_out = total - len(found.get("attributes", ())) - len(found.get("listed", ()))
        return found | ({"left_out": left_out} if left_out else {}) | ({"by": by} if by else {})


def events_of(old: Projection, new: Projection, diff: Difference) -> list[Draft]:
    """The events of a difference, CI by CI. What only was seen again, or known earlier, is none."""
    if diff.is_empty:
        return []
    now_called = {**diff.renamed, **diff.merged}
    inside = _collect(old, new, diff, now_called)
    before = {birth: now_called.get(node.id, node.id) for node in _independent(old.nodes.values())
              for birth in node.births}  # fmt: skip
    drafts: list[Draft] = []
    told: set[str] = set()

    def tell(kind: kinds.EventKind, node: Node, other: str | None = None) -> None:
        found = inside.get(node.id) if node.id not in told else None
        details = found.details(with_names=kind is not kinds.CREATED) if found else {}
        drafts.append(Draft(kind.name, node.id, node.type, node.title, other, details))
        told.add(node.id)

    for node in _independent(diff.created):
        origins = sorted({before[birth] for birth in node.births if birth in before} - {node.id})
        tell(kinds.SPLIT if origins else kinds.CREATED, node, origins[0] if origins else None)
    for kind, moved in ((kinds.RENAMED, diff.renamed), (kinds.MERGED, diff.merged)):
        for former, present in sorted(moved.items()):
            if BY_LABEL[old.nodes[former].type].family and present in new.nodes:
                tell(kind, new.nodes[present], former)
    for node in _independent(diff.ended):
        tell(kinds.ENDED, node)
    for ci in sorted(inside.keys() - told):
        if ci in new.nodes:
            tell(kinds.CHANGED, new.nodes[ci])
    return drafts


def _collect(old: Projection, new: Projection, diff: Difference, now_called: dict[str, str]) -> dict[str, Changes]:
    """What changed by independent CI, under its present id."""
    found: defaultdict[str, Changes] = defaultdict(Changes)
    roots = {node: now_called.get(root, root) for node, root in _roots(old).items()}
    present = _roots(new)

    def root_of(node_id: str) -> str | None:
        return present.get(node_id) or roots.get(node_id)

    earlier = {now_called.get(node_id, node_id): root for node_id, root in roots.items()}
    for what, nodes in (("created", diff.created), ("ended", diff.ended)):
        for node in nodes:
            root = present.get(node.id) or earlier.get(node.id)
            if root is not None and BY_LABEL[node.type].needs_parent:
                found[root].parts[node.type][what] += 1
                found[root].listed.append({"what": what, "type": node.type, "title": node.title})
    for before, node in diff.changed:
        changes = _changes(before, node)
        root = present.get(node.id)
        if not changes or root is None:
            continue
        if root == node.id:
            found[root].attributes += changes
        else:
            found[root].parts[node.type]["changed"] += 1
            names = [change["name"] for change in changes[:MAX_LISTED]]
            found[root].listed.append(
                {"what": "changed", "type": node.type, "title": node.title, "attributes": names}
            )  # fmt: skip
    began = (key for key, _ in diff.created_edges)
    for what, keys, side in (("began", began, new), ("ended", diff.ended_edges, old)):
        for key in keys:
            root = root_of(key.start)
            if root is None or _holds_a_part(key, side):
                continue
            end = side.nodes.get(key.end)
            found[root].relate(what, key.verb, end.title if end else key.end)
    return found


def _roots(projection: Projection) -> dict[str, str]:
    """Every independent or dependent node → the independent CI in which it is."""
    holder: dict[str, str] = {}
    for key in projection.edges:
        if _holds_a_part(key, projection):
            part, whole = _part_and_whole(key, projection)
            holder[part] = whole
    found: dict[str, str] = {}
    for node in projection.nodes.values():
        seen = node.id
        for _ in range(len(BY_LABEL)):
            if seen not in holder:
                break
            seen = holder[seen]
        owner = projection.nodes.get(seen)
        if owner is not None and BY_LABEL[owner.type].family:
            found[node.id] = seen
    return found


def _holds_a_part(key: EdgeKey, projection: Projection) -> bool:
    """Whether the relationship only says where a dependent thing lives."""
    for end, points_down in ((key.start, False), (key.end, True)):
        node = projection.nodes.get(end)
        if node is not None and BY_LABEL[node.type].needs_parent:
            inside = BY_LABEL[node.type].inside
            if inside is not None and inside.verb.name == key.verb and inside.points_down is points_down:
                return True
    return False


def _part_and_whole(key: EdgeKey, projection: Projection) -> tuple[str, str]:
    node = projection.nodes.get(key.start)
    inside = BY_LABEL[node.type].inside if node else None
    is_start = inside is not None and inside.verb.name == key.verb and not inside.points_down
    return (key.start, key.end) if is_start else (key.end, key.start)


def _independent(nodes: Iterable[Node]) -> list[Node]:
    return [node for node in nodes if BY_LABEL[node.type].family]


def _changes(old: Node, new: Node) -> list[dict[str, Any]]:
    """The values that differ, by name, and the type where it does."""
    retyped = [{"name": "type", "old": old.type, "new": new.type}] if old.type != new.type else []
    return retyped + value_changes(old.values, new.values)


def value_changes(old: Mapping[str, Value], new: Mapping[str, Value]) -> list[dict[str, Any]]:
    """The values that differ, by name, as `Draft.details` has them."""
    return [
        {"name": name, "old": _bounded(old.get(name)), "new": _bounded(new.get(name))}
        for name in sorted(set(chain(old, new)))
        if old.get(name) != new.get(name)
    ]


def _bounded(value: Value | None) -> Any:
    """The value, or the beginning of its text where that is long."""
    text = json.dumps(value)
    return value if len(text) <= MAX_VALUE_CHARACTERS else text[:MAX_VALUE_CHARACTERS] + "…"
