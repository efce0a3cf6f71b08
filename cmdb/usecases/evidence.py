"""A document's independent items as sightings: what the partition decides on."""

from __future__ import annotations

from cmdb.identify.epochs import Reading
from cmdb.identify.rules import KindRule, Origin, Rules, Tier
from cmdb.identify.sighting import TARGET, Address, Identifier, Life, Sighting, SightingKey
from cmdb.model.sources import MINUTE_MS, SOURCE_KINDS
from cmdb.model.types import BY_LABEL, IDENTIFIERS
from cmdb.model.vocabulary import Family
from cmdb.observation.claims import Claims
from cmdb.reconcile.content import Content, ContentItem
from cmdb.reconcile.keys import is_local, scope_node

RULES = Rules({
    kind: KindRule(
        tier=Tier(identifier.tier),
        origin=Origin(identifier.origin),
        contradicts=identifier.contradicts,
        needs_complete=identifier.needs_complete,
        unless_shared=identifier.unless_shared,
        vetoes_image=identifier.vetoes_image,
        void_in_container=identifier.void_in_container,
        yields_to_hardware=identifier.yields_to_hardware,
    )
    for kind, identifier in IDENTIFIERS.items()
})  # fmt: skip

MAX_LIVES = 64


def sightings_of(
    claims: Claims, content: Content, epoch: int, known: dict[SightingKey, Sighting], last_at: int | None
) -> list[Sighting]:
    """The scope's independent items as sightings, with the lives they had before.

    `last_at`: when the scope's document before this one was effective; what it did not list has begun a new life.
    """
    found: list[Sighting] = []
    for item_key, item in sorted(content.items.items()):
        family = BY_LABEL[item.type].family
        if family is None:
            continue
        key = SightingKey(claims.scope, item_key, epoch)
        before = known.get(key)
        name, _, domain = str(item.values.get("fqdn") or item.values.get("name") or "").partition(".")
        found.append(
            Sighting(
                key=key,
                family=str(family),
                source_kind=claims.source_kind,
                is_exclusive=_is_exclusive(claims, item),
                identifiers=_identifiers(claims, key, item),
                lives=_lives(claims, before, last_at, is_root=item.parent is None),
                first_effective_at=before.first_effective_at if before else claims.effective_at,
                period_ms=period_of(claims.source_kind, claims.interval_ms),
                complete_kinds=_complete_kinds(claims),
                name=name.lower() or None,
                name_domain=domain.lower() or None,
                addresses=_addresses(content, item_key, claims.domain),
                in_container=family is Family.CONTAINER and item.parent is None,
                inherited=before.inherited if before else frozenset(),
            )
        )
    return found


def _identifiers(claims: Claims, key: SightingKey, item: ContentItem) -> frozenset[Identifier]:
    found = frozenset(Identifier(kind, value) for kind, values in item.identifiers.items() for value in values)
    is_target = item.parent is None and f"|target|{claims.domain}|" in claims.scope
    return found or (frozenset({Identifier(TARGET, key.text)}) if is_target else found)


def root_of(claims: Claims) -> str | None:
    """The key of the one thing the document is about; None where it lists several of equal standing."""
    roots = [key for key, item in claims.items.items() if item.parent is None and BY_LABEL[item.type].family]
    return roots[0] if len(roots) == 1 else None


def reading_of(claims: Claims, root: str) -> Reading:
    """What this document alone says of which thing stands under its scope's key."""
    item = claims.items[root]
    return Reading(
        identifiers=frozenset(Identifier(k, value) for k, values in item.identifiers.items() for value in values),
        complete_kinds=_complete_kinds(claims),
        in_container=BY_LABEL[item.type].family is Family.CONTAINER,
        booted_at=claims.booted_at,
        boot_id=claims.boot_id,
    )


def _complete_kinds(claims: Claims) -> frozenset[str]:
    return frozenset(kind for kind, known in IDENTIFIERS.items() if claims.sections[known.section] == "read")


def period_of(source_kind: str, interval_ms: int | None) -> int:
    """How often a source reports: what its documents say, else what its kind usually does."""
    kind = SOURCE_KINDS.get(source_kind)
    return interval_ms or (kind.period_ms if kind else 60 * MINUTE_MS)


def _is_exclusive(claims: Claims, item: ContentItem) -> bool:
    """An agent meets its own machine alone; the containers it lists may well have an agent of their own."""
    kind = SOURCE_KINDS.get(claims.source_kind)
    return bool(kind and kind.exclusive) and item.parent is None


def _lives(claims: Claims, before: Sighting | None, last_at: int | None, *, is_root: bool) -> tuple[Life, ...]:
    """For a machine one life for each boot; for what is listed, from its first document to the last without a gap.

    A source without boot ids tells a boot by its time: it came after the last reading.
    """
    now = claims.effective_at
    boot_id = claims.boot_id if is_root else None
    start = claims.booted_at if is_root and claims.booted_at is not None else now
    lives = list(before.lives) if before else []
    was_listed = is_root or last_at is None or before is None or before.last_seen_at >= last_at
    is_new_boot = is_root and boot_id is None and bool(lives) and start > lives[-1].to_at and start < now
    if lives and lives[-1].boot_id == boot_id and was_listed and not is_new_boot:
        lives[-1] = lives[-1]._replace(to_at=max(now, lives[-1].to_at))
    else:
        lives.append(Life(min(start, now), now, boot_id))
    return tuple(lives[-MAX_LIVES:])


def _addresses(content: Content, owner: str, domain: str) -> frozenset[Address]:
    """The addresses of an item's interfaces, without those that mean something inside the machine only."""
    return frozenset(
        Address(domain, str(item.values["address"]))
        for item in content.items.values()
        if item.type == "IPAddress"
        and not is_local(str(item.values["address"]))
        and item.parent is not None
        and (interface := content.items[item.parent]).parent == owner
        and not _is_internal(interface)
    )


def _is_internal(interface: ContentItem) -> bool:
    """Whether an interface is a container bridge: hosts share its addresses without sharing a network."""
    name = str(interface.values.get("name", ""))
    return interface.values.get("kind") == "bridge" and name.startswith(
        ("docker", "br-", "virbr", "cni", "podman", "lxc")
    )


def address_keys(sighting: Sighting) -> frozenset[str]:
    """The identifier nodes of the addresses at which this sighting's machine answers, its inner ones included."""
    local = f"local:{scope_node(sighting.key)}"
    return frozenset({local, *(f"address:{'|'.join(address)}" for address in sighting.addresses)})
