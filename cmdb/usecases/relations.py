"""What one CI relates to, told from its side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cmdb.errors import Invalid, NotFound
from cmdb.model.verbs import BY_NAME, VERBS
from cmdb.model.vocabulary import Verb
from cmdb.store.driver import Graph
from cmdb.store.queries import as_of as past_queries
from cmdb.store.queries import relationships as queries
from cmdb.store.queries.inventory import find_ci
from cmdb.store.queries.relationships import FarEnd, Neighbour, Relationship

__all__ = ["BY_TYPE", "Counted", "Direction", "FarEnd", "Neighbour", "Relations", "Relationship", "phrase", "relations"]

Direction = Literal["in", "out"]
BY_TYPE: dict[str, Verb] = {verb.name: verb for verb in VERBS} | {verb.past: verb for verb in VERBS}
"""Verbs by the relationship types of their present and past forms."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many relationships of one verb there are in one direction, and how to say it from this side."""

    verb: str
    direction: Direction
    phrase: str
    count: int


@dataclass(frozen=True, slots=True)
class Relations:
    """A page of relationships of the CI with this id, and the number of all of them by verb and direction."""

    id: str
    counts: list[Counted]
    relationships: list[Relationship]


def relations(
    graph: Graph,
    ci_id: str,
    *,
    limit: int,
    after: tuple[str, str] | None = None,
    direction: Direction | None = None,
    verb: str | None = None,
    past: bool = False,
    as_of: int | None = None,
) -> Relations:
    """The CI's relationships by direction, verb and title; those that have ended where `past` says so.

    `as_of`: those that held at this instant (epoch ms), whether or not they have ended since. `after`: position and tie
    of the last one known. Raises NotFound, and Invalid for a verb nobody declares, or for both `past` and `as_of`.
    """
    if past and as_of is not None:
        raise Invalid("what held at an instant and what has ended are two questions", "past")
    found = find_ci(graph, ci_id)
    if found is None:
        raise NotFound("CI", ci_id)
    if verb is not None and verb not in BY_NAME:
        raise Invalid(f"no verb is called {verb!r}", "verb")
    verbs = VERBS if verb is None else (BY_NAME[verb],)
    directions = [direction] if direction else ["in", "out"]
    own_id = found[0].id
    if as_of is None:
        types = [one.past if past else one.name for one in verbs]
        counts = queries.count_relationships(graph, own_id, types, directions)
        listed = queries.relationships(graph, own_id, types, directions, limit, after)
    else:
        types = [name for one in verbs for name in (one.name, one.past)]
        counts = past_queries.count_relationships_at(graph, own_id, as_of, types, directions)
        listed = past_queries.relationships_at(graph, own_id, as_of, types, directions, limit, after)
    return Relations(
        id=own_id,
        counts=[
            Counted(BY_TYPE[kind].name, "out" if way == "out" else "in", phrase(kind, way), count)
            for way, kind, count in counts
        ],
        relationships=listed,
    )


def phrase(kind: str, direction: str) -> str:
    """A relationship type in words, from the side of its start (`out`) or its end (`in`)."""
    verb = BY_TYPE[kind]
    return verb.about if direction == "out" else verb.inverse
