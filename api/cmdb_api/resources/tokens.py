"""Tokens: created, listed and revoked by administrators."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import Query
from pydantic import Field

from cmdb.usecases.access import Role, Token, create_token, list_tokens, revoke_token
from cmdb_api.auth import Admin, TheCore
from cmdb_api.instants import GivenInstant, Instant
from cmdb_api.paging import Cursors, PageCursor
from cmdb_api.problems import responses
from cmdb_api.resource import Answer, Given, resource

router = resource("tokens")


class TokenAnswer(Answer):
    """A token without its secret."""

    id: str = Field(examples=["tok_0f3a9c1b2d4e5f60"])
    name: str = Field(examples=["on-call dashboard"])
    role: Role
    domain: str | None = Field(description="Routing domain it is for; null: any.")
    agent_id: str | None = Field(description="The agent it is bound to.")
    created_at: Instant
    created_by: str
    expires_at: Instant | None = Field(description="null: valid until revoked.")
    revoked_at: Instant | None
    last_used_at: Instant | None = Field(description="Start of the day of its last use; null: never used.")


class NewTokenAnswer(Answer):
    """A new token with its secret, shown this once."""

    token: TokenAnswer
    secret: str = Field(examples=["cmdb_…"])


class TokensAnswer(Answer):
    """One page of tokens, newest first."""

    tokens: list[TokenAnswer]
    next_cursor: str | None = Field(description="Ask for the next page with it; null: this is the last.")


class NewToken(Given):
    """A token to create. An enrolment token needs an end within a year."""

    name: str = Field(description="Who has it.", max_length=200, examples=["on-call dashboard"])
    role: Role
    domain: str | None = Field(default=None, max_length=200, pattern=r"^[^\x00-\x1f|#]+$", examples=["default"])
    expires_at: GivenInstant | None = None


@router.post("/tokens", status_code=HTTPStatus.CREATED, response_model=NewTokenAnswer)
def create(core: TheCore, caller: Admin, given: NewToken) -> object:
    """Create a token. Its secret is in this answer and nowhere else."""
    return create_token(
        core.graph, given.name, given.role, core.now(), created_by=caller.name, domain=given.domain,
        expires_at=given.expires_at,
    )  # fmt: skip


@router.get("/tokens", response_model=TokensAnswer)
def list_all(
    core: TheCore,
    _: Admin,
    cursors: Cursors,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor: PageCursor = None,
) -> object:
    """List tokens, newest first, without their secrets."""
    after = cursors.read(cursor, "tokens")
    found = list_tokens(core.graph, limit + 1, (after.value, after.id) if after else None)
    return {
        "tokens": found[:limit],
        "next_cursor": cursors.next(found, limit, "tokens", after, core.now(), lambda one: (one.created_at, one.id)),
    }


@router.delete("/tokens/{token_id}", response_model=TokenAnswer, responses=responses(HTTPStatus.NOT_FOUND))
def revoke(core: TheCore, _: Admin, token_id: str) -> Token:
    """Revoke a token at once, with the sessions that were started by it. It stays listed."""
    return revoke_token(core.graph, token_id, core.now())
