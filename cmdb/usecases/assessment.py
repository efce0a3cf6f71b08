"""The words of an assessment: plain values, so that a ticket can keep one and a delivery can show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cmdb.analyse.answer import Effect, Hop, HopState, Node, Reason, SparedBecause, State
from cmdb.analyse.blast import TypeCount

Direction = Literal["dependents", "needs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A CI that is assumed to fail."""

    ci: Node
    effect: Effect


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachedCI:
    """A CI that the failures reach, `distance` hops away. `reason` None: it stands too far down a long list.

    `state` up with `at_risk` means that redundancy beneath it was lost, with `isolated` that its machine is cut off
    from where one looks. `before` is its state by other tickets alone.
    """

    ci: Node
    state: State
    at_risk: bool
    distance: int
    before: State
    reason: Reason | None
    isolated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SparedCI:
    """A CI that was looked at and not reached, and why. `would_be`: what an excluded one would be, else None."""

    ci: Node
    because: SparedBecause
    why: tuple[str, ...]
    would_be: HopState | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceReached:
    """A service that people outside rely on, and why it is reached. `criticality` None: nobody declared one."""

    ci: Node
    state: State
    at_risk: bool
    distance: int
    criticality: str | None
    teams: tuple[str, ...]
    reason: Reason
    isolated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamReached:
    """A team and the CIs of the answer it owns or supports, the worst first, at most `MAX_LISTED`."""

    id: str
    name: str
    contact: str | None
    ci_count: int
    cis: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What these failures reach at `made_at` (epoch milliseconds), or would have reached at `as_of`.

    `reached` holds the failed CIs and everything after them, nearest first; the counts are of all there are, where
    lists were cut. `truncated` were not examined because of `depth`; of `unread`, the dependents were not all read.
    """

    made_at: int
    depth: int | None
    failed: tuple[Failure, ...]
    reached: tuple[ReachedCI, ...]
    reached_count: int
    spared: tuple[SparedCI, ...]
    spared_count: int
    excluded: tuple[SparedCI, ...]
    truncated: tuple[Node, ...]
    truncated_count: int
    unread: tuple[Node, ...]
    services: tuple[ServiceReached, ...]
    teams: tuple[TeamReached, ...]
    counts: tuple[TypeCount, ...]
    assumptions: tuple[str, ...]
    direction: Literal["dependents"] = "dependents"
    as_of: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NeededCI:
    """A CI that is needed, by `path`. `is_soft`: its loss degrades at most; `is_redundant`: a group bears it."""

    ci: Node
    distance: int
    is_soft: bool
    is_redundant: bool
    path: tuple[Hop, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What these CIs need at `made_at`, or needed at `as_of`, nearest first. `unread`: where reading stopped."""

    made_at: int
    depth: int | None
    of: tuple[Node, ...]
    needed: tuple[NeededCI, ...]
    needed_count: int
    unread: tuple[Node, ...]
    direction: Literal["needs"] = "needs"
    as_of: int | None = None
