"""What one scope says at present: its documents laid over each other, newest last.

A section that was read replaces what the scope said before; one that was not leaves it alone. Dependent things keep
their birth (the key under which the scope first reported them) through renames, so that their CI stays the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from cmdb.model import verbs
from cmdb.model.types import BY_LABEL, IDENTIFIERS
from cmdb.model.vocabulary import CIType, Value
from cmdb.observation.claims import ClaimedItem, Claims
from cmdb.observation.relations import Connection, Link, Sight
from cmdb.reconcile import sampled
from cmdb.reconcile.matching import match
from cmdb.reconcile.sampled import Seen

HOLD_SHARE = 0.3
HOLD_COUNT = 10
MAX_BIRTHS = 5_000


@dataclass(frozen=True, slots=True)
class ContentItem:
    """One item as the scope says it now.

    `birth`, `born_at`: the key and instant under which the scope first reported it; `since`: present without a gap
    since then; `changed`: per attribute, when its value last changed, where that is later than `since`.
    """

    type: str
    parent: str | None
    values: dict[str, Value]
    identifiers: dict[str, tuple[str, ...]]
    birth: str
    born_at: int
    since: int
    changed: dict[str, int] = field(default_factory=dict[str, int])
    held: bool = False


@dataclass(frozen=True, slots=True)
class Birth:
    """A dependent thing that ended: enough to know it again."""

    type: str
    birth: str
    born_at: int
    ended_at: int
    values: dict[str, Value]


@dataclass(frozen=True, slots=True)
class Content:
    """Everything a scope says now. `read_at` has, per section, when it was last read, wholly or in part."""

    items: dict[str, ContentItem] = field(default_factory=dict[str, ContentItem])
    links: frozenset[Link] = frozenset()
    connections: dict[Connection, Seen] = field(default_factory=dict[Connection, Seen])
    sights: dict[Sight, Seen] = field(default_factory=dict[Sight, Seen])
    read_at: dict[str, int] = field(default_factory=dict[str, int])
    births: tuple[Birth, ...] = ()


@dataclass(frozen=True, slots=True)
class Revision:
    """A value that ended: `item` had it from `valid_from` until some instant between `changed_after` and `valid_to`."""

    item: str
    birth: str
    attribute: str
    value: Value
    valid_from: int
    changed_after: int
    valid_to: int


EMPTY = Content()


def overlay(previous: Content, claims: Claims, last_at: int | None, release_holds: bool) -> Content:
    """The scope's content after one more document. `last_at` is when the document before it was effective.

    A section in which more than `HOLD_SHARE` and at least `HOLD_COUNT` of the keys vanish at once keeps them,
    marked `held`, unless `release_holds`: a broken reader looks exactly like that.
    """
    now = claims.effective_at
    items = _same_keys(previous, claims, now)
    gone = {key: item for key, item in previous.items.items() if key not in items}
    fresh = {key: item for key, item in claims.items.items() if key not in items}
    born, renamed, reborn = _births(previous, gone, fresh, now)
    items |= born
    gone = {key: item for key, item in gone.items() if key not in renamed}
    kept = _kept(previous, claims, gone, release_holds)
    items |= kept
    items = _reachable(items)
    ended = [
        Birth(item.type, item.birth, item.born_at, now, _match_values(item))
        for key, item in previous.items.items()
        if key not in items and key not in renamed and BY_LABEL[item.type].needs_parent
    ]
    births = tuple([birth for birth in previous.births if birth.birth not in reborn] + ended)[-MAX_BIRTHS:]
    links = frozenset(claims.links) | {
        link for link in previous.links if link.start in kept or not _was_read(claims, previous, link)
    }
    read_at = previous.read_at | {name: now for name, state in claims.sections.items() if state != "not_read"}
    return Content(
        items=items,
        links=frozenset(link for link in links if link.start in items and link.end in items),
        connections=sampled.connections(previous.connections, claims, items, renamed, now),
        sights=sampled.sights(previous.sights, claims, items, renamed, now),
        read_at=read_at,
        births=births,
    )


def revisions(previous: Content, current: Content, last_at: int, now: int) -> list[Revision]:
    """The values that ended between two contents of one scope, for things present in both; `endings` has the rest."""
    before = {(item.type, item.birth): item for item in previous.items.values()}
    found: list[Revision] = []
    for key, item in current.items.items():
        old = before.get((item.type, item.birth))
        if old is None or old is item:
            continue
        for name, value in old.values.items():
            if item.values.get(name) != value:
                valid_from = old.changed.get(name, old.since)
                found.append(Revision(key, item.birth, name, value, valid_from, last_at, now))
    return found


def endings(previous: Content, current: Content, last_at: int, now: int) -> list[Revision]:
    """What the scope said last of the things it has no more, by their keys in `previous`; nothing of value things."""
    present = {(item.type, item.birth) for item in current.items.values()}
    return [
        Revision(key, item.birth, name, value, item.changed.get(name, item.since), last_at, now)
        for key, item in previous.items.items()
        if (item.type, item.birth) not in present and not BY_LABEL[item.type].value_key
        for name, value in item.values.items()
    ]


def _same_keys(previous: Content, claims: Claims, now: int) -> dict[str, ContentItem]:
    """The document's items that the scope already had under the same key and type."""
    items: dict[str, ContentItem] = {}
    for key, claimed in claims.items.items():
        old = previous.items.get(key)
        if old is not None and old.type == claimed.type and _same_value_key(old, claimed):
            items[key] = _updated(old, claimed, claims, now)
    return items


def _same_value_key(old: ContentItem, claimed: ClaimedItem) -> bool:
    return all(old.values.get(name) == claimed.values.get(name) for name in BY_LABEL[old.type].value_key)


def _updated(old: ContentItem, claimed: ClaimedItem, claims: Claims, now: int) -> ContentItem:
    """The old item with the values of every section that was read; equal to `old` where nothing differs."""
    ci_type = BY_LABEL[claimed.type]
    values = dict(claimed.values)
    for name, value in old.values.items():
        if name not in values and claims.sections[ci_type.by_name[name].section] != "read":
            values[name] = value
    identifiers = dict(claimed.identifiers)
    for kind, found in old.identifiers.items():
        if claims.sections[IDENTIFIERS[kind].section] != "read":
            identifiers[kind] = tuple(sorted({*found, *identifiers.get(kind, ())}))
    names = {name for name in values.keys() | old.values.keys() if values.get(name) != old.values.get(name)}
    if not names and identifiers == old.identifiers and claimed.parent == old.parent and not old.held:
        return old
    changed = {name: at for name, at in old.changed.items() if name in values} | {
        name: now for name in names if name in values
    }
    return replace(
        old, parent=claimed.parent, values=values, identifiers=identifiers, changed=changed, held=False
    )  # fmt: skip


def _births(
    previous: Content, gone: dict[str, ContentItem], fresh: dict[str, ClaimedItem], now: int
) -> tuple[dict[str, ContentItem], dict[str, str], set[str]]:
    """New items; old key → new key of things that changed it; the births of ended things that came back."""
    items: dict[str, ContentItem] = {}
    renamed: dict[str, str] = {}
    reborn: set[str] = set()
    for ci_type in {claimed.type: BY_LABEL[claimed.type] for claimed in fresh.values()}.values():
        new = {key: claimed for key, claimed in fresh.items() if claimed.type == ci_type.label}
        ended: dict[str, Birth] = {}
        successors: dict[str, str] = {}
        comebacks: dict[str, str] = {}
        if ci_type.needs_parent:
            leaving = {key: item.values for key, item in gone.items() if item.type == ci_type.label}
            successors = match(ci_type, {key: item.values for key, item in new.items()}, leaving)
            ended = {birth.birth: birth for birth in previous.births if birth.type == ci_type.label}
            rest = {key: item.values for key, item in new.items() if key not in successors}
            same_key = {key: key for key in rest if key in ended}
            others = {key: birth.values for key, birth in ended.items() if key not in same_key}
            comebacks = same_key | match(ci_type, {k: v for k, v in rest.items() if k not in same_key}, others)
        present = {item.birth for item in previous.items.values() if item.type == ci_type.label}
        for key, claimed in new.items():
            if key in successors:
                old = gone[successors[key]]
                renamed[successors[key]] = key
                changed = old.changed | {n: now for n, v in claimed.values.items() if old.values.get(n) != v}
                items[key] = replace(
                    old, parent=claimed.parent, values=claimed.values, identifiers=claimed.identifiers, changed=changed
                )
                continue
            birth, born_at = key if key not in present else f"{key}@{now}", now
            if key in comebacks:
                known = ended[comebacks[key]]
                birth, born_at = known.birth, known.born_at
                reborn.add(birth)
            items[key] = ContentItem(
                claimed.type, claimed.parent, claimed.values, claimed.identifiers, birth, born_at, now
            )  # fmt: skip
    return items, renamed, reborn


def _kept(
    previous: Content, claims: Claims, gone: dict[str, ContentItem], release_holds: bool
) -> dict[str, ContentItem]:
    """What the document lacks and yet has not ended: its section was not read wholly, or too much vanished at once."""
    kept: dict[str, ContentItem] = {}
    totals = Counter(BY_LABEL[item.type].section for item in previous.items.values())
    vanished = Counter(BY_LABEL[item.type].section for key, item in gone.items() if key not in claims.items)
    for key, item in gone.items():
        section = BY_LABEL[item.type].section or ""
        if key in claims.items:
            continue
        if claims.sections[section] != "read":
            kept[key] = item
        elif not release_holds and vanished[section] >= HOLD_COUNT and vanished[section] > HOLD_SHARE * totals[section]:
            kept[key] = replace(item, held=True)
        elif item.held and not release_holds:
            kept[key] = item
    return kept


def _reachable(items: dict[str, ContentItem]) -> dict[str, ContentItem]:
    """The items whose parents are still there: what a machine no longer has takes what lived in it along."""
    alive = dict(items)
    while True:
        orphans = [key for key, item in alive.items() if item.parent is not None and item.parent not in alive]
        if not orphans:
            return alive
        for key in orphans:
            del alive[key]


def _was_read(claims: Claims, previous: Content, link: Link) -> bool:
    section = verbs.BY_NAME[link.verb].section or BY_LABEL[previous.items[link.start].type].section
    return claims.sections[section or ""] == "read"


def _match_values(item: ContentItem) -> dict[str, Value]:
    names: set[str] = {name for names in matches_of(BY_LABEL[item.type]) for name in names}
    return {name: value for name, value in item.values.items() if name in names}


def matches_of(ci_type: CIType) -> Iterable[tuple[str, ...]]:
    """The attribute tuples by which a dependent type is recognised within its machine, strongest first."""
    return ci_type.inside.matches if ci_type.inside else ()
