"""Values that people set: they win over what any source says until they expire, and keep nothing alive."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from cmdb.model.types import BY_LABEL
from cmdb.model.vocabulary import Value
from cmdb.reconcile.projection import Projection, title_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualValue:
    """What a person says one attribute is, of the CI that `anchor` is part of. Instants are epoch ms.

    `anchor`: its senior sighting when it was set, of a dependent thing the senior birth. `births`: all that the CI was
    made of then. `scope`: the node of the scope that has the anchor. `expires_at` None: until somebody withdraws it.
    `ended_as`: how it ended, None while it stands; an expired one may be found standing until someone notices.
    """

    id: str
    anchor: str
    births: tuple[str, ...]
    scope: str
    attribute: str
    value: Value
    reason: str
    set_by: str
    set_at: int
    expires_at: int | None = None
    ended_at: int | None = None
    ended_by: str | None = None
    ended_as: str | None = None

    def holds(self, now: int) -> bool:
        """Whether it counts at `now`."""
        return self.ended_at is None and (self.expires_at is None or now < self.expires_at)


def latest(values: Iterable[ManualValue]) -> dict[str, ManualValue]:
    """Per attribute the value that counts, where a merge brought several together: the one that was set last."""
    return {one.attribute: one for one in sorted(values, key=lambda one: (one.set_at, one.id))}


def override(found: Projection, values: Iterable[ManualValue]) -> None:
    """Let these values stand in the projection, wherever their anchors are now."""
    by_anchor: dict[str, list[ManualValue]] = {}
    for one in values:
        by_anchor.setdefault(one.anchor, []).append(one)
    if not by_anchor:
        return
    for node in list(found.nodes.values()):
        ours = latest(one for birth in node.births & by_anchor.keys() for one in by_anchor[birth])
        ci_type = BY_LABEL[node.type]
        # As another type of its family it may not have the attribute any more.
        said = {name: one.value for name, one in ours.items() if name in ci_type.by_name}
        if said:
            reconciled = node.values | said
            found.nodes[node.id] = replace(node, values=reconciled, title=title_of(ci_type, reconciled))
            found.locked |= {(node.id, name) for name in said}
