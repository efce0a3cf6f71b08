"""Far ends of connections: who uses them, who could answer at them, and what was derived from them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import LiteralString

from cmdb.model import verbs
from cmdb.model.types import BY_LABEL
from cmdb.reconcile.calls import FarEndState, Interval, Listener, Use
from cmdb.reconcile.edges import Edge, EdgeKey
from cmdb.reconcile.keys import value_id
from cmdb.store.driver import Row, Transaction, rows

_MERGE: LiteralString = """
UNWIND $rows AS row
MERGE (e:Endpoint {key: row.key})
SET e.domain = row.domain, e.protocol = row.protocol, e.address = row.address, e.port = row.port
WITH e, row
MATCH (i:Identifier {key: row.identifier})
MERGE (e)-[:AT]->(i)
"""

_USE: LiteralString = """
UNWIND $rows AS row
MATCH (a:CI {id: row.start}) MATCH (e:Endpoint {key: row.end})
CREATE (a)-[r:USES]->(e) SET r = row.set
"""

_REFRESH_USE: LiteralString = """
UNWIND $rows AS row
MATCH (a:CI {id: row.start})-[r:USES]->(e:Endpoint {key: row.end})
SET r += row.set
"""

_END_USE: LiteralString = """
UNWIND $rows AS row
MATCH (a:CI {id: row.start})-[r:USES]->(e:Endpoint {key: row.end})
CREATE (a)-[w:WAS_USES]->(e) SET w = properties(r), w += row.set
DELETE r
"""

_AT: LiteralString = """
UNWIND $identifiers AS key
MATCH (:Identifier {key: key})<-[:AT]-(e:Endpoint)
RETURN collect(DISTINCT e.key) AS keys
"""

# Several sources tell of the same loopback end inside one machine: each has a node of its own for it.
_SAME: LiteralString = """
UNWIND $keys AS key
MATCH (e:Endpoint {key: key}) USING INDEX SEEK e:Endpoint(key)
MATCH (e)-[:AT]->(:Identifier)<-[:HAS]-(:Sighting)-[:IS]->(:CI)<-[:IS]-(:Sighting)-[:HAS]->(:Identifier)
      <-[:AT]-(o:Endpoint)
WHERE o.domain STARTS WITH 'local:' AND o.protocol = e.protocol AND o.address = e.address AND o.port = e.port
RETURN e.key AS key, collect(DISTINCT o.key) AS others
"""

# With the intervals in which the service was there, and in which the machine had the address, past ones included.
_LISTENERS: LiteralString = """
CALL (e, row) {
  OPTIONAL MATCH (e)-[:AT]->(:Identifier)<-[:HAS]-(g:Sighting)-[:IS]->(m:CI)<-[:RUNS_ON]-(s:ServiceInstance)
  WHERE any(listens IN s.listens WHERE listens ENDS WITH ':' + toString(e.port))
  WITH s, m, collect([g.last_seen_at, g.period_ms]) AS seen
  WITH s, m, seen, COLLECT {
    MATCH (s)-[r:RUNS_ON|WAS_RUNS_ON]->(m) RETURN [r.valid_from, r.valid_to]
  } AS ran, COLLECT {
    MATCH (:CI {id: row.address_id})<-[r:HAS_ADDRESS|WAS_HAS_ADDRESS]-(i:CI)-[:PART_OF|WAS_PART_OF]->(m)
    RETURN [r.valid_from, r.valid_to]
  } AS reached
  RETURN collect([s.id, m.id, s.listens, seen, ran, reached]) AS listeners
}
"""

_STATES: LiteralString = (
    """
UNWIND $rows AS row
MATCH (e:Endpoint {key: row.key})
CALL (e, row) {
  UNWIND row.same AS same
  MATCH (u:CI)-[r:USES]->(o:Endpoint {key: same})
  RETURN collect([o.key, u.id, r.valid_from, r.scope, r.last_seen_at, r.samples]) AS uses
}
"""
    + _LISTENERS
    + """
CALL (e) {
  OPTIONAL MATCH (a)-[r:CALLS|NEEDS {key: e.key}]->(b)
  OPTIONAL MATCH (b)-[m:ANY_OF {key: e.key}]->(c)
  RETURN collect([type(r), a.id, b.id, r.valid_from, r.scope, r.last_seen_at, r.samples]) AS calls,
         collect(DISTINCT [b.id, c.id, m.valid_from]) AS members
}
RETURN e.key AS key, e.protocol AS protocol, e.address AS address, e.port AS port, uses, listeners, calls, members
"""
)

# Begins at the callers: a far end that everybody uses has as many as there are hosts.
_STATES_OF: LiteralString = (
    """
UNWIND $rows AS row
MATCH (e:Endpoint {key: row.key})
CALL (e, row) {
  OPTIONAL MATCH (o:CI)-[:USES]->(e) WHERE NOT o.id IN row.callers
  RETURN o.id AS other LIMIT 1
}
WITH e, row, other, row.callers + CASE WHEN other IS NULL THEN [] ELSE [other] END AS users
CALL (e, users) {
  UNWIND users AS id
  MATCH (u:CI {id: id})-[r:USES]->(e)
  RETURN collect([e.key, u.id, r.valid_from, r.scope, r.last_seen_at, r.samples]) AS uses
}
CALL (e, users) {
  UNWIND users AS id
  MATCH (a:CI {id: id})-[r:CALLS|NEEDS]->(b:CI) USING INDEX SEEK a:CI(id)
  WHERE r.key = e.key
  RETURN collect([type(r), a.id, b.id, r.valid_from, r.scope, r.last_seen_at, r.samples]) AS calls
}
"""
    + _LISTENERS
    + """
RETURN e.key AS key, e.protocol AS protocol, e.address AS address, e.port AS port, uses, listeners, calls,
       [] AS members, other
"""
)


def merge_endpoints(tx: Transaction, endpoints: Iterable[Row]) -> None:
    """Make far ends; rows {key, domain, protocol, address, port, identifier}, whose identifier node is locked."""
    ordered = sorted(endpoints, key=lambda one: one["key"])
    if ordered:
        rows(tx, _MERGE, rows=ordered)


def use(tx: Transaction, data: list[Row]) -> None:
    """Rows {start, end, set}."""
    rows(tx, _USE, rows=data)


def refresh_uses(tx: Transaction, data: list[Row]) -> None:
    """Rows {start, end, set}."""
    rows(tx, _REFRESH_USE, rows=data)


def end_uses(tx: Transaction, data: list[Row]) -> None:
    """Rows {start, end, set}: `set` says until when, and why."""
    rows(tx, _END_USE, rows=data)


def endpoints_at(tx: Transaction, identifiers: Iterable[str]) -> set[str]:
    """The far ends at these addresses' identifier nodes."""
    return set(rows(tx, _AT, identifiers=sorted(identifiers))[0]["keys"])


def far_end_states(tx: Transaction, keys: Iterable[str]) -> list[FarEndState]:
    """Everything that decides who calls whom over these far ends."""
    wanted = set(keys)
    local = sorted(key for key in wanted if key.startswith("local:"))
    same = {found["key"]: found["others"] for found in rows(tx, _SAME, keys=local)} if local else {}
    wanted |= {other for others in same.values() for other in others}
    groups = {key: {first, *others} for first, others in same.items() for key in (first, *others)}
    asked = [
        {"key": key, "same": sorted(groups.get(key, {key})), "address_id": _address_id(key)} for key in sorted(wanted)
    ]
    return [_state(found) for found in rows(tx, _STATES, rows=asked)]


def states_of(tx: Transaction, callers: Mapping[str, Collection[str]]) -> list[tuple[FarEndState, FarEndState | None]]:
    """Per far end, what decides over these users of it (by its key), and over another one; None: there is no other.

    Groups and their members are left out.
    """
    asked = [
        {"key": key, "callers": sorted(those), "address_id": _address_id(key)} for key, those in sorted(callers.items())
    ]
    return [
        (
            _state(_only(found, lambda user, other=found["other"]: user != other)),
            _state(_only(found, lambda user, other=found["other"]: user == other)) if found["other"] else None,
        )
        for found in rows(tx, _STATES_OF, rows=asked)
    ]


def _address_id(key: str) -> str | None:
    """The id of the far end's address; None where it is a machine's inner one, which it always has."""
    domain, _, address, _ = key.rsplit("|", 3)
    return None if domain.startswith("local:") else value_id(BY_LABEL["IPAddress"], domain, {"address": address})


def _intervals(found: Iterable[Iterable[int | None]]) -> tuple[Interval, ...]:
    """In no order: two can begin at one instant, one ended and one open."""
    return tuple((start or 0, end) for start, end in found)


def _only(found: Row, is_wanted: Callable[[str], bool]) -> Row:
    return {**found, **{name: [one for one in found[name] if is_wanted(one[1])] for name in ("uses", "calls")}}


def _state(found: Row) -> FarEndState:
    first = min(
        (use[0] for use in found["uses"]), default=found["key"]
    )  # one of those that are the same speaks for all
    derived = {
        EdgeKey(verb, start, end, found["key"]): Edge(valid_from, scope, last_seen_at, samples)
        for verb, start, end, valid_from, scope, last_seen_at, samples in found["calls"]
        if start is not None
    }
    for group, member, valid_from in found["members"]:
        if member is not None:
            derived[EdgeKey(verbs.ANY_OF.name, group, member, found["key"])] = Edge(valid_from, "")
    return FarEndState(
        key=found["key"],
        protocol=found["protocol"],
        address=found["address"],
        port=found["port"],
        uses=tuple(Use(service, Edge(*edge)) for _, service, *edge in found["uses"] if first == found["key"]),
        listeners=tuple(
            Listener(service, machine, tuple(listens), at, period, _intervals(ran), _intervals(reached))
            for service, machine, listens, seen, ran, reached in found["listeners"]
            if service is not None
            for at, period in seen
        ),
        derived=derived,
    )
