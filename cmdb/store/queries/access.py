"""Tokens and sessions: who may call. Only digests of secrets stand in the graph."""

from __future__ import annotations

from typing import LiteralString

from cmdb.store.driver import Graph, Row, Transaction, row, rows

_FIND: LiteralString = """
MATCH (t:Token {digest: $digest})
WHERE t.revoked_at IS NULL AND coalesce(t.expires_at > $now, true)
RETURN t {.*, digest: null} AS token
"""

_USED: LiteralString = "MATCH (t:Token {id: $id}) SET t.last_used_at = $day"

_CREATE: LiteralString = "CREATE (t:Token) SET t = $set"

_LIST: LiteralString = """
MATCH (t:Token)
WHERE $after_at IS NULL OR t.created_at < $after_at OR (t.created_at = $after_at AND t.id > $after_id)
WITH t ORDER BY t.created_at DESC, t.id LIMIT $limit
RETURN t {.*, digest: null} AS token
"""

_REVOKE: LiteralString = """
MATCH (t:Token {id: $id})
SET t.revoked_at = coalesce(t.revoked_at, $now)
RETURN t {.*, digest: null} AS token
"""

_COUNT: LiteralString = """
MATCH (t:Token {role: $role})
WHERE t.revoked_at IS NULL AND coalesce(t.expires_at > $now, true)
RETURN count(t) AS count
"""

_BOUND: LiteralString = """
MATCH (t:Token {agent_id: $agent_id})
WHERE t.revoked_at IS NULL AND coalesce(t.expires_at > $now, true)
RETURN t.id AS id, t.last_used_at AS last_used_at
"""

_START_SESSION: LiteralString = """
MATCH (t:Token {id: $token_id})
CREATE (s:Session {digest: $digest, created_at: $now, expires_at: $expires_at})-[:OF]->(t)
WITH t
OPTIONAL MATCH (old:Session) WHERE old.expires_at <= $now
DETACH DELETE old
"""

_SESSION: LiteralString = """
MATCH (s:Session {digest: $digest})-[:OF]->(t:Token)
WHERE s.expires_at > $now AND t.revoked_at IS NULL AND coalesce(t.expires_at > $now, true)
RETURN t {.*, digest: null} AS token
"""

_END_SESSION: LiteralString = "MATCH (s:Session {digest: $digest}) DETACH DELETE s"


def find_token(graph: Graph, digest: str, now: int) -> Row | None:
    """The valid token with this digest."""
    found = graph.ask(_FIND, digest=digest, now=now)
    return found[0]["token"] if found else None


def mark_used(graph: Graph, token_id: str, day: int) -> None:
    """Note the day a token was used last."""
    graph.tell(_USED, id=token_id, day=day)


def save_token(tx: Transaction, properties: Row) -> None:
    """Store a new token; properties include `digest` and `id`."""
    rows(tx, _CREATE, set=properties)


def list_tokens(graph: Graph, limit: int, after: tuple[int, str] | None) -> list[Row]:
    """Tokens, newest first, after the one with this creation instant and id."""
    after_at, after_id = after or (None, None)
    return [found["token"] for found in graph.ask(_LIST, limit=limit, after_at=after_at, after_id=after_id)]


def revoke_token(graph: Graph, token_id: str, now: int) -> Row | None:
    """The token, invalid from now on; None where there is none with this id."""
    found = graph.tell(_REVOKE, id=token_id, now=now)
    return found[0]["token"] if found else None


def count_valid(graph: Graph, role: str, now: int) -> int:
    """How many valid tokens have this role."""
    return graph.ask(_COUNT, role=role, now=now)[0]["count"]


def lock_token(tx: Transaction, token_id: str, day: int) -> None:
    """Let one writer at a time enrol by this token, which counts as a use of it."""
    rows(tx, _USED, id=token_id, day=day)


def bound_tokens(tx: Transaction, agent_id: str, now: int) -> list[tuple[str, int | None]]:
    """The valid tokens of an agent id: token id, and the day it was last used, None for never."""
    return [(found["id"], found["last_used_at"]) for found in rows(tx, _BOUND, agent_id=agent_id, now=now)]


def revoke_in(tx: Transaction, token_id: str, now: int) -> None:
    """Revoke a token that is there, in a transaction."""
    row(tx, _REVOKE, id=token_id, now=now)


def start_session(graph: Graph, digest: str, token_id: str, now: int, expires_at: int) -> None:
    """Store a session of this token, and forget those that are over."""
    graph.tell(_START_SESSION, digest=digest, token_id=token_id, now=now, expires_at=expires_at)


def find_session(graph: Graph, digest: str, now: int) -> Row | None:
    """The valid token behind a session that is not over."""
    found = graph.ask(_SESSION, digest=digest, now=now)
    return found[0]["token"] if found else None


def end_session(graph: Graph, digest: str) -> None:
    """Forget a session."""
    graph.tell(_END_SESSION, digest=digest)
