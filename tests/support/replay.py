"""What a CMDB without a database makes of documents: their revisions, as drift takes them.

Contents and revisions are the product's own. Identity is the name of the machine, which a simulated estate does not
reuse. A value is known to have changed after the last *whole* reading of its section.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from cmdb.analyse.drift import PRESENCE, Revision, Window
from cmdb.model.types import BY_LABEL
from cmdb.observation.claims import Claims, claims_of
from cmdb.observation.document import decode
from cmdb.reconcile.content import EMPTY, Content, ContentItem
from cmdb.reconcile.overlay import overlay
from cmdb.reconcile.revisions import revisions
from tests.support.hosts import encoded
from tests.support.simulation import ApprovedChange, Delivery


@dataclass
class _Scope:
    content: Content = EMPTY
    effective_at: int | None = None
    version: str = ""
    whole: dict[str, int] = field(default_factory=dict[str, int])
    """By section, when it was last read wholly."""


@dataclass
class Replayed:
    """Everything that was revised, and what each CI runs on or is part of (up to the names of machines).

    `late`: documents older than their scope's newest, which change nothing.
    """

    revisions: list[Revision] = field(default_factory=list[Revision])
    within: dict[str, str] = field(default_factory=dict[str, str])
    late: int = 0


def replay(deliveries: Iterable[Delivery]) -> Replayed:
    """Take documents in, in the order in which they come."""
    scopes: dict[str, _Scope] = defaultdict(_Scope)
    found = Replayed()
    for delivery in deliveries:
        claims = claims_of(decode(encoded(delivery.document)), delivery.received_at)
        scope = scopes[claims.scope]
        if scope.effective_at is not None and claims.effective_at < scope.effective_at:
            found.late += 1
            continue
        content = overlay(scope.content, claims, release_holds=False)
        if not _same_items(scope.content, content):
            found.within |= _within(claims.scope, content)
            if scope.effective_at is not None:
                found.revisions += _revised(claims, scope, content)
        scope.whole |= {name: claims.effective_at for name, state in claims.sections.items() if state == "read"}
        scope.content, scope.effective_at, scope.version = content, claims.effective_at, claims.source_version
    return found


def _same_items(before: Content, after: Content) -> bool:
    """What a document leaves alone stays the same object."""
    if before.items.keys() != after.items.keys():
        return False
    return all(before.items[key] is item for key, item in after.items.items())


def windows_of(changes: Iterable[ApprovedChange]) -> list[Window]:
    """The windows of approved changes."""
    return [
        Window(change=one.id, cis=one.machines, start_at=one.start_at, end_at=one.end_at) for one in changes
    ]  # fmt: skip


def ci_of(scope: str, content: Content, key: str) -> str:
    """The CI of an item: a machine's name; else its birth within its scope."""
    item = content.items[key]
    return str(item.values["name"]) if item.parent is None else f"{scope}|{item.birth}"


def _within(scope: str, content: Content) -> dict[str, str]:
    return {
        ci_of(scope, content, key): ci_of(scope, content, item.parent)
        for key, item in content.items.items()
        if item.parent is not None and not BY_LABEL[item.type].value_key
    }


def _revised(claims: Claims, scope: _Scope, content: Content) -> Iterator[Revision]:
    """Values that changed, dependent things that came or went, and sets of what a CI has.

    What the first whole reading of a section adds to partial ones was there before.
    """
    before, after = scope.content, content
    last_at = scope.effective_at or 0

    def revision(ci: str, ci_type: str, section: str, attribute: str, old: Any, new: Any) -> Revision:
        changed_after = scope.whole.get(section, last_at)
        cause = "world" if scope.version == claims.source_version else "observer"
        return Revision(
            ci=ci, type=ci_type, attribute=attribute, old=old, new=new, changed_after=changed_after,
            seen_at=claims.effective_at, cause=cause, scope=claims.scope,
        )  # fmt: skip

    for one in revisions(before, after, claims.effective_at):
        item = after.items[one.item]
        section = BY_LABEL[item.type].by_name[one.attribute].section
        new = item.values.get(one.attribute)
        yield revision(ci_of(claims.scope, after, one.item), item.type, section, one.attribute, one.value, new)
    old, new = _dependents(before), _dependents(after)
    for birth in old.keys() ^ new.keys():
        content = after if birth in new else before
        key, item = (new if birth in new else old)[birth]
        section = BY_LABEL[item.type].section or ""
        if section not in scope.whole:
            continue
        title = item.values[BY_LABEL[item.type].title[0]]
        ends = (None, title) if birth in new else (title, None)
        yield revision(ci_of(claims.scope, content, key), item.type, section, PRESENCE, *ends)
    had, has = _held(claims.scope, before), _held(claims.scope, after)
    standing = {ci_of(claims.scope, before, key) for key in before.items}
    standing &= {ci_of(claims.scope, after, key) for key in after.items}
    for holder in had.keys() | has.keys():
        ci, ci_type, section, attribute = holder
        if section in scope.whole and ci in standing and had.get(holder) != has.get(holder):
            yield revision(ci, ci_type, section, attribute, had.get(holder), has.get(holder))


def _dependents(content: Content) -> dict[tuple[str, str], tuple[str, ContentItem]]:
    """What is identified inside its machine, with its key, by type and birth."""
    return {
        (item.type, item.birth): (key, item)
        for key, item in content.items.items()
        if BY_LABEL[item.type].needs_parent
    }  # fmt: skip


def _held(scope: str, content: Content) -> dict[tuple[str, str, str, str], list[str]]:
    """The versions of packages and the addresses that each CI has, sorted; by CI, its type, section and which."""
    found: dict[tuple[str, str, str, str], list[str]] = defaultdict(list)
    for item in content.items.values():
        if item.parent is None or item.type not in ("SoftwareRelease", "IPAddress"):
            continue
        values = item.values
        if item.type == "IPAddress":
            which, value = "address", str(values["address"])
        else:
            which, value = f"{values['manager']} {values['name']} {values['architecture']}", str(values["version"])
        section = BY_LABEL[item.type].section or ""
        found[ci_of(scope, content, item.parent), content.items[item.parent].type, section, which].append(value)
    return {key: sorted(values) for key, values in found.items()}
