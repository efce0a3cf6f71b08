"""What a CI relates to, now and before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, LiteralString

from cmdb.store.driver import Graph, Row

_EVERY: LiteralString = """
MATCH (n:CI {id: $id})
CALL (n) {
  MATCH (n)-[r]->(m) WHERE 'out' IN $directions AND type(r) IN $types RETURN 'out' AS direction, r, m
  UNION ALL
  MATCH (n)<-[r]-(m) WHERE 'in' IN $directions AND type(r) IN $types RETURN 'in' AS direction, r, m
}
WITH direction, r, m
"""

_PAGE: LiteralString = (
    _EVERY
    + """,
     direction + ' ' + type(r) + ' ' + coalesce(m.title, m.key, '') AS position,
     coalesce(m.id, m.key) + ' ' + coalesce(r.key, '') + ' ' + toString(coalesce(r.valid_from, 0)) AS tie
WHERE position > $after_position OR (position = $after_position AND tie > $after_tie)
WITH * ORDER BY position, tie LIMIT $limit
RETURN collect(direction) AS directions, collect(type(r)) AS types, collect(properties(r)) AS relationships,
       collect([m.id, m.type, m.title, m.state]) AS cis,
       collect([m.address, m.protocol, m.port, m.chassis_id, m.name]) AS far_ends,
       collect(position) AS positions, collect(tie) AS ties
"""
)

_COUNTS: LiteralString = _EVERY + "RETURN direction, type(r) AS type, count(*) AS count ORDER BY direction, type"


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A CI at the other end."""

    id: str
    type: str
    title: str
    state: str


@dataclass(frozen=True, slots=True)
class FarEnd:
    """What is no CI at the other end: an address and port, or a neighbour known by its chassis id."""

    address: str | None
    protocol: str | None = None
    port: int | None = None
    chassis_id: str | None = None
    name: str | None = None

    @property
    def title(self) -> str:
        """What people call it."""
        if self.port is not None:
            return f"{self.protocol} {self.address}:{self.port}"
        return self.name or self.address or str(self.chassis_id)


@dataclass(frozen=True, slots=True)
class Relationship:
    """One relationship as the CI sees it: `out` starts at it. Either `ci` or `far_end` is None. Instants in epoch ms.

    `type` is the verb's name, or that of its past form; `position` and `tie` are where it stands in the order.
    """

    direction: str
    type: str
    ci: Neighbour | None
    far_end: FarEnd | None
    valid_from: int | None
    valid_to: int | None
    last_seen_at: int | None
    samples: int | None
    strength: str | None
    scope: str | None
    position: str
    tie: str


def relationships(
    graph: Graph,
    ci_id: str,
    types: Sequence[str],
    directions: Sequence[str],
    limit: int,
    after: tuple[str, str] | None,
) -> list[Relationship]:
    """Relationships of these types, by direction, type and the title of the other end."""
    after_position, after_tie = after or ("", "")
    columns = graph.ask(
        _PAGE, id=ci_id, types=types, directions=directions, limit=limit, after_position=after_position,
        after_tie=after_tie,
    )[0]  # fmt: skip
    return relationships_in(columns)


def count_relationships(
    graph: Graph, ci_id: str, types: Sequence[str], directions: Sequence[str]
) -> list[tuple[str, str, int]]:
    """How many there are, by direction and type."""
    found = graph.ask(_COUNTS, id=ci_id, types=types, directions=directions)
    return [(one["direction"], one["type"], one["count"]) for one in found]


def relationships_in(columns: Row) -> list[Relationship]:
    """The relationships of a page that was read as columns."""
    names = ("directions", "types", "relationships", "cis", "far_ends", "positions", "ties")
    return [_relationship(*one) for one in zip(*(columns[name] for name in names), strict=True)]


def _relationship(
    direction: str, kind: str, carried: Row, ci: list[Any], far_end: list[Any], position: str, tie: str
) -> Relationship:
    return Relationship(
        direction=direction,
        type=kind,
        ci=Neighbour(*ci) if ci[0] is not None else None,
        far_end=FarEnd(*far_end) if ci[0] is None else None,
        valid_from=carried.get("valid_from"),
        valid_to=carried.get("valid_to"),
        last_seen_at=carried.get("last_seen_at"),
        samples=carried.get("samples"),
        strength=carried.get("strength"),
        scope=carried.get("scope"),
        position=position,
        tie=tie,
    )
