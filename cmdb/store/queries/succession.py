"""Machines that took the place of others, and what people attached to a place following them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import LiteralString, NamedTuple

from cmdb.identify.succession import Succession, Tenure
from cmdb.store.driver import Transaction, rows
from cmdb.store.queries.sightings import sighting_of

_PLACES: LiteralString = """
UNWIND $cis AS id
MATCH (:CI {id: id})-[r:REPLACES]-()
RETURN DISTINCT r.base AS base, r.item AS item
"""

_TENURES: LiteralString = """
MATCH (:Scope {base: $base})-[:SAW]->(g:Sighting {item: $item})-[:IS]->(c:CI)
CALL (c) {
  MATCH (c)<-[:IS]-(m:Sighting)
  RETURN min(m.first_effective_at) AS first_at, max(m.last_seen_at) AS last_at
}
RETURN properties(g) AS sighting, c.id AS ci, first_at, last_at
"""

_STANDING: LiteralString = """
UNWIND $cis AS id
MATCH (:CI {id: id})-[r:REPLACES {base: $base, item: $item}]-()
WITH DISTINCT r
RETURN startNode(r).id AS new, endNode(r).id AS old, r.token AS token, r.valid_from AS since
"""

_REPLACE: LiteralString = """
MATCH (n:CI {id: $new}) MATCH (o:CI {id: $old})
CREATE (n)-[:REPLACES {valid_from: $since, proposed: true, base: $base, item: $item, token: $token,
  began_cause: 'identity'}]->(o)
"""

_END: LiteralString = """
MATCH (n:CI {id: $new})-[r:REPLACES {token: $token}]->(o:CI {id: $old})
CREATE (n)-[w:WAS_REPLACES]->(o)
SET w = properties(r), w.valid_to = $at, w.recorded_at = $recorded_at, w.ended_cause = 'identity'
DELETE r
"""

# Should it come back, it is not where it was: its next document has to be looked at, though it says nothing new.
_WATCH: LiteralString = "MATCH (:CI {id: $old})<-[:IS]-(g:Sighting) SET g.superseded = true"

# The past form remembers by whom it was handed over, so that it can be given back.
_HAND_OVER: LiteralString = """
MATCH (o:CI {id: $old}) MATCH (n:CI {id: $new})
CALL (o, n) {
  MATCH (o)-[r]->(x:CI) WHERE r.scope = 'person' AND NOT type(r) STARTS WITH 'WAS_' AND x <> n
  CREATE (o)-[w:$('WAS_' + type(r))]->(x)
  SET w = properties(r), w.valid_to = $at, w.recorded_at = $recorded_at, w.ended_cause = 'identity',
      w.handed_over = $token
  WITH n, x, r, type(r) AS verb, properties(r) AS carried
  DELETE r
  WITH n, x, verb, carried WHERE NOT EXISTS { MATCH (n)-[s]->(x) WHERE type(s) = verb }
  CREATE (n)-[c:$(verb)]->(x) SET c = carried, c.valid_from = $at, c.began_cause = 'identity', c.inherited_from = $old
  RETURN count(*) AS outgoing
}
CALL (o, n) {
  MATCH (x)-[r]->(o) WHERE x <> n AND NOT type(r) STARTS WITH 'WAS_' AND (r.scope = 'person' OR type(r) = 'AFFECTS'
    AND (x.kind = 'incident' AND x.state IN $incident_states OR x.kind = 'change' AND x.state IN $change_states))
  CREATE (x)-[w:$('WAS_' + type(r))]->(o)
  SET w = properties(r), w.valid_to = $at, w.recorded_at = $recorded_at, w.ended_cause = 'identity',
      w.handed_over = $token
  WITH n, x, r, type(r) AS verb, properties(r) AS carried
  DELETE r
  WITH n, x, verb, carried WHERE NOT EXISTS { MATCH (x)-[s]->(n) WHERE type(s) = verb }
  CREATE (x)-[c:$(verb)]->(n) SET c = carried, c.valid_from = $at, c.began_cause = 'identity', c.inherited_from = $old
  RETURN count(*) AS incoming
}
RETURN outgoing + incoming AS count
"""

# What a person has ended since stays ended.
_GIVE_BACK: LiteralString = """
MATCH (o:CI {id: $old}) MATCH (n:CI {id: $new})
CALL (o, n) {
  MATCH (o)-[w {handed_over: $token}]->(x) MATCH (n)-[r]->(x) WHERE 'WAS_' + type(r) = type(w)
  WITH o, n, x, w, r, type(r) AS verb
  CREATE (o)-[b:$(verb)]->(x) SET b = properties(w) REMOVE b.valid_to, b.recorded_at, b.ended_cause, b.handed_over
  DELETE w
  WITH n, x, r, verb WHERE r.inherited_from IS NOT NULL
  CREATE (n)-[p:$('WAS_' + verb)]->(x) SET p = properties(r), p.valid_to = $at, p.recorded_at = $recorded_at,
      p.ended_cause = 'identity'
  DELETE r
  RETURN count(*) AS outgoing
}
CALL (o, n) {
  MATCH (x)-[w {handed_over: $token}]->(o) MATCH (x)-[r]->(n) WHERE 'WAS_' + type(r) = type(w)
  WITH o, n, x, w, r, type(r) AS verb
  CREATE (x)-[b:$(verb)]->(o) SET b = properties(w) REMOVE b.valid_to, b.recorded_at, b.ended_cause, b.handed_over
  DELETE w
  WITH n, x, r, verb WHERE r.inherited_from IS NOT NULL
  CREATE (x)-[p:$('WAS_' + verb)]->(n) SET p = properties(r), p.valid_to = $at, p.recorded_at = $recorded_at,
      p.ended_cause = 'identity'
  DELETE r
  RETURN count(*) AS incoming
}
RETURN outgoing + incoming AS count
"""


class Place(NamedTuple):
    """A key under which things stand in turn: a scope's, and the item's inside its documents."""

    base: str
    item: str


class Replacement(NamedTuple):
    """A REPLACES relationship: the CIs at its ends, the sighting that founds it, since when (epoch ms)."""

    new: str
    old: str
    token: str
    since: int

    @classmethod
    def of(cls, found: Succession) -> Replacement:
        """What a succession means for the graph."""
        return cls(found.successor.ci, found.predecessor.ci, found.successor.sighting.key.text, found.since_at)


def places_of(tx: Transaction, cis: Iterable[str]) -> set[Place]:
    """The places of whose occupants any of these CIs is one that was replaced, or that replaced another."""
    return {Place(one["base"], one["item"]) for one in rows(tx, _PLACES, cis=sorted(cis))}


def tenures(tx: Transaction, place: Place) -> list[Tenure]:
    """Everything that ever stood at a place and is a CI."""
    found = rows(tx, _TENURES, base=place.base, item=place.item)
    return [Tenure(sighting_of(one["sighting"]), one["ci"], one["first_at"], one["last_at"]) for one in found]


def standing(tx: Transaction, place: Place, cis: Collection[str]) -> set[Replacement]:
    """The replacements at a place that the graph holds, at either end one of these CIs."""
    found = rows(tx, _STANDING, base=place.base, item=place.item, cis=sorted(cis))
    return {Replacement(one["new"], one["old"], one["token"], one["since"]) for one in found}


def begin(
    tx: Transaction, place: Place, one: Replacement, incident_states: Sequence[str], change_states: Sequence[str],
    at: int, recorded_at: int,
) -> None:  # fmt: skip
    """Write a replacement as a proposal; what people declared, and tickets in these states, follow the successor.

    Each that follows says in `inherited_from` whom it was declared of, and stays with the former in its past form.
    """
    ends = {"new": one.new, "old": one.old, "token": one.token}
    rows(tx, _REPLACE, since=one.since, base=place.base, item=place.item, **ends)
    rows(
        tx, _HAND_OVER, at=at, recorded_at=recorded_at, incident_states=incident_states, change_states=change_states,
        **ends,
    )  # fmt: skip


def end(tx: Transaction, one: Replacement, at: int, recorded_at: int) -> None:
    """End a replacement: it was none. What followed goes back and is as it was before."""
    ends = {"new": one.new, "old": one.old, "token": one.token}
    rows(tx, _GIVE_BACK, at=at, recorded_at=recorded_at, **ends)
    rows(tx, _END, at=at, recorded_at=recorded_at, **ends)


def watch(tx: Transaction, one: Replacement) -> None:
    """Make every document of what was replaced be looked at, even one that says nothing new."""
    rows(tx, _WATCH, old=one.old)
