"""Far ends of connections: who uses them, who could answer at them, and what was derived from them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import LiteralString

from cmdb.model import verbs
from cmdb.reconcile.calls import FarEndState, Listener, Use
from cmdb.reconcile.projection import Edge, EdgeKey
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
CREATE (a)-[w:WAS_USES]->(e) SET w = properties(r), w.valid_to = row.at, w.recorded_at = row.recorded_at
DELETE r
"""

_AT: LiteralString = """
UNWIND $identifiers AS key
MATCH (:Identifier {key: key})<-[:AT]-(e:Endpoint)
RETURN collect(DISTINCT e.key) AS keys
"""

_STATES: LiteralString = """
UNWIND $keys AS key
MATCH (e:Endpoint {key: key})
CALL (e) {
  OPTIONAL MATCH (u:CI)-[r:USES]->(e)
  RETURN collect([u.id, r.valid_from, r.scope, r.last_seen_at, r.samples]) AS uses
}
CALL (e) {
  OPTIONAL MATCH (e)-[:AT]->(:Identifier)<-[:HAS]-(g:Sighting)-[:IS]->(m:CI)<-[:RUNS_ON]-(s:ServiceInstance)
  WHERE any(listens IN s.listens WHERE listens ENDS WITH ':' + toString(e.port))
  RETURN collect([s.id, m.id, s.listens, g.last_seen_at, g.period_ms]) AS listeners
}
CALL (e) {
  OPTIONAL MATCH (a)-[r:CALLS|NEEDS {key: e.key}]->(b)
  OPTIONAL MATCH (b)-[m:ANY_OF {key: e.key}]->(c)
  RETURN collect([type(r), a.id, b.id, r.valid_from, r.scope, r.last_seen_at, r.samples]) AS calls,
         collect(DISTINCT [b.id, c.id, m.valid_from]) AS members
}
RETURN e.key AS key, e.protocol AS protocol, e.address AS address, e.port AS port, uses, listeners, calls, members
"""


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
    """Rows {start, end, at, recorded_at}."""
    rows(tx, _END_USE, rows=data)


def endpoints_at(tx: Transaction, identifiers: Iterable[str]) -> set[str]:
    """The far ends at these addresses' identifier nodes."""
    return set(rows(tx, _AT, identifiers=sorted(identifiers))[0]["keys"])


def far_end_states(tx: Transaction, keys: Iterable[str]) -> list[FarEndState]:
    """Everything that decides who calls whom over these far ends."""
    return [_state(found) for found in rows(tx, _STATES, keys=sorted(keys))]


def _state(found: Row) -> FarEndState:
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
        uses=tuple(Use(one[0], Edge(*one[1:])) for one in found["uses"] if one[0] is not None),
        listeners=tuple(
            Listener(service, machine, tuple(listens), seen, period)
            for service, machine, listens, seen, period in found["listeners"]
            if service is not None
        ),
        derived=derived,
    )
