"""One CI: what it is, why it is one thing, where its values come from, what it relates to and what happened to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import Query, Request
from fastapi.responses import Response

from cmdb.bootstrap import Core
from cmdb.errors import Invalid
from cmdb.model.types import BY_LABEL
from cmdb.model.verbs import VERBS
from cmdb.usecases.as_of import checked_instant, show_ci_at
from cmdb.usecases.dependencies import declare_dependency, withdraw_dependency
from cmdb.usecases.differences import ci_difference
from cmdb.usecases.drift_findings import findings_about
from cmdb.usecases.identity_proof import identity_of
from cmdb.usecases.links import links_of
from cmdb.usecases.past import past_of
from cmdb.usecases.relations import Counted, Relationship, relations
from cmdb.usecases.show import show_ci
from cmdb.usecases.teams import Duty, set_responsible
from cmdb_api.auth import TheCore
from cmdb_api.paging import Cursors, PageCursor
from cmdb_api.web import formats, words
from cmdb_api.web.ci_rows import Row, labelled
from cmdb_api.web.forms import REFUSALS, Form, Refusal
from cmdb_api.web.page import go_to, pages, render
from cmdb_api.web.pages.manual_values import settable
from cmdb_api.web.tickets import MAX_TEAMS, team_options
from cmdb_api.web.visitor import EditingVisitor, ReadingVisitor

router = pages()
SHOWN = 12
RESPONSIBILITY = ("OWNED_BY", "SUPPORTED_BY")
"""All of these are shown: a form repeats them, and what it leaves out ends."""
ROWS = 100
EVENTS = 20
LINKS_SHOWN = 100

_ORDER = {verb.name: number for number, verb in enumerate(VERBS)}


@dataclass(frozen=True, slots=True)
class Group:
    """Relationships of one verb in one direction, as many as are shown; `count` is how many there are."""

    verb: str
    direction: str
    heading: str
    count: int
    shown: list[Relationship]


@router.get("/cis/{ci_id}")
def ci(request: Request, core: TheCore, _: ReadingVisitor, ci_id: str) -> Response:
    """The page of a CI; a former id leads to it too."""
    return _page(request, core, ci_id)


@router.post("/cis/{ci_id}/dependencies")
def depend(request: Request, core: TheCore, visitor: EditingVisitor, form: Form, ci_id: str) -> Response:
    """Say what the CI needs, or does not need any more."""
    target = next(iter(form.all("target")), "")
    try:
        match form["strength"]:
            case "hard" | "soft" as strength:
                declare_dependency(core.graph, ci_id, target, strength, visitor.name, core.now())
            case _:
                withdraw_dependency(core.graph, ci_id, target, core.now(), visitor.name)
    except REFUSALS as error:
        return _page(request, core, ci_id, Refusal(error, "target"), [Row(target, "")])
    return go_to(f"/cis/{ci_id}")


@router.post("/cis/{ci_id}/teams")
def be_responsible(request: Request, core: TheCore, visitor: EditingVisitor, form: Form, ci_id: str) -> Response:
    """Say which teams own the CI, and which support it."""
    duties: tuple[Duty, ...] = ("owner", "support")
    try:
        for duty in duties:
            set_responsible(core.graph, ci_id, duty, form.all(duty), visitor.name, core.now())
    except REFUSALS as error:
        return _page(request, core, ci_id, Refusal(error))
    return go_to(f"/cis/{ci_id}")


@router.get("/cis/{ci_id}/relations")
def all_relations(
    request: Request,
    core: TheCore,
    _: ReadingVisitor,
    cursors: Cursors,
    ci_id: str,
    verb: str = "",
    direction: Annotated[Literal["in", "out", ""], Query()] = "",
    past: bool = False,
    cursor: PageCursor = None,
) -> Response:
    """All relationships of a CI, or those of one verb and direction; the ended ones where `past` says so."""
    question = f"pages relations {ci_id} {verb} {direction} {past}"
    after = cursors.read(cursor, question)
    shown = show_ci(core.graph, ci_id, core.now())
    found = relations(
        core.graph,
        shown.id,
        limit=ROWS + 1,
        after=(after.value, after.id) if after else None,
        direction=direction or None,
        verb=verb or None,
        past=past,
    ).relationships
    further = cursors.next(found, ROWS, question, after, core.now(), lambda one: (one.position, one.tie))
    asked = {"verb": verb, "direction": direction, "past": "true" if past else "false"}
    heading = words.heading(verb, direction) if verb else "Former relationships" if past else "Relationships"
    return render(
        request,
        "ci_relations.html",
        {
            "ci": shown,
            "found": found[:ROWS],
            "heading": heading,
            "past": past,
            "further": urlencode(asked | {"cursor": further}) if further else None,
        },
    )


@router.get("/cis/{ci_id}/history")
def history(
    request: Request, core: TheCore, _: ReadingVisitor, cursors: Cursors, ci_id: str, cursor: PageCursor = None
) -> Response:
    """What happened to a CI, newest first."""
    question = f"pages history {ci_id}"
    after = cursors.read(cursor, question)
    shown = show_ci(core.graph, ci_id, core.now())
    events = past_of(core.graph, shown.id, ROWS + 1, (after.value, after.id) if after else None).events
    further = cursors.next(events, ROWS, question, after, core.now(), lambda one: (one.at, one.tie))
    return render(
        request,
        "ci_history.html",
        {"ci": shown, "events": events[:ROWS], "further": urlencode({"cursor": further}) if further else None},
    )


@router.get("/cis/{ci_id}/then")
def then(request: Request, core: TheCore, _: ReadingVisitor, ci_id: str, at: str = "") -> Response:
    """The CI as of an instant, as a field of a form sends it, and what differs from then to now."""
    now = core.now()
    try:
        instant = checked_instant(core.graph, _instant(at), now, "at")
    except Invalid as error:
        return _page(request, core, ci_id, asked_at=at, refusal=Refusal(error))
    shown = show_ci_at(core.graph, ci_id, instant)
    values = {
        "ci": shown,
        "ci_type": BY_LABEL[shown.type],
        "settable": (),
        "at": instant,
        "past": formats.entered(instant),
        "given_at": formats.entered(instant),
        "related": relations(core.graph, shown.id, limit=ROWS, as_of=instant),
        "differs": ci_difference(core.graph, shown.id, instant, now, now),
        "shown": ROWS,
        "refusal": None,
    }
    return render(request, "ci_then.html", values)


def _instant(text: str) -> int:
    try:
        return formats.read_field_instant(text)
    except ValueError as error:
        raise Invalid("this is no instant such as 2025-11-24 16:00", "at") from error


def _page(
    request: Request,
    core: Core,
    ci_id: str,
    refusal: Refusal | None = None,
    targets: Sequence[Row] = (),
    asked_at: str = "",
) -> Response:
    shown = show_ci(core.graph, ci_id, core.now())
    counts = relations(core.graph, shown.id, limit=1).counts
    ended = relations(core.graph, shown.id, limit=1, past=True).counts
    ordered = sorted(counts, key=lambda one: (one.direction == "out", _ORDER[one.verb]))
    groups = [_group(core, shown.id, one) for one in ordered]
    past = past_of(core.graph, shown.id, EVENTS + 1)
    responsible = {group.verb: {one.ci.id for one in group.shown if one.ci} for group in groups}
    values = {
        "ci": shown,
        "ci_type": BY_LABEL[shown.type],
        "settable": settable(shown),
        "identity": identity_of(core.graph, shown.id, core.now()),
        "groups": groups,
        "links": links_of(core.graph, shown.id, LINKS_SHOWN),
        "drifted": findings_about(core.graph, shown.id),
        "ended": sum(one.count for one in ended),
        "events": past.events[:EVENTS],
        "has_more_events": len(past.events) > EVENTS,
        "responsible": responsible,
        "teams": team_options(core),
        "targets": labelled(core, targets),
        "given_at": asked_at,
        "refusal": refusal,
    }
    return render(request, "ci.html", values, refusal.status if refusal else HTTPStatus.OK)


def _group(core: Core, ci_id: str, one: Counted) -> Group:
    limit = MAX_TEAMS if one.verb in RESPONSIBILITY else SHOWN
    found = relations(core.graph, ci_id, limit=limit, direction=one.direction, verb=one.verb).relationships
    return Group(one.verb, one.direction, words.heading(one.verb, one.direction), one.count, found)
