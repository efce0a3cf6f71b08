"""Sessions of people in a browser: one for each sign-in with a token, on the server, ended with its token."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from cmdb.errors import NotAllowed
from cmdb.store.driver import Graph
from cmdb.store.queries import access
from cmdb.usecases.access import Caller, Role, authenticate, caller_of, digest_of

LIFE_MS = 12 * 3_600_000


def create_session(graph: Graph, token: str, now: int) -> str | None:
    """The id of a new session of whoever has this token, to be kept in a cookie; None for an invalid token.

    The graph keeps a digest of it. It is over after `LIFE_MS`. Raises NotAllowed for a token that no person has.
    """
    caller = authenticate(graph, token, now)
    if caller is None:
        return None
    if not caller.may_act_as(Role.READER):
        raise NotAllowed(f"a token of the role {caller.role} is not for people")
    session = secrets.token_urlsafe(32)
    access.start_session(graph, digest_of(session), caller.token_id, now, now + LIFE_MS)
    return session


def session_caller(graph: Graph, session: str, now: int) -> Caller | None:
    """Who is signed in; None where the session is over, or its token no longer valid."""
    found = access.find_session(graph, digest_of(session), now)
    return caller_of(found) if found else None


def end_session(graph: Graph, session: str) -> None:
    """Sign out."""
    access.end_session(graph, digest_of(session))


def csrf_token(session: str) -> str:
    """What every form of this session carries: another site can neither read nor compute it."""
    return hmac.new(session.encode(), b"csrf", hashlib.sha256).hexdigest()


def csrf_matches(session: str, token: str) -> bool:
    """Whether a form came from this session's own page."""
    return hmac.compare_digest(csrf_token(session).encode(), token.encode())
