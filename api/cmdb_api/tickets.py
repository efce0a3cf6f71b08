"""Schemas that incidents and changes share."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from cmdb_api.instants import Instant
from cmdb_api.resource import Answer, Given


class LinkAnswer(Answer):
    """What a ticket says about a CI."""

    ci_id: str = Field(examples=["ci_p2l9c4w8z1"])
    ci_type: str = Field(examples=["ServiceInstance"])
    title: str = Field(examples=["postgres"])
    place: str | None = Field(description="What it runs on or is part of.", examples=["web-1"])
    ci_state: Literal["active", "retired"]
    role: Literal["source", "affected"] = Field(description="source: it failed, or is going to be touched.")
    effect: str | None = Field(examples=["down"])
    origin: Literal["manual", "computed", "excluded"] = Field(description="excluded: a person said it is not affected.")
    distance: int | None = Field(description="Hops from the sources.")


class EntryAnswer(Answer):
    """One thing that was done to a ticket."""

    id: str = Field(examples=["INC-000001/1"])
    at: Instant
    who: str = Field(examples=["ann"])
    kind: str = Field(examples=["comment"])
    text: str | None
    changes: dict[str, tuple[Any, Any]] = Field(
        description="Field → (old, new).", examples=[{"state": ["new", "in_progress"]}]
    )


class Comment(Given):
    """Words to add."""

    text: str = Field(min_length=1, max_length=20_000, examples=["Restarted the database."])


class Words(Given):
    """Words to go with a step, if any."""

    comment: str | None = Field(default=None, max_length=20_000)
