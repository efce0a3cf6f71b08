"""The words of an impact answer: states, hops, reasons, and why something was spared."""

from dataclasses import dataclass
from typing import Literal

from cmdb.analyse.neighbourhood import Evidence, Mode, Node, Strength

State = Literal["up", "degraded", "down"]
Effect = Literal["degraded", "down"]
HopState = Literal["degraded", "down", "at_risk", "isolated"]
STATES: tuple[State, ...] = ("up", "degraded", "down")

SparedBecause = Literal["soft", "quorum", "connected", "already", "excluded", "no_dependency", "direction"]

ASSUMPTIONS = (
    "Services that only hold each other up, in a ring, stay up.",
    "Nothing suffers from the loss of its parts, only from the loss of what it needs.",
    "An observed call counts for 30 days after it was last seen.",
)


def shown_state(state: State, *, isolated: bool) -> HopState:
    """What is reached in one word: what is up is there because it is isolated, or else at risk."""
    if state == "up":
        return "isolated" if isolated else "at_risk"
    return state


@dataclass(frozen=True, slots=True)
class Hop:
    """One relation of a reason: `source` suffers because of `target`.

    `state` is what the source becomes by it, "at_risk" for redundancy lost, None in an answer about what
    something needs. `since` and `last_seen_at` are epoch milliseconds, None when unknown. `cut_by` are the network
    elements whose loss keeps the two apart, where the target itself may well be up; empty otherwise.
    """

    source: Node
    target: Node
    verb: str
    strength: Strength
    evidence: Evidence
    since: int | None
    last_seen_at: int | None
    state: HopState | None
    cut_by: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Cause:
    """A stated failure that a reason ends in. `ticket` names the other ticket it stands in, else None."""

    ci: Node
    effect: Effect
    ticket: str | None


@dataclass(frozen=True, slots=True)
class Reason:
    """An irredundant explanation: without any one of its hops, what it explains would not follow.

    Hops come depth first, from the CI down to the causes; a start has causes and no hops. Behind a group
    stand as many lost members as it took, so the hops of a reason may branch.
    """

    hops: tuple[Hop, ...]
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True)
class Reached:
    """A CI that the failure reaches. `distance` counts hops from the failed CIs; groups cost none.

    `before` is its state by the other tickets alone, "up" without any. `at_risk` means that redundancy
    beneath it was lost, so that one more failure takes it down, or for a machine one of two ways through the
    network. `isolated` means that its machine is cut off from where one looks; either with state "up" is possible.
    """

    ci: Node
    state: State
    at_risk: bool
    distance: int
    before: State
    isolated: bool = False


@dataclass(frozen=True, slots=True)
class Spared:
    """A CI that was looked at and not reached, with a sentence for each relation that could have reached it.

    `would_be` is what an excluded CI would have become, else None.
    """

    ci: Node
    because: SparedBecause
    why: tuple[str, ...]
    would_be: HopState | None = None


@dataclass(frozen=True, slots=True)
class GroupState:
    """How a redundancy group stands: `lost` of `size` members are down, `weakened` degraded, `k` are needed."""

    group: Node
    state: State
    at_risk: bool
    k: int
    size: int
    lost: int
    weakened: int
    mode: Mode
