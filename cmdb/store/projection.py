"""Writing the difference of two projections: in bounded batches, keys sorted, ended things kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import LiteralString, TypeVar

from cmdb.model import verbs
from cmdb.model.types import BY_LABEL
from cmdb.model.vocabulary import Value
from cmdb.reconcile.causes import Ending
from cmdb.reconcile.difference import Difference
from cmdb.reconcile.edges import Edge, EdgeKey
from cmdb.reconcile.projection import Node
from cmdb.reconcile.revisions import Cause
from cmdb.store import statements
from cmdb.store.driver import Row, Transaction, rows
from cmdb.store.intervals import begun, over
from cmdb.store.queries import endpoints, neighbours

T = TypeVar("T")
BATCH = 5_000

_RENAME: LiteralString = """
UNWIND $rows AS row
MATCH (n:CI {id: row.old})
SET n.id = row.new
WITH n, row
OPTIONAL MATCH (former:Alias {id: row.new})
DETACH DELETE former
MERGE (a:Alias {id: row.old})
MERGE (a)-[:NOW]->(n)
"""

# Both had a call or cable to the same third: what it follows from is settled anew, by one relationship.
_ONCE: LiteralString = """
UNWIND $ids AS id
MATCH (t:CI {id: id})-[r:CALLS|NEEDS|ANY_OF|LINKED_TO|ATTACHED_TO]-(x:CI)
WITH t, x, type(r) AS verb, startNode(r) AS start, coalesce(r.key, '') AS key, collect(r) AS same
WITH CASE WHEN verb = 'LINKED_TO' THEN null ELSE start.id END AS side, t, x, verb, key, collect(same) AS all
WITH reduce(every = [], some IN all | every + some) AS same WHERE size(same) > 1
UNWIND same[1..] AS more
DELETE more
"""

# What people and tickets attached, and the past, go along; what the projection owns has been ended before.
# Each relationship notes whose it was, one after the other, so that a split finds what it has to give back.
_MERGE: LiteralString = """
UNWIND $rows AS row
MATCH (o:CI {id: row.old}) MATCH (t:CI {id: row.new})
CALL (o, t, row) {
  MATCH (o)-[r]->(x) WHERE x <> t
  CREATE (t)-[c:$(type(r))]->(x) SET c = properties(r), c.came_from = coalesce(r.came_from, []) + row.old
  RETURN count(*) AS outgoing
}
CALL (o, t, row) {
  MATCH (x)-[r]->(o) WHERE x <> t AND type(r) <> 'IS'
  CREATE (x)-[c:$(type(r))]->(t) SET c = properties(r), c.came_from = coalesce(r.came_from, []) + row.old
  RETURN count(*) AS incoming
}
DETACH DELETE o
MERGE (a:Alias {id: row.old})
MERGE (a)-[:NOW]->(t)
"""

_ALIASES: LiteralString = "UNWIND $ids AS id MATCH (a:Alias {id: id}) RETURN id ORDER BY id"

_GIVE_BACK: LiteralString = """
MATCH (a:Alias {id: $id})-[:NOW]->(t:CI) MATCH (n:CI {id: $id})
CALL (t, n) {
  MATCH (t)-[r]->(x) WHERE $id IN r.came_from
  CREATE (n)-[c:$(type(r))]->(x) SET c = properties(r)
  WITH r, c, [i IN range(0, size(r.came_from) - 1) WHERE r.came_from[i] = $id][0] AS at
  SET c.came_from = CASE at WHEN 0 THEN null ELSE r.came_from[..at] END
  DELETE r
  RETURN count(*) AS outgoing
}
CALL (t, n) {
  MATCH (x)-[r]->(t) WHERE $id IN r.came_from
  CREATE (x)-[c:$(type(r))]->(n) SET c = properties(r)
  WITH r, c, [i IN range(0, size(r.came_from) - 1) WHERE r.came_from[i] = $id][0] AS at
  SET c.came_from = CASE at WHEN 0 THEN null ELSE r.came_from[..at] END
  DELETE r
  RETURN count(*) AS incoming
}
RETURN count(*) AS given
"""

_BORN_AGAIN: LiteralString = "MATCH (a:Alias {id: $id}) DETACH DELETE a"

_END: LiteralString = """
UNWIND $rows AS row
MATCH (n:CI {id: row.id})
SET n.state = 'retired', n.valid_to = row.at
"""

_CLAIM: LiteralString = """
UNWIND $rows AS row
MATCH (n:CI {id: row.ci})
CREATE (n)-[:HAD]->(c:Claim) SET c = row.set
"""

_REPOINT_CLAIMS: LiteralString = """
UNWIND $rows AS row
MATCH (c:Claim {sighting: row.sighting})<-[h:HAD]-(former:CI) WHERE former.id <> row.ci
MATCH (n:CI {id: row.ci})
DELETE h
CREATE (n)-[:HAD]->(c)
"""


def write_nodes_before(tx: Transaction, diff: Difference) -> None:
    """Move ids, create and change CIs: everything the sightings' new pointers need. Relationships were ended before."""
    if diff.renamed:
        rows(tx, _RENAME, rows=[{"old": old, "new": new} for old, new in sorted(diff.renamed.items())])
    upserts: defaultdict[str, list[Row]] = defaultdict(list)
    for node in diff.created:
        upserts[node.type].append(_row(node, {}))
    for old, new in diff.changed:
        if old.type != new.type:
            rows(tx, statements.retype(old.type, new.type), rows=[{"id": new.id}])
        upserts[new.type].append(_row(new, dict.fromkeys(old.values)))
    for label in sorted(upserts):
        write = statements.establish if BY_LABEL[label].value_key else statements.upsert
        for batch in _batches(upserts[label]):
            rows(tx, write(label), rows=batch)
    born = [node.id for node in diff.created if node.births]
    # One after the other: what one gives back may lead to the next.
    for found in rows(tx, _ALIASES, ids=born) if born else ():
        rows(tx, _GIVE_BACK, id=found["id"])
        rows(tx, _BORN_AGAIN, id=found["id"])


def write_edges_after(
    tx: Transaction, diff: Difference, why: Mapping[EdgeKey, Cause], at: int, recorded_at: int
) -> None:
    """Merge what has become one, create and refresh relationships, end what is gone."""
    if diff.merged:
        rows(tx, _MERGE, rows=[{"old": old, "new": new} for old, new in sorted(diff.merged.items())])
        rows(tx, _ONCE, ids=sorted(set(diff.merged.values())))
    create_edges(tx, diff.created_edges, why, recorded_at)
    refresh_edges(tx, diff.changed_edges)
    end_cis(tx, {node.id for node in diff.ended}, at)


def end_cis(tx: Transaction, ids: Iterable[str], at: int) -> None:
    """Retire CIs; what they were, and were related to, stays."""
    if ended := sorted(ids):
        rows(tx, _END, rows=[{"id": ci, "at": at} for ci in ended])


def create_edges(
    tx: Transaction, edges: Iterable[tuple[EdgeKey, Edge]], why: Mapping[EdgeKey, Cause], recorded_at: int
) -> None:
    """Create relationships; `USES` and `SEES` end at a far end or neighbour that must be there."""
    for verb, group in _by_verb(edges).items():
        data = [
            {"start": key.start, "end": key.end,
             "set": _edge(key, edge) | begun(edge.valid_from, recorded_at, why.get(key, "world"))}
            for key, edge in group
        ]  # fmt: skip
        for batch in _batches(data):
            if verb == verbs.USES.name:
                endpoints.use(tx, batch)
            elif verb == verbs.SEES.name:
                neighbours.see(tx, batch)
            else:
                rows(tx, statements.relate(verbs.BY_NAME[verb]), rows=batch)


def refresh_edges(tx: Transaction, edges: Iterable[tuple[EdgeKey, Edge]]) -> None:
    """Set the properties of relationships that stand."""
    for verb, group in _by_verb(edges).items():
        data = [
            {"start": key.start, "end": key.end, "key": key.key,
             "set": {"began_after": edge.began_after} | _edge(key, edge)}
            for key, edge in group
        ]  # fmt: skip
        for batch in _batches(data):
            if verb == verbs.USES.name:
                endpoints.refresh_uses(tx, batch)
            elif verb == verbs.SEES.name:
                neighbours.refresh_sights(tx, batch)
            else:
                rows(tx, statements.refresh(verbs.BY_NAME[verb]), rows=batch)


def end_edges(tx: Transaction, ended: Mapping[EdgeKey, Ending], at: int, recorded_at: int) -> None:
    """Turn relationships into their past form."""
    by_verb: defaultdict[str, list[Row]] = defaultdict(list)
    for key, ending in sorted(ended.items()):
        by_verb[key.verb].append(
            {"start": key.start, "end": key.end, "key": key.key, "set": over(ending, at, recorded_at)}
        )
    for verb in sorted(by_verb):
        for batch in _batches(by_verb[verb]):
            if verb == verbs.USES.name:
                endpoints.end_uses(tx, batch)
            elif verb == verbs.SEES.name:
                neighbours.end_sights(tx, batch)
            else:
                rows(tx, statements.end(verbs.BY_NAME[verb]), rows=batch)


def upsert_group(tx: Transaction, group_id: str, name: str, since: int) -> None:
    """The group behind a virtual address: any one of its members will do."""
    values = {"name": name, "title": name, "k": 1, "mode": "standby"}
    rows(tx, statements.upsert("RedundancyGroup"), rows=[{"id": group_id, "since": since, "set": values}])


def save_claims(tx: Transaction, data: list[Row]) -> None:
    """Keep values that ended; rows {ci, set: {sighting, attribute, value, valid_from, changed_after, valid_to, …}}."""
    for batch in _batches(data):
        rows(tx, _CLAIM, rows=batch)


def repoint_claims(tx: Transaction, owners: Iterable[tuple[str, str]]) -> None:
    """Past values follow the sighting or birth that claimed them: (sighting, CI id) pairs."""
    data = [{"sighting": sighting, "ci": ci} for sighting, ci in sorted(owners)]
    if data:
        rows(tx, _REPOINT_CLAIMS, rows=data)


def _row(node: Node, unset: dict[str, None]) -> Row:
    values: dict[str, Value | None] = {**unset, **node.values}
    return {"id": node.id, "since": node.since, "set": {**values, "title": node.title, "domain": node.domain}}


def _edge(key: EdgeKey, edge: Edge) -> Row:
    found = {
        "valid_from": edge.valid_from, "scope": edge.scope or None, "last_seen_at": edge.last_seen_at,
        "samples": edge.samples, "began_after": edge.began_after, "key": key.key or None,
    }  # fmt: skip
    return {name: value for name, value in found.items() if value is not None}


def _by_verb(edges: Iterable[tuple[EdgeKey, Edge]]) -> dict[str, list[tuple[EdgeKey, Edge]]]:
    groups: defaultdict[str, list[tuple[EdgeKey, Edge]]] = defaultdict(list)
    for key, edge in edges:
        groups[key.verb].append((key, edge))
    return {verb: groups[verb] for verb in sorted(groups)}


def _batches(data: Sequence[T]) -> Iterator[list[T]]:
    for start in range(0, len(data), BATCH):
        yield list(data[start : start + BATCH])
