"""What should stand in the graph for one machine, computed from everything its scopes say.

A projection is a function of contents alone, so the graph can be recomputed, and a change is the difference of two
projections. Per section the lead scope decides what exists; the others add values to what they recognise.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain

from cmdb.identify.sighting import SightingKey
from cmdb.model.preferences import rank_of
from cmdb.model.sources import rank_of_kind
from cmdb.model.types import BY_LABEL
from cmdb.model.vocabulary import CIType, Value
from cmdb.observation.relations import Sight
from cmdb.reconcile.content import Content, ContentItem
from cmdb.reconcile.edges import Edge, EdgeKey, Speaker, connected, contained, linked, seen_by
from cmdb.reconcile.keys import birth_id, value_id
from cmdb.reconcile.matching import match
from cmdb.reconcile.precedence import Contender, choose


@dataclass(frozen=True, slots=True)
class Member:
    """One sighting of the machine, with the content of the scope that has it."""

    key: SightingKey
    scope: str
    """The scope's node: one for each epoch of a scope key."""
    domain: str
    source_kind: str
    is_fresh: bool
    content: Content

    @property
    def rank(self) -> int:
        """How far its kind of source is believed; single attributes may differ."""
        return rank_of_kind(self.source_kind)


@dataclass(frozen=True, slots=True)
class Node:
    """A CI as it should stand. `births`: the sightings, or births of a dependent thing, that it is made of."""

    id: str
    type: str
    title: str
    values: dict[str, Value]
    since: int
    domain: str | None = None
    births: frozenset[str] = frozenset()


@dataclass(slots=True)
class Projection:
    """Nodes by id, edges by key. `USES` edges end at an endpoint's key, `SEES` at a neighbour's, all others at a CI."""

    nodes: dict[str, Node] = field(default_factory=dict[str, Node])
    edges: dict[EdgeKey, Edge] = field(default_factory=dict[EdgeKey, Edge])
    ids: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    """(scope node, item key) → CI, for every item that stands."""
    sights: dict[str, Sight] = field(default_factory=dict[str, Sight])
    """A neighbour's key → how it was described."""
    locked: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    """(CI, attribute) of the values that people set, whatever sources say."""

    def update(self, other: Projection) -> None:
        """Take the other's in; what both have is the union of their intervals."""
        self.nodes |= other.nodes
        self.ids |= other.ids
        self.sights |= other.sights
        self.locked |= other.locked
        for key, edge in other.edges.items():
            self.add(key, edge)

    def add(self, key: EdgeKey, edge: Edge) -> None:
        """Take one relationship in, of what is believed more first; twice the same one is both united."""
        known = self.edges.get(key)
        self.edges[key] = edge if known is None else known.united(edge)


Memo = dict[tuple[str, int], Node]
"""Nodes of things that one scope alone claims, by scope node and identity of the item object: what a document left
alone is the same object before and after, and is projected once."""


def project(
    cluster_id: str, members: list[Member], ci_of: Callable[[str, str], str | None], memo: Memo | None = None
) -> Projection:
    """What should stand for one independent CI and all that lives in it.

    `ci_of(scope node, item key)` is the CI of another independent item of a scope, such as the host of a container.
    """
    memo = {} if memo is None else memo
    members = sorted(members, key=lambda member: (member.is_fresh, member.rank, member.scope), reverse=True)
    owned = {member.scope: _owned(member) for member in members}
    found = Projection()
    roots = [(member, member.content.items[member.key.item]) for member in members]
    root_type = max((Contender(item.type, m.scope, m.rank, m.is_fresh, item.since) for m, item in roots),
                    key=lambda contender: contender.order).value  # fmt: skip
    found.nodes[cluster_id] = _node(cluster_id, BY_LABEL[str(root_type)], roots, frozenset(m.key.text for m in members))
    ids = found.ids
    ids |= {(member.scope, member.key.item): cluster_id for member in members}
    for ci_type in BY_LABEL.values():
        if not ci_type.family and not ci_type.declared:
            leads = _leads(ci_type, members)
            if leads:
                _things(found, ci_type, leads, owned, memo)
    # Who is silent does not decide since when something is so: that would change back and forth.
    for member in sorted(members, key=lambda member: (member.rank, member.scope), reverse=True):
        _relate(found, member, owned[member.scope], ids, ci_of)
    return found


def _owned(member: Member) -> dict[str, ContentItem]:
    """The dependent items below this sighting's own, down to the next independent one."""
    items = member.content.items
    owner: dict[str, str | None] = {}
    root = member.key.item if items[member.key.item].parent is None else None

    def owner_of(key: str) -> str | None:
        if key not in owner:
            item = items[key]
            independent = BY_LABEL[item.type].family is not None
            # What lives in nothing (a VLAN) is the scope's root's to tell.
            parent = item.parent if item.parent is not None else root
            owner[key] = key if independent else owner_of(parent) if parent is not None else None
        return owner[key]

    return {key: item for key, item in items.items() if key != member.key.item and owner_of(key) == member.key.item
            and BY_LABEL[item.type].family is None}  # fmt: skip


def _leads(ci_type: CIType, members: list[Member]) -> list[Member]:
    """The members that have read the type's section, the one that decides what exists first."""
    return [member for member in members if (ci_type.section or "") in member.content.read_at]


def _things(
    found: Projection,
    ci_type: CIType,
    leads: list[Member],
    owned: Mapping[str, dict[str, ContentItem]],
    memo: Memo,
) -> None:
    """The nodes of one type; the projection's `ids` learn which item became which CI."""
    lead, *others = leads
    mine = {key: item for key, item in owned[lead.scope].items() if item.type == ci_type.label}
    groups: dict[str, list[tuple[Member, str, ContentItem]]] = {key: [(lead, key, item)] for key, item in mine.items()}
    for other in others:
        theirs = {key: item for key, item in owned[other.scope].items() if item.type == ci_type.label}
        for key, item_key in _recognise(ci_type, mine, theirs).items():
            groups[key].append((other, item_key, theirs[item_key]))
    for key, group in groups.items():
        lone = (lead.scope, id(mine[key])) if len(group) == 1 else None
        if lone and (known := memo.get(lone)):
            found.ids[lead.scope, key] = known.id
            found.nodes[known.id] = known
            continue
        births = frozenset(f"{member.scope}|{item.birth}" for member, _, item in group)
        if ci_type.value_key:
            node_id = value_id(ci_type, lead.domain, group[0][2].values)
            births = frozenset()
        else:
            node_id = birth_id(min((item.born_at, f"{m.scope}|{item.birth}") for m, _, item in group)[1])
        found.ids |= {(member.scope, item_key): node_id for member, item_key, _ in group}
        node = _node(node_id, ci_type, [(member, item) for member, _, item in group], births)
        found.nodes[node_id] = node
        if lone:
            memo[lone] = node


def _recognise(ci_type: CIType, mine: dict[str, ContentItem], theirs: dict[str, ContentItem]) -> dict[str, str]:
    if not ci_type.value_key:
        left, right = ({key: item.values for key, item in side.items()} for side in (mine, theirs))
        return match(ci_type, left, right)

    def value_of(item: ContentItem) -> tuple[object, ...]:
        return tuple(str(item.values[name]) for name in ci_type.value_key)

    index = {value_of(item): key for key, item in theirs.items()}
    return {key: index[value_of(item)] for key, item in mine.items() if value_of(item) in index}


def _node(node_id: str, ci_type: CIType, sources: Iterable[tuple[Member, ContentItem]], births: frozenset[str]) -> Node:
    sources = list(sources)
    values = dict(sources[0][1].values) if len(sources) == 1 else _reconciled(ci_type, sources)
    return Node(
        id=node_id,
        type=ci_type.label,
        title=title_of(ci_type, values),
        values=values,
        since=min(item.since for _, item in sources),
        domain=sources[0][0].domain if ci_type.domain_scoped else None,
        births=births,
    )


def _reconciled(ci_type: CIType, sources: list[tuple[Member, ContentItem]]) -> dict[str, Value]:
    contenders: defaultdict[str, list[Contender]] = defaultdict(list)
    for member, item in sources:
        for name, value in item.values.items():
            since = item.changed.get(name, item.since)
            rank = rank_of(member.source_kind, ci_type.label, name)
            contenders[name].append(Contender(value, member.scope, rank, member.is_fresh, since))
    return {
        name: choose(ci_type.by_name[name], found)[0]
        for name, found in sorted(contenders.items())
        if name in ci_type.by_name
    }


def title_of(ci_type: CIType, values: Mapping[str, Value]) -> str:
    """What people call it; for a value thing all of its naming attributes, else the first that is known."""
    known = [str(values[name]) for name in ci_type.title if name in values]
    if not known:
        return f"unnamed {ci_type.label}"
    return " ".join(known) if ci_type.value_key else known[0]


def _relate(
    found: Projection,
    member: Member,
    owned: dict[str, ContentItem],
    ids: Mapping[tuple[str, str], str],
    ci_of: Callable[[str, str], str | None],
) -> None:
    """What contains what, relations between items, and connections to far ends, of what the projection has."""
    content, mine = member.content, owned.keys() | {member.key.item}

    def standing(key: str) -> str | None:
        return ids.get((member.scope, key)) if key in mine else None

    def anywhere(key: str) -> str | None:
        return ids.get((member.scope, key)) or ci_of(member.scope, key)

    by = Speaker(member.scope, member.domain, standing, anywhere)
    said = contained(by, content, sorted(mine)), linked(by, content, content.links), connected(by, content.connections)
    for one in chain.from_iterable(said):
        found.add(one.key, one.edge)
    for sight, one in seen_by(by, content.sights):
        if not sight.is_sampled or one.key.end not in found.sights:
            found.sights[one.key.end] = sight
        found.add(one.key, one.edge)
