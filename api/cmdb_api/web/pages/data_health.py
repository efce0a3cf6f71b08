"""The health of the data: figures and their course, and the CIs behind each number."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Request
from fastapi.responses import Response

from cmdb.analyse.picture import plural
from cmdb.usecases.data_health import NONE, PERSON, Figure, Scope, affected_cis, data_health, history, rule_of
from cmdb.usecases.teams import list_teams
from cmdb_api.auth import TheCore
from cmdb_api.paging import Cursors, PageCursor
from cmdb_api.web.chart import chart_of
from cmdb_api.web.formats import begun, name_of
from cmdb_api.web.page import pages, render
from cmdb_api.web.visitor import ReadingVisitor

router = pages()
ROWS = 50
DAYS = 90
SHOWN = 8
BAR = 120
TEAMS_OFFERED = 200
SOURCES = {"agent": "agents", "ssh": "SSH", "snmp": "SNMP", "import": "imports", PERSON: "people", NONE: "nobody"}


@router.get("/data-health")
def show(request: Request, core: TheCore, _: ReadingVisitor) -> Response:
    """Figures by rule, and what is in order over the last days."""
    health = data_health(core.graph, core.now())
    days = history(core.graph, core.now(), days=DAYS)
    measures = [
        {
            "rule": one.rule,
            "total": one.total,
            "parts": [
                ("type", "By type", _bars(one.by_type)),
                ("source", "By who sees it", _bars(one.by_source)),
                ("team", "By team", _bars(one.by_team)),
            ],
            "lacking": sorted((each for each in one.by_attribute), key=lambda each: -each.affected)[:SHOWN],
        }
        for one in health.measures
    ]
    chart = chart_of((one.measure, one.day, one.considered, one.affected) for one in days)
    return render(
        request,
        "data_health.html",
        {"aspects": health.aspects, "measures": measures, "chart": chart, "sources": SOURCES, "bar": BAR},
    )


@router.get("/data-health/{measure}")
def list_behind(
    request: Request,
    core: TheCore,
    _: ReadingVisitor,
    cursors: Cursors,
    measure: str,
    ci_type: Annotated[str, Query(alias="type")] = "",
    source: str = "",
    team: str = "",
    attribute: str = "",
    cursor: PageCursor = None,
) -> Response:
    """The CIs behind a number, by type and title."""
    rule = rule_of(measure)
    asked = {"type": ci_type, "source": source, "team": team, "attribute": attribute}
    question = json.dumps(["pages data-health", measure, *asked.values()])
    position = cursors.read(cursor, question)
    at = position.as_of if position else core.now()
    after = (position.value[0], position.value[1], position.id) if position else None
    scope = Scope(type=ci_type or None, source=source or None, team=team or None, attribute=attribute or None)
    found = affected_cis(core.graph, measure, scope, ROWS + 1, at, after)
    further = cursors.next(found, ROWS, question, position, at, lambda one: ([one.type, one.title], one.id))
    teams = [(one.id, one.name) for one in list_teams(core.graph, limit=TEAMS_OFFERED)]
    return render(
        request,
        "data_health_cis.html",
        {
            **asked,
            "rule": rule,
            "cis": found[:ROWS],
            "kinds": [("", "any type"), *((label, begun(plural(label))) for label in sorted(rule.types))],
            "sources": [("", "anyone"), *SOURCES.items()],
            "teams": [("", "any team"), (NONE, "no team"), *teams],
            "lacking": name_of(attribute) if attribute else None,
            "further": urlencode(asked | {"cursor": further}) if further else None,
        },
    )


def _bars(figures: Sequence[Figure]) -> list[tuple[Figure, float]]:
    """The figures with something amiss, the most first, and how long the bar of each is."""
    return [(one, max(1.0, round(BAR * one.affected / one.considered, 1))) for one in figures if one.affected][:SHOWN]
