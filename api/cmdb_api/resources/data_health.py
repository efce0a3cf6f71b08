"""The health of the data: figures by rule, the CIs behind each, and how they were on the days before."""

from __future__ import annotations

import json
from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import Path, Query
from pydantic import Field

from cmdb.usecases.data_health import AffectedCI, Figure, Measure, Scope, affected_cis, data_health, history, rule_of
from cmdb_api.auth import Reader, TheCore
from cmdb_api.instants import Instant
from cmdb_api.paging import Cursors, PageCursor, PageLimit
from cmdb_api.problems import responses
from cmdb_api.resource import PREFIX, Answer, resource
from cmdb_api.resources.cis import PlaceAnswer

router = resource("data-health")
AspectName = Literal["completeness", "correctness", "compliance"]
MeasureKey = Annotated[str, Path(description="A measure's key.", examples=["no-owner"])]


class FigureAnswer(Answer):
    """Of `considered` CIs `affected` break the rule."""

    name: str = Field(description="A type, a kind of source, or a team's id.", examples=["Server"])
    title: str = Field(examples=["Server"])
    considered: int = Field(examples=[412])
    affected: int = Field(examples=[3])
    cis: str = Field(
        description="Where the CIs behind the number are listed.",
        examples=["/api/v1/data-health/no-owner/cis?type=Server"],
    )


class AttributeFigureAnswer(Answer):
    """Of `considered` CIs of a type `affected` lack an attribute."""

    type: str = Field(examples=["Server"])
    attribute: str = Field(examples=["serial_number"])
    considered: int
    affected: int
    cis: str


class MeasureAnswer(Answer):
    """A rule that ought to hold for every current CI of some types, and how many break it."""

    key: str = Field(examples=["no-owner"])
    aspect: AspectName
    title: str = Field(examples=["No owner"])
    about: str
    considered: int
    affected: int
    cis: str
    by_type: list[FigureAnswer]
    by_source: list[FigureAnswer] = Field(
        description="What several kinds see counts for each. `person`: what people declare; `none`: nobody sees it. "
        "Without what its value identifies."
    )
    by_team: list[FigureAnswer] = Field(
        description="By the team that owns or supports it, or what it runs on. `none`: no team. Without teams, and "
        "without what its value identifies."
    )
    by_attribute: list[AttributeFigureAnswer] = Field(description="Of completeness: what is missing how often.")


class AspectAnswer(Answer):
    """Of `considered` CIs `affected` break at least one rule of the aspect."""

    aspect: AspectName
    considered: int
    affected: int


class DataHealthAnswer(Answer):
    """The health of the data."""

    at: Instant
    aspects: list[AspectAnswer]
    measures: list[MeasureAnswer]


class AffectedAnswer(Answer):
    """A CI that breaks a rule."""

    id: str = Field(examples=["ci_k3v6x2m4q7"])
    type: str = Field(examples=["Server"])
    title: str = Field(examples=["web-1"])
    place: PlaceAnswer | None = Field(description="What it runs on or is part of.")
    teams: list[str] = Field(description="Who owns or supports it, or what it runs on.", examples=[["Databases"]])
    last_seen_at: Instant | None = Field(description="null: no source sees it of its own.")
    missing: list[str] = Field(description="Attributes that are missing.", examples=[["serial_number"]])
    why: str | None = Field(description="null: the rule says it all.", examples=["without serial_number"])


class AffectedPage(Answer):
    """One page of CIs that break a rule."""

    cis: list[AffectedAnswer]
    next_cursor: str | None = Field(description="Ask for the next page with it; null: this is the last.")


class DayAnswer(Answer):
    """A figure on a day, in UTC."""

    day: str = Field(examples=["2026-11-24"])
    measure: str = Field(examples=["no-owner"])
    considered: int
    affected: int


class HistoryAnswer(Answer):
    """Figures by day."""

    days: list[DayAnswer]


@router.get("/data-health", response_model=DataHealthAnswer)
def show(core: TheCore, _: Reader) -> object:
    """How complete, correct and in order the data is now. The first answer of a day is kept for the history."""
    found = data_health(core.graph, core.now())
    return {"at": found.at, "aspects": found.aspects, "measures": [_measure(one) for one in found.measures]}


@router.get("/data-health/history", response_model=HistoryAnswer)
def show_history(
    core: TheCore,
    _: Reader,
    measure: Annotated[
        list[str] | None, Query(max_length=20, description="Measures or aspects; none: the three aspects.")
    ] = None,
    by: Annotated[Literal["all", "type", "source", "team"], Query()] = "all",
    name: Annotated[str, Query(description="Which type, kind of source or team, as figures name it.")] = "",
    days: Annotated[int, Query(ge=1, le=400, description="How many days back, today included.")] = 90,
) -> object:
    """Figures on the days before, one set a day."""
    return {"days": history(core.graph, core.now(), tuple(measure or ()), by, name, days)}


@router.get(
    "/data-health/{measure}/cis", response_model=AffectedPage, responses=responses(HTTPStatus.NOT_FOUND)
)  # fmt: skip
def list_cis(
    core: TheCore,
    _: Reader,
    cursors: Cursors,
    measure: MeasureKey,
    ci_type: Annotated[str | None, Query(alias="type", description="A type's label.")] = None,
    source: Annotated[str | None, Query(description="A kind of source, `person` or `none`.")] = None,
    team: Annotated[str | None, Query(description="A team's id, or `none`.")] = None,
    attribute: Annotated[str | None, Query(description="Those that lack this attribute.")] = None,
    limit: PageLimit = 100,
    cursor: PageCursor = None,
) -> object:
    """The CIs behind a number, by type and title."""
    rule_of(measure)
    scope = Scope(type=ci_type, source=source, team=team, attribute=attribute)
    question = json.dumps(["data-health", measure, ci_type, source, team, attribute])
    position = cursors.read(cursor, question)
    at = position.as_of if position else core.now()
    after = (position.value[0], position.value[1], position.id) if position else None
    found = affected_cis(core.graph, measure, scope, limit + 1, at, after)
    return {
        "cis": [_affected(one) for one in found[:limit]],
        "next_cursor": cursors.next(found, limit, question, position, at, lambda one: ([one.type, one.title], one.id)),
    }


def _measure(one: Measure) -> dict[str, object]:
    rule = one.rule
    return {
        "key": rule.key, "aspect": rule.aspect, "title": rule.title, "about": rule.about,
        "considered": one.total.considered, "affected": one.total.affected, "cis": _address(rule.key),
        "by_type": _figures(rule.key, "type", one.by_type),
        "by_source": _figures(rule.key, "source", one.by_source),
        "by_team": _figures(rule.key, "team", one.by_team),
        "by_attribute": [
            {
                "type": each.type, "attribute": each.attribute, "considered": each.considered,
                "affected": each.affected, "cis": _address(rule.key, type=each.type, attribute=each.attribute),
            }
            for each in one.by_attribute
        ],
    }  # fmt: skip


def _figures(key: str, by: str, figures: Sequence[Figure]) -> list[dict[str, object]]:
    return [
        {
            "name": one.name, "title": one.title, "considered": one.considered, "affected": one.affected,
            "cis": _address(key, **{by: one.name}),
        }
        for one in figures
    ]  # fmt: skip


def _address(key: str, **scope: str) -> str:
    return f"{PREFIX}/data-health/{key}/cis" + (f"?{urlencode(scope)}" if scope else "")


def _affected(one: AffectedCI) -> dict[str, object]:
    place = {"id": one.place[0], "title": one.place[1]} if one.place else None
    return {
        "id": one.id, "type": one.type, "title": one.title, "place": place, "teams": one.teams,
        "last_seen_at": one.last_seen_at, "missing": one.missing, "why": one.why,
    }  # fmt: skip
