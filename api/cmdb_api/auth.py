"""Who may call a route: a dependency that checks the token, and stands on the route for a test to find."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from cmdb.bootstrap import Core
from cmdb.errors import NotAllowed
from cmdb.usecases.access import Caller, Role, authenticate
from cmdb_api.failures import Failures
from cmdb_api.problems import TooManyFailures, Unauthenticated

_bearer = HTTPBearer(auto_error=False, scheme_name="token", description="A token, as `cmdb token create` prints it.")


async def core_of(request: Request) -> Core:
    """The core that this app serves."""
    return request.app.state.core


TheCore = Annotated[Core, Depends(core_of)]


class Declaration:
    """What every route must depend on: a word about who may call it."""

    def __init__(self, *roles: Role) -> None:
        """`roles`: none means everyone, without a token."""
        self.roles = frozenset(roles)


class Public(Declaration):
    """Anyone may call."""

    async def __call__(self) -> None:
        """Nothing to check."""


class Allows(Declaration):
    """Whoever has a valid token of one of these roles, or of one that includes it, may call."""

    def __call__(
        self, request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
    ) -> Caller:
        """The caller. Raises Unauthenticated, TooManyFailures and NotAllowed."""
        return self.check(request, credentials.credentials if credentials else None)

    def check(self, request: Request, secret: str | None) -> Caller:
        """The caller with this token."""
        core: Core = request.app.state.core
        if not secret:
            raise Unauthenticated("this needs a token: send it as `Authorization: Bearer …`")
        caller = caller_with(request, core, secret)
        return self.admit(caller)

    def admit(self, caller: Caller) -> Caller:
        """The caller, if one of the roles is theirs; raises NotAllowed."""
        if not caller.may_act_as(*self.roles):
            wanted = " or ".join(sorted(self.roles))
            raise NotAllowed(f"this needs the role {wanted}; the token {caller.name!r} has the role {caller.role}")
        return caller


def caller_with(request: Request, core: Core, secret: str) -> Caller:
    """Whose token this is. Raises Unauthenticated, and TooManyFailures where this client was wrong too often."""
    failures: Failures = request.app.state.failures
    client = request.client.host if request.client else ""
    now = core.now()
    wait = failures.wait_seconds(client, secret, now)
    if wait is not None:
        raise TooManyFailures(wait)
    caller = authenticate(core.graph, secret, now)
    if caller is None:
        failures.failed(client, now)
        raise Unauthenticated("this token is unknown, revoked or expired")
    failures.succeeded(secret)
    return caller


PUBLIC = Depends(Public())

Reader = Annotated[Caller, Depends(Allows(Role.READER))]
Responder = Annotated[Caller, Depends(Allows(Role.RESPONDER))]
ChangeManager = Annotated[Caller, Depends(Allows(Role.CHANGE_MANAGER))]
Admin = Annotated[Caller, Depends(Allows(Role.ADMIN))]
Sender = Annotated[Caller, Depends(Allows(Role.AGENT, Role.COLLECTOR))]
Enroller = Annotated[Caller, Depends(Allows(Role.ENROLMENT, Role.AGENT))]
