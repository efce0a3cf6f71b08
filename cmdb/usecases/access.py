"""Who may do what: roles, tokens, and the one question every delivery asks, whose token is this?

A token is 256 random bits. The graph keeps its SHA-256 digest: with that much entropy a plain digest cannot be
reversed, and looking it up compares nothing byte by byte.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from cmdb.errors import Invalid, NotFound
from cmdb.store.driver import Graph
from cmdb.store.queries import access

DAY_MS = 86_400_000
MAX_ENROLMENT_MS = 366 * DAY_MS


class Role(StrEnum):
    """What a token is for."""

    ADMIN = "admin"
    CHANGE_MANAGER = "change_manager"
    RESPONDER = "responder"
    READER = "reader"
    COLLECTOR = "collector"
    AGENT = "agent"
    ENROLMENT = "enrolment"


INCLUDES: Mapping[Role, frozenset[Role]] = {
    Role.ADMIN: frozenset(Role),
    Role.CHANGE_MANAGER: frozenset({Role.CHANGE_MANAGER, Role.READER}),
    Role.RESPONDER: frozenset({Role.RESPONDER, Role.READER}),
    Role.READER: frozenset({Role.READER}),
    Role.COLLECTOR: frozenset({Role.COLLECTOR}),
    Role.AGENT: frozenset({Role.AGENT}),
    Role.ENROLMENT: frozenset({Role.ENROLMENT}),
}
"""Each role with every role whose rights it has."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever showed a valid token. `name` is what entries and audits call them."""

    token_id: str
    name: str
    role: Role
    domain: str | None = None
    agent_id: str | None = None

    def may_act_as(self, *roles: Role) -> bool:
        """Whether one of these roles is among the caller's rights."""
        return not INCLUDES[self.role].isdisjoint(roles)


@dataclass(frozen=True, slots=True)
class Token:
    """A token without its secret. Instants are epoch ms; `last_used_at` is the start of that UTC day.

    `domain` None: any routing domain. `agent_id`: the one agent it is bound to. `expires_at` None: until revoked.
    """

    id: str
    name: str
    role: Role
    domain: str | None
    agent_id: str | None
    created_at: int
    created_by: str
    expires_at: int | None
    revoked_at: int | None
    last_used_at: int | None


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token with its secret: the only time anyone sees it."""

    token: Token
    secret: str = field(repr=False)


def digest_of(secret: str) -> str:
    """What the graph keeps of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_secret() -> str:
    """256 random bits, with a prefix by which scanners for leaked secrets can know it."""
    return "cmdb_" + secrets.token_urlsafe(32)


def authenticate(graph: Graph, secret: str, now: int) -> Caller | None:
    """Whose token this is; None for an unknown, revoked or expired one."""
    found = access.find_token(graph, digest_of(secret), now)
    if found is None:
        return None
    day = now - now % DAY_MS
    if found.get("last_used_at") != day:
        access.mark_used(graph, found["id"], day)
    return caller_of(found)


def create_token(
    graph: Graph,
    name: str,
    role: Role,
    now: int,
    *,
    created_by: str,
    domain: str | None = None,
    expires_at: int | None = None,
) -> NewToken:
    """A new token of a role that people hand out; agents get theirs by enrolling.

    An enrolment token needs an end within a year, and a domain for what enrols by it (`default` where none is given).
    Raises Invalid.
    """
    if role is Role.AGENT:
        raise Invalid("an agent gets its token by enrolling: create a token of the role enrolment", "role")
    if not name.strip():
        raise Invalid("a token needs a name that says who has it", "name")
    if expires_at is not None and expires_at <= now:
        raise Invalid("this instant has passed", "expires_at")
    if role is Role.ENROLMENT:
        if expires_at is None or expires_at > now + MAX_ENROLMENT_MS:
            raise Invalid("an enrolment token ends within a year: say when", "expires_at")
        domain = domain or "default"
    made, properties = make_token(name.strip(), role, now, created_by, domain=domain, expires_at=expires_at)
    graph.write(lambda tx: access.save_token(tx, properties))
    return made


def make_token(
    name: str, role: Role, now: int, created_by: str, *, secret: str | None = None, **more: Any
) -> tuple[NewToken, dict[str, Any]]:
    """A token not yet stored, and the properties to store."""
    secret = secret or new_secret()
    properties = {
        "id": f"tok_{secrets.token_hex(8)}", "name": name, "role": str(role), "created_at": now,
        "created_by": created_by, **more,
    }  # fmt: skip
    return NewToken(token_of(properties), secret), {**properties, "digest": digest_of(secret)}


def list_tokens(graph: Graph, limit: int, after: tuple[int, str] | None = None) -> list[Token]:
    """Tokens, newest first, revoked and expired ones too; `after` is (created_at, id) of the last one known."""
    return [token_of(found) for found in access.list_tokens(graph, limit, after)]


def revoke_token(graph: Graph, token_id: str, now: int) -> Token:
    """The token, invalid from now on. Raises NotFound."""
    found = access.revoke_token(graph, token_id, now)
    if found is None:
        raise NotFound("token", token_id)
    return token_of(found)


def caller_of(found: Mapping[str, Any]) -> Caller:
    """The caller behind a stored token."""
    return Caller(found["id"], found["name"], Role(found["role"]), found.get("domain"), found.get("agent_id"))


def token_of(found: Mapping[str, Any]) -> Token:
    """A stored token without its digest."""
    return Token(
        id=found["id"],
        name=found["name"],
        role=Role(found["role"]),
        domain=found.get("domain"),
        agent_id=found.get("agent_id"),
        created_at=found["created_at"],
        created_by=found["created_by"],
        expires_at=found.get("expires_at"),
        revoked_at=found.get("revoked_at"),
        last_used_at=found.get("last_used_at"),
    )
