"""Why a CI is one thing: its sightings, what joins them, what is set aside, and what people decided."""

from __future__ import annotations

from http import HTTPStatus
from typing import Literal

from pydantic import Field

from cmdb.usecases.identity_proof import Identity, identity_of
from cmdb_api.auth import Reader, TheCore
from cmdb_api.instants import Instant
from cmdb_api.problems import responses
from cmdb_api.resource import Answer, resource
from cmdb_api.resources.cis import PlaceAnswer
from cmdb_api.resources.decisions import DecisionAnswer
from cmdb_api.resources.sources import SeenCIAnswer

router = resource("cis")


class ClaimedAnswer(Answer):
    """One identifier of a sighting."""

    identifier: str = Field(examples=["system_uuid:4c4c4544-0031-3510-8052-b4c04f4a4832"])
    words: str = Field(examples=["system UUID 4c4c4544-0031-3510-8052-b4c04f4a4832"])
    tier: Literal["strong", "medium", "weak"]
    standing: Literal["joins", "alone", "set_aside", "disavowed", "void"] = Field(
        description="joins: it joins this sighting to others; alone: no other sighting of the CI has it; set_aside: it "
        "joins nothing; disavowed: a person does not believe it of this sighting; void: it is the container's host's."
    )
    because: str | None = Field(description="Why it tells things apart.")


class MemberAnswer(Answer):
    """A sighting of the CI."""

    key: str
    scope: str = Field(description="Key of the source; see /sources.")
    source_kind: str = Field(examples=["agent"])
    source_instance: str | None
    item: str = Field(examples=["host"])
    epoch: int = Field(description="Counts the things that stood under this name in turn.")
    name: str | None
    first_seen_at: Instant
    last_seen_at: Instant
    is_stale: bool = Field(description="Silent for more than three of its own periods.")
    is_superseded: bool = Field(description="Another scope sees what this one saw before.")
    is_gone: bool = Field(description="Its source does not list it any more.")
    evidence: list[ClaimedAnswer]


class JoinAnswer(Answer):
    """One reason why sightings are one thing."""

    tier: Literal["decided", "boot", "strong", "medium", "corroborated"]
    words: str
    identifiers: list[str]
    members: list[str] = Field(description="Keys of the sightings that it joins.")
    since_at: Instant | None


class WitnessAnswer(Answer):
    """One of two sightings that cannot be one thing."""

    key: str
    source_kind: str
    name: str | None
    ci: SeenCIAnswer | None


class NotCountedAnswer(Answer):
    """An identifier of the CI that is set aside."""

    identifier: str
    words: str
    tier: str
    reason: Literal["direct", "chain", "crowded"]
    why: str
    witnesses: list[WitnessAnswer]
    review: str = Field(description="Key of the question in /reviews.")


class IdentityAnswer(Answer):
    """Why a CI is one thing."""

    id: str
    type: str
    title: str
    place: PlaceAnswer | None = Field(description="Where a part lives, inside which it is recognised.")
    former_ids: list[str] = Field(description="Ids that lead here: of CIs that turned out to be this one.")
    sightings: list[MemberAnswer] = Field(description="Senior first: the first one founds the id.")
    joins: list[JoinAnswer]
    set_aside: list[NotCountedAnswer]
    decisions: list[DecisionAnswer] = Field(description="What people decided about its sightings, oldest first.")


@router.get("/cis/{ci_id}/identity", response_model=IdentityAnswer, responses=responses(HTTPStatus.NOT_FOUND))
def identity(core: TheCore, _: Reader, ci_id: str) -> Identity:
    """Why this is one thing: who sees it, what joins them and since when, what does not count and why."""
    return identity_of(core.graph, ci_id, core.now())
