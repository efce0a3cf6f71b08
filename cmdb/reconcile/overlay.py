"""One more document laid over what its scope said before.

A section that was read replaces what the scope said before; one that was not leaves it alone. Dependent things keep
their birth (the key under which the scope first reported them) through renames, so that their CI stays the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping
from dataclasses import replace

from cmdb.model.sections import TOPOLOGY
from cmdb.model.types import BY_LABEL, IDENTIFIERS
from cmdb.model.vocabulary import CIType, Value
from cmdb.observation.claims import ClaimedItem, Claims
from cmdb.observation.relations import Link
from cmdb.reconcile import sampled
from cmdb.reconcile.content import (
    Beginning,
    Birth,
    Content,
    ContentItem,
    Reading,
    place_in,
    section_of,
    surely_there,
)
from cmdb.reconcile.matching import match

HOLD_SHARE = 0.3
HOLD_COUNT = 10
MAX_BIRTHS = 5_000


def overlay(previous: Content, claims: Claims, release_holds: bool) -> Content:
    """The scope's content after one more document.

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
    items = _moved(previous, _reachable(items), now)
    ended = [
        Birth(item.type, item.birth, item.born_at, now, _match_values(item))
        for key, item in previous.items.items()
        if key not in items and key not in renamed and BY_LABEL[item.type].needs_parent
    ]
    births = tuple([birth for birth in previous.births if birth.birth not in reborn] + ended)[-MAX_BIRTHS:]
    read_at = previous.read_at | {name: now for name, state in claims.sections.items() if state != "not_read"}
    whole = {name: Reading(now, claims.source_version) for name, state in claims.sections.items() if state == "read"}
    return Content(
        items=items,
        links=_links(previous, claims, items, kept, renamed),
        connections=sampled.connections(previous.connections, claims, items, renamed, now),
        sights=sampled.sights(previous.sights, claims, items, renamed, now, previous.last_whole(TOPOLOGY)),
        read_at=read_at,
        births=births,
        whole=previous.whole | whole,
        version=claims.source_version,
    )


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
        old, parent=claimed.parent, values=values, identifiers=identifiers, changed=changed, held_after=None
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
                claimed.type, claimed.parent, claimed.values, claimed.identifiers, birth, born_at, now,
                absent_at=previous.last_whole(ci_type.section),
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
            kept[key] = item if item.held else replace(item, held_after=surely_there(previous, section, item.since))
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


def _moved(previous: Content, items: dict[str, ContentItem], now: int) -> dict[str, ContentItem]:
    """The items, with when they came where they live for those that have changed their parent."""
    changed = {key: item for key, item in items.items() if item.since < now and previous.items.get(key) is not item}
    if not changed:
        return items
    former = {(item.type, item.birth): item for item in previous.items.values()}
    moved: dict[str, ContentItem] = {}
    for key, item in changed.items():
        if place_in(item, items) != previous.place(former[item.type, item.birth]):
            moved[key] = replace(item, placed=Beginning(now, previous.last_whole(BY_LABEL[item.type].section)))
    return items | moved


def _links(
    previous: Content,
    claims: Claims,
    items: Mapping[str, ContentItem],
    kept: Container[str],
    renamed: Mapping[str, str],
) -> dict[Link, Beginning]:
    """Relations between items after one more document; those of things that changed their keys go on."""
    found: dict[Link, Beginning] = {}
    known: dict[Link, Beginning] = {}
    for link, beginning in previous.links.items():
        known[link._replace(start=renamed.get(link.start, link.start), end=renamed.get(link.end, link.end))] = beginning
        section = section_of(link, previous.items[link.start].type)
        if link.start in kept or claims.sections[section or ""] != "read":
            found[link] = beginning
    for link in claims.links:
        if link not in known and link.start in items:
            after = previous.last_whole(section_of(link, items[link.start].type))
            known[link] = Beginning(claims.effective_at, after)
        if link in known:
            found[link] = known[link]
    return {link: at for link, at in found.items() if link.start in items and link.end in items}


def _match_values(item: ContentItem) -> dict[str, Value]:
    names: set[str] = {name for names in matches_of(BY_LABEL[item.type]) for name in names}
    return {name: value for name, value in item.values.items() if name in names}


def matches_of(ci_type: CIType) -> Iterable[tuple[str, ...]]:
    """The attribute tuples by which a dependent type is recognised within its machine, strongest first."""
    return ci_type.inside.matches if ci_type.inside else ()
