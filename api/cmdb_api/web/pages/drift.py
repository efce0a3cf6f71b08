"""Drift: what nobody had approved, what people say about it, and what is set aside as noise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Request
from fastapi.responses import Response

from cmdb.bootstrap import Core
from cmdb.errors import Invalid
from cmdb.model.types import BY_LABEL
from cmdb.practices.drift import ABOUT, LIFECYCLE
from cmdb.usecases.drift import DAY_MS, drift_between
from cmdb.usecases.drift_findings import (
    Wanted,
    accept_finding,
    comment_finding,
    count_findings,
    list_findings,
    read_finding,
    reject_finding,
)
from cmdb.usecases.drift_rules import end_rule, list_rules, make_rule
from cmdb.usecases.drift_words import attribute_words, value_words
from cmdb.usecases.retrospective import record_change
from cmdb_api.auth import TheCore
from cmdb_api.web import formats
from cmdb_api.web.forms import REFUSALS, Form, Refusal
from cmdb_api.web.page import go_to, pages, render
from cmdb_api.web.tickets import ROWS, number_of, states_of
from cmdb_api.web.visitor import EditingVisitor, ManagingVisitor, ReadingVisitor

router = pages()
NOISE_DAYS = 7
NOISE_SHOWN = 100


def _attribute(ci_type: str, attribute: str) -> str:
    """What changed, as a label."""
    known = attribute in BY_LABEL[ci_type].by_name
    return formats.name_of(attribute) if known else formats.begun(attribute_words(ci_type, attribute))


_WORDS: Mapping[str, Callable[..., str]] = {"value": value_words, "attribute": _attribute}


@router.get("/drift")
def findings(
    request: Request,
    core: TheCore,
    _: ReadingVisitor,
    state: str = "open",
    q: Annotated[str, Query(max_length=300)] = "",
    before: str = "",
) -> Response:
    """Findings, newest first: those that wait for somebody, unless others are asked for."""
    wanted = Wanted(states=states_of(LIFECYCLE, state), text=q.strip() or None)
    found = list_findings(core.graph, wanted, number_of(before), ROWS + 1)
    asked = {"state": state, "q": q}
    values = asked | {
        "findings": found[:ROWS],
        "lifecycle": LIFECYCLE,
        "about": ABOUT,
        "counts": count_findings(core.graph),
        "further": urlencode(asked | {"before": found[ROWS - 1].id}) if len(found) > ROWS else None,
    }
    return render(request, "drift.html", values)


@router.get("/drift/noise")
def noise(request: Request, core: TheCore, _: ReadingVisitor) -> Response:
    """What was set aside in the last week and why, and what people said."""
    return _noise(request, core)


@router.post("/drift/noise")
def say(request: Request, core: TheCore, visitor: ManagingVisitor, form: Form) -> Response:
    """Say that an attribute is always, or never, noise."""
    try:
        if form["is_noise"] not in ("always", "never"):
            raise Invalid("always or never", "is_noise")
        make_rule(
            core.graph, type=form["type"], attribute=form["attribute"], is_noise=form["is_noise"] == "always",
            reason=form["reason"], by=visitor.name, now=core.now(), ci=form["ci"] or None,
            expires_at=form.instant("expires_at"),
        )  # fmt: skip
    except REFUSALS as error:
        return _noise(request, core, Refusal(error), form)
    return go_to("/drift/noise")


@router.post("/drift/noise/{rule_id}/end")
def end(core: TheCore, visitor: ManagingVisitor, _: Form, rule_id: str) -> Response:
    """Let a rule count no more."""
    end_rule(core.graph, rule_id, visitor.name, core.now())
    return go_to("/drift/noise")


@router.get("/drift/{finding_id}")
def finding(request: Request, core: TheCore, _: ReadingVisitor, finding_id: str) -> Response:
    """The page of a finding."""
    return _page(request, core, finding_id)


@router.post("/drift/{finding_id}/decisions")
def decide(request: Request, core: TheCore, visitor: EditingVisitor, form: Form, finding_id: str) -> Response:
    """Accept or reject what changed."""
    decisions = {"accepted": accept_finding, "rejected": reject_finding}
    try:
        if form["step"] not in decisions:
            raise Invalid("accept or reject it")
        decisions[form["step"]](
            core.graph, finding_id, form["reason"], form.number("revision"), visitor.name, core.now()
        )  # fmt: skip
    except REFUSALS as error:
        return _page(request, core, finding_id, Refusal(error), form)
    return go_to(f"/drift/{finding_id}")


@router.post("/drift/{finding_id}/change")
def record(request: Request, core: TheCore, visitor: ManagingVisitor, form: Form, finding_id: str) -> Response:
    """Record a change afterwards."""
    try:
        record_change(
            core.graph, finding_id, form["reason"], form.number("revision"), visitor.name, core.now(),
            title=form["title"] or None, requester=form["requester"] or None,
        )  # fmt: skip
    except REFUSALS as error:
        return _page(request, core, finding_id, Refusal(error), form)
    return go_to(f"/drift/{finding_id}")


@router.post("/drift/{finding_id}/comments")
def comment(request: Request, core: TheCore, visitor: EditingVisitor, form: Form, finding_id: str) -> Response:
    """Add words."""
    try:
        comment_finding(core.graph, finding_id, form["text"], visitor.name, core.now())
    except REFUSALS as error:
        return _page(request, core, finding_id, Refusal(error), form)
    return go_to(f"/drift/{finding_id}#story")


def _page(
    request: Request,
    core: Core,
    finding_id: str,
    refusal: Refusal | None = None,
    given: Mapping[str, str] | None = None,
) -> Response:
    values = {
        "finding": read_finding(core.graph, finding_id),
        "about": ABOUT,
        "said": _WORDS,
        "refusal": refusal,
        "given": given or {},
    }
    return render(request, "drift_finding.html", values, refusal.status if refusal else HTTPStatus.OK)


def _noise(
    request: Request, core: Core, refusal: Refusal | None = None, given: Mapping[str, str] | None = None
) -> Response:
    now = core.now()
    found = drift_between(core.graph, now - NOISE_DAYS * DAY_MS, now, now)
    asked = request.query_params
    values = {
        "noise": found.drift.judged("noise")[:NOISE_SHOWN],
        "left_out": found.drift.left_out,
        "is_cut": found.is_cut,
        "cis": found.cis,
        "days": NOISE_DAYS,
        "rules": [(one, one.is_in_force(now)) for one in list_rules(core.graph)],
        "said": _WORDS,
        "refusal": refusal,
        "given": given or {name: asked.get(name, "") for name in ("type", "attribute", "ci")},
    }
    return render(request, "drift_noise.html", values, refusal.status if refusal else HTTPStatus.OK)
