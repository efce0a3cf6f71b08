"""The sources: who reports, when last, what could not be read, and what is held."""

from __future__ import annotations

from http import HTTPStatus
from typing import Literal

from pydantic import Field

from cmdb.usecases.sources import Source, list_sources, release_holds, show_source
from cmdb_api.auth import Admin, Reader, TheCore
from cmdb_api.instants import Instant
from cmdb_api.paging import Cursors, PageCursor, PageLimit
from cmdb_api.problems import responses
from cmdb_api.resource import Answer, resource

router = resource("sources")
KEY = "agent|5b0c2f0e-6a53-4d6b-9a2b-0c6e1f1f7a55|host|default|5b0c2f0e-6a53-4d6b-9a2b-0c6e1f1f7a55"


class SectionAnswer(Answer):
    """How one section stood in the last document."""

    name: str = Field(examples=["packages"])
    state: Literal["read", "partial", "not_read"]
    read_at: Instant | None = Field(description="When it was last read, wholly or in part; null: never.")


class ProblemAnswer(Answer):
    """Something the source could not read."""

    section: str = Field(examples=["services"])
    kind: str = Field(examples=["permission_denied"])
    message: str


class RefusalAnswer(Answer):
    """Something in the source's last document that was not taken."""

    where: str = Field(description="JSON path.", examples=["items[3].attributes.colour"])
    kind: str = Field(examples=["unknown_attribute"])
    message: str


class SourceAnswer(Answer):
    """What one source reads."""

    key: str = Field(examples=[KEY])
    names: list[str] = Field(description="The machines it reads, the first three.", examples=[["web-1"]])
    source_kind: str = Field(examples=["agent"])
    source_instance: str
    target: str = Field(description="What it reads, as it calls it.", examples=["sw-1"])
    source_version: str | None = Field(examples=["0.1.0"])
    domain: str = Field(examples=["default"])
    last_seen_at: Instant | None = Field(description="When it last read; null: before its first document.")
    received_at: Instant | None = Field(description="When that document came.")
    period_ms: int = Field(description="How often it reports.")
    is_stale: bool = Field(description="Silent for more than three periods.")
    silent_since: Instant | None = Field(description="When the schedule found it silent; null: it reports.")
    withdrawn_at: Instant | None = Field(description="When what it had said last was retired; null: it stands.")
    clock_skew_ms: int | None = Field(description="How far its clock is ahead, where that is over a minute.")
    sections: list[SectionAnswer]
    problems: list[ProblemAnswer]
    refusals: list[RefusalAnswer]
    unchanged_count: int = Field(description="Documents that said nothing new.")
    late_count: int = Field(description="Documents that came after a newer one.")
    held_count: int = Field(description="Things it no longer lists that are kept: too many vanished at once.")
    releases_holds: bool = Field(description="Its next document may end them.")


class SourcesAnswer(Answer):
    """One page of sources."""

    sources: list[SourceAnswer]
    next_cursor: str | None = Field(description="Ask for the next page with it; null: this is the last.")


class HeldItemAnswer(Answer):
    """A thing that the source no longer lists and that is kept."""

    key: str = Field(examples=["pkg:openssl"])
    type: str = Field(examples=["SoftwareRelease"])


class SeenCIAnswer(Answer):
    """A CI that the source sees."""

    id: str
    type: str
    title: str


class SourceDetailAnswer(Answer):
    """A source with what it reports."""

    source: SourceAnswer
    counts: dict[str, int] = Field(description="Things it reports, by type.", examples=[{"Server": 1, "Filesystem": 3}])
    held: list[HeldItemAnswer]
    cis: list[SeenCIAnswer] = Field(description="Independent CIs that it sees.")


@router.get("/sources", response_model=SourcesAnswer)
def list_all(core: TheCore, _: Reader, cursors: Cursors, limit: PageLimit = 100, cursor: PageCursor = None) -> object:
    """The sources by key: agents, collectors' targets and imports."""
    after = cursors.read(cursor, "sources")
    found = list_sources(core.graph, core.now(), limit + 1, after.id if after else "")

    def key(one: Source) -> tuple[str, str]:
        return "", one.key

    return {
        "sources": found[:limit],
        "next_cursor": cursors.next(found, limit, "sources", after, core.now(), key),
    }


@router.get("/sources/{key:path}", response_model=SourceDetailAnswer, responses=responses(HTTPStatus.NOT_FOUND))
def show(core: TheCore, _: Reader, key: str) -> object:
    """One source. Its key is percent-encoded in the address."""
    return show_source(core.graph, key, core.now())


@router.post(
    "/sources/{key:path}/release-holds", status_code=HTTPStatus.NO_CONTENT, responses=responses(HTTPStatus.NOT_FOUND)
)
def release(core: TheCore, _: Admin, key: str) -> None:
    """Let the source's next document end what is held: it really is gone."""
    release_holds(core.graph, key)
