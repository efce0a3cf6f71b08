"""One CI with everything known about it: values and where each comes from, sightings, state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

from cmdb.errors import NotFound
from cmdb.model.types import BY_LABEL
from cmdb.reconcile.projection import title_of
from cmdb.store.driver import Graph
from cmdb.store.queries.inventory import CI, Place, find_ci
from cmdb.usecases.provenance import (
    Contribution,
    Seen,
    ValueOrigin,
    contributions,
    manual_of,
    origins,
    seen_by,
)

__all__ = ["Shown", "Standing", "show_ci", "standing_of"]


@dataclass(frozen=True, slots=True)
class Standing:
    """A CI and what its scopes say about it; nothing of the latter for what people declare or values identify.

    `root`: the machine it lives in, or itself, where scopes may speak of it.
    """

    ci: CI
    said: list[Contribution]
    root: str | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A CI to be looked at. `id` is its present one, whichever was asked for. Instants are epoch ms.

    `state`: stale where everyone who could see it, or what it lives in, has been silent for too long. `last_seen_at`
    None: nobody sees it. `as_of`: the instant of which this tells, None for the present; of one it may be `absent`, and
    who was silent or seen last is not known.
    """

    id: str
    type: str
    title: str
    state: Literal["active", "stale", "retired", "absent"]
    valid_from: int | None
    valid_to: int | None
    last_seen_at: int | None
    domain: str | None
    place: Place | None
    values: list[ValueOrigin]
    sightings: list[Seen]
    as_of: int | None = None


def show_ci(graph: Graph, ci_id: str, now: int) -> Shown:
    """The CI that has or had this id. Raises NotFound."""
    found = standing_of(graph, ci_id)
    ci, sightings = found.ci, seen_by(found.said, now)
    ci_type, manual = BY_LABEL[ci.type], manual_of(graph, found.said)
    values = origins(ci_type, dict(ci.values), found.said, manual, now)
    return Shown(
        id=ci.id,
        type=ci.type,
        title=title_of(ci_type, {one.name: one.value for one in values}) if found.said else ci.title,
        state=cast('Literal["active", "stale", "retired"]', ci.state),
        valid_from=ci.valid_from,
        valid_to=ci.valid_to,
        last_seen_at=max((one.last_seen_at for one in sightings), default=None),
        domain=ci.domain,
        place=ci.place,
        values=values,
        sightings=sightings,
    )


def standing_of(graph: Graph, ci_id: str) -> Standing:
    """The CI that has or had this id, with what its scopes say about it. Raises NotFound."""
    found = find_ci(graph, ci_id)
    if found is None:
        raise NotFound("CI", ci_id)
    ci, around = found
    own = ((ci.id, ci.type), *around)
    root = next((each for each, label in own if BY_LABEL[label].family is not None), None)
    # A value thing lives in as many machines as have it: its values are what it is known by.
    if root is None or BY_LABEL[ci.type].value_key:
        return Standing(ci, [])
    return Standing(ci, contributions(graph, ci.id, root), root)
