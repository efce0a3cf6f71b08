"""Signing in with a token, and out."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import Response

from cmdb.errors import CMDBError
from cmdb.usecases.sessions import create_session, end_session
from cmdb_api.auth import PUBLIC, TheCore, caller_with
from cmdb_api.problems import Unauthenticated
from cmdb_api.web.forms import Form, Refusal
from cmdb_api.web.page import go_to, pages, render
from cmdb_api.web.visitor import ReadingVisitor, forget_session, keep_session, session_of

router = pages()


@router.get("/sign-in", dependencies=[PUBLIC])
def show(request: Request, target: Annotated[str, Query(alias="next")] = "/") -> Response:
    """The form; `next` is the page that was asked for.

    A link on another site brings no cookie of ours (SameSite=Strict) even where there is a session. The first step
    from there is taken once more from this page, where the cookie comes along.
    """
    if request.headers.get("sec-fetch-site") == "cross-site":
        return render(request, "onward.html", {"target": _inside(target)})
    return render(request, "sign_in.html", {"target": _inside(target), "refusal": None})


@router.post("/sign-in", dependencies=[PUBLIC])
def sign_in(request: Request, core: TheCore, form: Form) -> Response:
    """Start a session with a token."""
    target = _inside(form["next"])
    try:
        if not form["token"]:
            raise Unauthenticated("enter your token")
        caller_with(request, core, form["token"])
        session = create_session(core.graph, form["token"], core.now())
        if session is None:
            raise Unauthenticated("this token is unknown, revoked or expired")
    except CMDBError as error:
        refusal = Refusal(error, "token")
        return render(request, "sign_in.html", {"target": target, "refusal": refusal}, refusal.status)
    if before := session_of(request):
        end_session(core.graph, before)
    answer = go_to(target)
    keep_session(request, answer, session)
    return answer


@router.post("/sign-out")
def sign_out(request: Request, core: TheCore, _: ReadingVisitor, __: Form) -> Response:
    """End the session."""
    if session := session_of(request):
        end_session(core.graph, session)
    answer = go_to("/sign-in")
    forget_session(request, answer)
    return answer


def _inside(target: str) -> str:
    """A path on this server; anything else becomes the first page."""
    is_path = target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable()
    return target if is_path else "/"
