"""Plain claims out of a document: normalised values, known words only, each refusal named.

What the model does not know is left out with a problem in the receipt; the rest of the document is taken.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import msgspec

from cmdb.errors import Invalid
from cmdb.model import normal
from cmdb.model.sections import SECTION_NAMES
from cmdb.model.types import BY_LABEL, IDENTIFIERS
from cmdb.model.vocabulary import Attribute, CIType, Value
from cmdb.observation.document import Document, Item
from cmdb.observation.document import Value as WireValue
from cmdb.observation.relations import Connection, Link, Refusal, Sight, relations_of

MAX_PARENTS = 5
CLOCK_TOLERANCE_MS = 60_000


class ClaimedItem(msgspec.Struct, frozen=True, gc=False):
    """One thing of the document, in the model's words. `parent` is the key of another item, None for a root."""

    key: str
    type: str
    parent: str | None
    values: dict[str, Value]
    volatile: dict[str, Value]
    identifiers: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Claims:
    """What one document says, in the model's words. `effective_at` is the core's own, see `claims_of`."""

    document_id: str
    scope: str
    source_kind: str
    source_instance: str
    source_version: str
    domain: str
    effective_at: int
    received_at: int
    clock_skew_ms: int | None
    interval_ms: int | None
    booted_at: int | None
    boot_id: str | None
    sections: dict[str, str]
    items: dict[str, ClaimedItem]
    connections: dict[Connection, int]
    """How often each was seen in the samples of this document."""
    sights: dict[Sight, int]
    """Neighbours; the number says how many addresses the same port has learnt, 1 for LLDP and CDP."""
    links: tuple[Link, ...]
    place: tuple[str | None, str | None]
    """The address and MAC that a collector reads from."""
    problems: tuple[tuple[str, str, str], ...]
    refusals: tuple[Refusal, ...]


def scope_key(document: Document) -> str:
    """source.kind | source.instance | scope.kind | domain | scope.key."""
    source, scope = document.source, document.scope
    return "|".join((source.kind, source.instance, scope.kind, scope.domain, scope.key))


def claims_of(document: Document, received_at: int) -> Claims:
    """The document's claims. `received_at` is the server's clock, epoch milliseconds.

    `effective_at` is `received_at` less the document's own age: the edge's clock orders nothing, so one that says
    1970 spoils nothing. A boot began at `effective_at` less the time the edge had been up when it read.

    Raises Invalid where keys repeat or an item lives in something that is not there.
    """
    effective_at = received_at - document.age_ms
    refusals: list[Refusal] = []
    items = _items(document, refusals)
    said = relations_of(document, {key: item.type for key, item in items.items()}, refusals)
    skew = document.observed_at - effective_at
    up_ms = None if document.booted_at is None else document.observed_at - document.booted_at
    return Claims(
        document_id=document.document_id,
        scope=scope_key(document),
        source_kind=document.source.kind,
        source_instance=document.source.instance,
        source_version=document.source.version,
        domain=document.scope.domain,
        effective_at=effective_at,
        received_at=received_at,
        clock_skew_ms=skew if abs(skew) > CLOCK_TOLERANCE_MS and not document.age_uncertain else None,
        interval_ms=document.interval_ms,
        booted_at=effective_at - up_ms if up_ms is not None and up_ms >= 0 else None,
        boot_id=normal.opaque(document.boot_id or ""),
        sections=_sections(document, refusals),
        items=items,
        connections=said.connections,
        sights=said.sights,
        links=tuple(sorted(said.links)),
        place=_place(document),
        problems=tuple((p.section or "", p.kind, p.message) for p in document.problems),
        refusals=tuple(refusals),
    )


def _place(document: Document) -> tuple[str | None, str | None]:
    place = document.observed_from
    if place is None:
        return None, None
    return normal.ip_address(place.address or ""), normal.mac_address(place.mac_address or "")


def content_hash(claims: Claims) -> str:
    """The same for two documents that say the same, whatever always moves and whichever connections were met."""
    said = (
        [(i.key, i.type, i.parent, i.values, i.identifiers) for _, i in sorted(claims.items.items())],
        claims.links, sorted(sight for sight in claims.sights if not sight.is_sampled), claims.place,
        claims.sections, claims.problems, claims.source_version, claims.interval_ms,
    )  # fmt: skip
    return hashlib.blake2b(msgspec.json.encode(said, order="deterministic"), digest_size=16).hexdigest()


def _sections(document: Document, refusals: list[Refusal]) -> dict[str, str]:
    for name in document.sections.keys() - SECTION_NAMES:
        refusals.append(Refusal(f"sections.{name}", "unknown_section", f"no section is called {name!r}"))
    return {name: document.sections.get(name, "not_read") for name in sorted(SECTION_NAMES)}


def _items(document: Document, refusals: list[Refusal]) -> dict[str, ClaimedItem]:
    known: dict[str, ClaimedItem] = {}
    keys: dict[str, int] = {}
    for index, item in enumerate(document.items):
        if item.key in keys:
            raise Invalid(f"the key {item.key!r} stands at items[{keys[item.key]}] too", f"items[{index}].key")
        keys[item.key] = index
        ci_type = BY_LABEL.get(item.type)
        if ci_type is None or ci_type.declared:
            refusals.append(Refusal(f"items[{index}].type", "unknown_type", f"no source may report {item.type!r}"))
            continue
        known[item.key] = _item(item, ci_type, index, refusals)
    for index, item in enumerate(document.items):
        if item.parent is not None and item.parent not in keys:
            raise Invalid(f"{item.key!r} lives in {item.parent!r}, which is not in the document", f"items[{index}].in")
    return _placed(known, keys, refusals)


def _placed(items: dict[str, ClaimedItem], keys: dict[str, int], refusals: list[Refusal]) -> dict[str, ClaimedItem]:
    """The items whose chain of parents leads to a root through types that may hold them; the rest is refused."""
    kept: dict[str, ClaimedItem] = {}
    for key, item in items.items():
        reason = _misplaced(item, items)
        if reason:
            refusals.append(Refusal(f"items[{keys[key]}].in", "misplaced", reason))
        else:
            kept[key] = item
    return kept


def _misplaced(item: ClaimedItem, items: dict[str, ClaimedItem]) -> str | None:
    for _ in range(MAX_PARENTS):
        ci_type = BY_LABEL[item.type]
        for name in ci_type.value_key:
            if name not in item.values:
                return f"{item.key!r} lacks {name!r}, by which a {item.type} is known"
        if item.parent is None:
            return f"a {item.type} lives in something: name it in `in`" if ci_type.needs_parent else None
        parent = items.get(item.parent)
        if parent is None:
            return f"{item.parent!r} was not taken"
        if ci_type.inside is None or parent.type not in ci_type.inside.parents:
            return f"a {item.type} does not live in a {parent.type}"
        item = parent
    return f"parents are nested deeper than {MAX_PARENTS}, or in a ring"


def _item(item: Item, ci_type: CIType, index: int, refusals: list[Refusal]) -> ClaimedItem:
    values: dict[str, Value] = {}
    volatile: dict[str, Value] = {}
    known = ci_type.by_name
    for name, raw in item.attributes.items():
        attribute = known.get(name)
        if attribute is None:
            path = f"items[{index}].attributes.{name}"
            refusals.append(Refusal(path, "unknown_attribute", f"a {ci_type.label} has no attribute {name!r}"))
            continue
        value = canonical(raw, attribute)
        if value is not None:
            (volatile if attribute.volatile else values)[name] = value
        elif raw is not None and not (isinstance(raw, str) and attribute.kind == "text"):
            path = f"items[{index}].attributes.{name}"
            refusals.append(Refusal(path, "wrong_kind", f"{name!r} is {attribute.kind}, not {raw!r:.80}"))
    identifiers = _identifiers(item, ci_type, values, f"items[{index}]", refusals) if item.identifiers else {}
    return ClaimedItem(item.key, ci_type.label, item.parent, values, volatile, identifiers)


def canonical(raw: WireValue, attribute: Attribute) -> Value | None:
    """The canonical value, or None where there is none, it is of the wrong kind or a placeholder."""
    if type(raw) is str and attribute.kind == "text":  # nine in ten, and a match statement tries them slowly
        return attribute.normalise(raw) if attribute.normalise else raw.strip() or None
    match attribute.kind, raw:
        case "texts", list():
            cleaned = {text.strip() for text in raw if text.strip()}
            return sorted(cleaned)
        case "boolean", bool():
            return raw
        case (("integer" | "instant"), int()) if not isinstance(raw, bool):
            return raw
        case "number", int() | float() if not isinstance(raw, bool):
            return float(raw)
        case _:
            return None


def _identifiers(
    item: Item, ci_type: CIType, values: dict[str, Value], where: str, refusals: list[Refusal]
) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    allowed = {identifier.kind for identifier in ci_type.identified_by}
    for kind, raw in item.identifiers.items():
        if kind not in allowed:
            message = f"a {ci_type.label} is not identified by {kind!r}"
            refusals.append(Refusal(f"{where}.identifiers.{kind}", "unknown_identifier", message))
            continue
        listed = [] if raw is None else [raw] if isinstance(raw, str) else raw
        normalised = {value for value in map(IDENTIFIERS[kind].normalise, listed) if value}
        if IDENTIFIERS[kind].per_vendor:
            vendor = str(values.get("vendor", "")).casefold()
            normalised = {f"{vendor}/{serial}" for serial in normalised} if vendor else set()
        if normalised:
            found[kind] = tuple(sorted(normalised))
    return found
