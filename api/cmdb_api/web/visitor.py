"""Who looks at a page: a session's cookie, checked where a route says which roles may come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from cmdb.bootstrap import Core
from cmdb.usecases.access import Caller, Role
from cmdb.usecases.sessions import LIFE_MS, csrf_token, session_caller
from cmdb_api.auth import Allows, Declaration, caller_with
from cmdb_api.problems import Unauthenticated

_bearer = HTTPBearer(auto_error=False, scheme_name="token")


@dataclass(frozen=True, slots=True)
class Visitor:
    """A caller with a browser. `csrf`: what this session's forms carry, empty for a caller who shows a token."""

    caller: Caller
    csrf: str

    @property
    def name(self) -> str:
        """What entries call the visitor."""
        return self.caller.name

    @property
    def role(self) -> str:
        """The visitor's role in words."""
        return self.caller.role.replace("_", " ")

    @property
    def is_responder(self) -> bool:
        """Whether incidents may be opened and moved."""
        return self.caller.may_act_as(Role.RESPONDER)

    @property
    def is_editor(self) -> bool:
        """Whether changes may be planned, and services, teams and dependencies declared."""
        return self.caller.may_act_as(Role.RESPONDER, Role.CHANGE_MANAGER)

    @property
    def is_change_manager(self) -> bool:
        """Whether changes may be decided."""
        return self.caller.may_act_as(Role.CHANGE_MANAGER)

    @property
    def is_admin(self) -> bool:
        """Whether what was held back may be released."""
        return self.caller.may_act_as(Role.ADMIN)


class Visitors(Declaration):
    """People with one of these roles may come: signed in, or showing a token as a client of the API would."""

    def __init__(self, *roles: Role) -> None:
        super().__init__(*roles)
        self._allows = Allows(*roles)

    def __call__(
        self, request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
    ) -> Visitor:
        """The visitor, also in `request.state`. Raises Unauthenticated, TooManyFailures and NotAllowed."""
        core: Core = request.app.state.core
        session = session_of(request)
        if credentials is not None:
            visitor = Visitor(caller_with(request, core, credentials.credentials), "")
        elif session and (caller := session_caller(core.graph, session, core.now())):
            visitor = Visitor(caller, csrf_token(session))
        else:
            raise Unauthenticated("sign in first")
        request.state.visitor = visitor
        self._allows.admit(visitor.caller)
        return visitor


ReadingVisitor = Annotated[Visitor, Depends(Visitors(Role.READER))]
RespondingVisitor = Annotated[Visitor, Depends(Visitors(Role.RESPONDER))]
ManagingVisitor = Annotated[Visitor, Depends(Visitors(Role.CHANGE_MANAGER))]
EditingVisitor = Annotated[Visitor, Depends(Visitors(Role.RESPONDER, Role.CHANGE_MANAGER))]
AdminVisitor = Annotated[Visitor, Depends(Visitors(Role.ADMIN))]


def session_of(request: Request) -> str | None:
    """The session that the browser's cookie names; None without one."""
    return request.cookies.get(_cookie(request))


def keep_session(request: Request, response: Response, session: str) -> None:
    """Let the browser keep the session: out of reach of scripts, and sent by no other site."""
    response.set_cookie(
        _cookie(request), session, max_age=LIFE_MS // 1000, path="/", secure=_is_secure(request), httponly=True,
        samesite="strict",
    )  # fmt: skip


def forget_session(request: Request, response: Response) -> None:
    """Take the cookie back."""
    response.delete_cookie(_cookie(request), path="/", secure=_is_secure(request), httponly=True, samesite="strict")


def _cookie(request: Request) -> str:
    """With TLS no neighbour under the same domain can set it (RFC 6265bis, 4.1.3.2)."""
    return "__Host-cmdb_session" if _is_secure(request) else "cmdb_session"


def _is_secure(request: Request) -> bool:
    return request.url.scheme == "https"
