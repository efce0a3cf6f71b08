"""Schemas of impact answers: who is reached, by which path, and why others are not."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from cmdb_api.instants import Instant
from cmdb_api.resource import Answer

State = Literal["up", "degraded", "down"]


class NodeAnswer(Answer):
    """A CI or redundancy group."""

    id: str = Field(examples=["ci_p2l9c4w8z1"])
    type: str = Field(examples=["ServiceInstance"])
    name: str = Field(description="Title, and what it runs on or is part of.", examples=["postgres on web-1"])


class HopAnswer(Answer):
    """One relation of a path: `source` suffers because of `target`."""

    source: NodeAnswer
    target: NodeAnswer
    verb: str = Field(examples=["CALLS"])
    strength: Literal["hard", "soft", "none"]
    evidence: Literal["declared", "observed", "structure"]
    since_at: Instant | None = Field(validation_alias="since")
    last_seen_at: Instant | None = Field(description="Of an observed relation.")
    state: Literal["degraded", "down", "at_risk", "isolated"] | None = Field(
        description="What the source becomes by it."
    )
    cut_by: list[NodeAnswer] = Field(
        description="The network elements whose loss keeps the two apart, while the target itself may be up."
    )


class CauseAnswer(Answer):
    """A stated failure that a path ends in."""

    ci: NodeAnswer
    effect: Literal["degraded", "down"]
    ticket: str | None = Field(description="The other ticket that states it; null: this question does.")


class ReasonAnswer(Answer):
    """Why: without any one of these hops it would not follow. Behind a group they branch."""

    hops: list[HopAnswer] = Field(description="Depth first, from the CI down to the causes.")
    causes: list[CauseAnswer]


class ReachedAnswer(Answer):
    """A CI that the failures reach."""

    ci: NodeAnswer
    state: State
    at_risk: bool = Field(description="Redundancy beneath it was lost: one more failure takes it down.")
    isolated: bool = Field(description="Its machine is cut off from where one looks; its own state may well be up.")
    distance: int = Field(description="Hops from the failed CIs; groups cost none.", examples=[1])
    before: State = Field(description="Its state by other open tickets alone.")
    reason: ReasonAnswer | None = Field(description="null: it stands too far down a long list.")


class FailureAnswer(Answer):
    """A CI that is assumed to fail."""

    ci: NodeAnswer
    effect: Literal["degraded", "down"]


class SparedAnswer(Answer):
    """A CI that was looked at and not reached."""

    ci: NodeAnswer
    because: str = Field(examples=["soft"])
    why: list[str] = Field(examples=[["It can do without: a soft dependency only degrades."]])
    would_be: Literal["degraded", "down", "at_risk", "isolated"] | None = Field(
        description="Of one marked as not affected."
    )


class ServiceReachedAnswer(Answer):
    """A service that people outside IT rely on."""

    ci: NodeAnswer
    state: State
    at_risk: bool
    isolated: bool
    distance: int
    criticality: str | None = Field(examples=["high"])
    teams: list[str] = Field(description="Ids of the teams that own or support it.")
    reason: ReasonAnswer


class TeamReachedAnswer(Answer):
    """A team and what it owns or supports of the CIs reached, the worst first."""

    id: str
    name: str = Field(examples=["Databases"])
    contact: str | None
    ci_count: int
    cis: list[NodeAnswer]


class CountAnswer(Answer):
    """How many CIs of a type are reached."""

    type: str
    down: int
    degraded: int
    at_risk: int = Field(description="Up, with redundancy lost.")
    isolated: int = Field(description="Up, and cut off from where one looks.")


class AssessmentAnswer(Answer):
    """What the failures reach. Lists are cut at 500, the counts are of all there are."""

    direction: Literal["dependents"]
    made_at: Instant
    as_of: Instant | None = Field(description="The instant of which this tells; null: when it was made.")
    depth: int | None
    failed: list[FailureAnswer]
    services: list[ServiceReachedAnswer]
    teams: list[TeamReachedAnswer]
    counts: list[CountAnswer]
    reached: list[ReachedAnswer] = Field(description="Nearest first, beginning with the failed CIs themselves.")
    reached_count: int
    spared: list[SparedAnswer] = Field(description="Looked at and not reached, with the reasons.")
    spared_count: int
    excluded: list[SparedAnswer] = Field(description="Marked by a person as not affected.")
    truncated: list[NodeAnswer] = Field(description="Not examined because of `depth`.")
    truncated_count: int
    unread: list[NodeAnswer] = Field(description="Reached, but not all that depends on them was read.")
    assumptions: list[str]


class NeededAnswer(Answer):
    """A CI that is needed."""

    ci: NodeAnswer
    distance: int
    is_soft: bool = Field(description="Its loss degrades at most.")
    is_redundant: bool = Field(description="A group bears its loss.")
    path: list[HopAnswer]


class NeedsAnswer(Answer):
    """What the CIs need, nearest first."""

    direction: Literal["needs"]
    made_at: Instant
    as_of: Instant | None = Field(description="The instant of which this tells; null: when it was made.")
    depth: int | None
    of: list[NodeAnswer]
    needed: list[NeededAnswer]
    needed_count: int
    unread: list[NodeAnswer] = Field(description="What these need was not all read.")
