"""Relationships that have ended, and whose they are: they follow the scope that told of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import LiteralString

from cmdb.store.driver import Transaction, rows

# One row after the other: where both ends move, the second row finds what the first one made. What the move itself has
# ended goes on at the CI that it moved to, and did not end.
_FOLLOW: LiteralString = """
UNWIND $rows AS row
MATCH (o:CI {id: row.former}) MATCH (n:CI {id: row.now})
CALL (o, n, row) {
  MATCH (o)-[r]->(x) WHERE r.scope = row.scope AND r.ended_cause = 'identity' AND type(r) STARTS WITH 'WAS_'
  AND EXISTS {
    MATCH (n)-[c]->(x) WHERE 'WAS_' + type(c) = type(r) AND coalesce(c.key, '') = coalesce(r.key, '')
      AND c.valid_from <= r.valid_from
  }
  DELETE r
  RETURN count(*) AS outgoing_going_on
}
CALL (o, n, row) {
  MATCH (x)-[r]->(o) WHERE r.scope = row.scope AND r.ended_cause = 'identity' AND type(r) STARTS WITH 'WAS_'
  AND EXISTS {
    MATCH (x)-[c]->(n) WHERE 'WAS_' + type(c) = type(r) AND coalesce(c.key, '') = coalesce(r.key, '')
      AND c.valid_from <= r.valid_from
  }
  DELETE r
  RETURN count(*) AS incoming_going_on
}
CALL (o, n, row) {
  MATCH (o)-[r]->(x) WHERE r.scope = row.scope AND type(r) STARTS WITH 'WAS_' AND x <> n
  CREATE (n)-[c:$(type(r))]->(x) SET c = properties(r), c.came_from = null
  DELETE r
  RETURN count(*) AS outgoing
}
CALL (o, n, row) {
  MATCH (x)-[r]->(o) WHERE r.scope = row.scope AND type(r) STARTS WITH 'WAS_' AND x <> n
  CREATE (x)-[c:$(type(r))]->(n) SET c = properties(r), c.came_from = null
  DELETE r
  RETURN count(*) AS incoming
}
RETURN count(*) AS followed
"""


def follow(tx: Transaction, moves: Iterable[tuple[str, str, str]]) -> None:
    """Give what these scopes told of the first CI, and is over, to the second: (first, second, scope's node)."""
    data = [{"former": former, "now": now, "scope": scope} for former, now, scope in sorted(moves)]
    if data:
        rows(tx, _FOLLOW, rows=data)
