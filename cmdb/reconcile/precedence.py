"""Which of several sources' values wins, why, and what the others said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from cmdb.model.vocabulary import Attribute, Value

Ground = Literal["alone", "agreed", "joined", "fresh", "rank", "later", "key"]
"""Why a value stands: nobody else says anything; all say the same; all lists are joined; the others are silent; its
source is believed more; its claim changed later; of two equals one is taken, always the same."""


@dataclass(frozen=True, slots=True)
class Contender:
    """One scope's value for one attribute. `since`: when this scope's claim last changed."""

    value: Value
    scope: str
    rank: int
    is_fresh: bool
    since: int

    @property
    def order(self) -> tuple[bool, int, int, str]:
        """Fresh before stale, then the source's rank, then the latest change of the claim, then the key."""
        return self.is_fresh, self.rank, self.since, self.scope


def ranked(contenders: Iterable[Contender]) -> list[Contender]:
    """The winner first; the order in which they came does not matter."""
    return sorted(contenders, key=lambda contender: contender.order, reverse=True)


def choose(attribute: Attribute, contenders: Iterable[Contender]) -> tuple[Value, Contender]:
    """The value that stands, and whose it is. Raises ValueError where nobody contends."""
    ordered = ranked(contenders)
    if not ordered:
        raise ValueError(f"nobody claims {attribute.name}")
    winner = ordered[0]
    if attribute.merge == "union":
        joined = {text for contender in ordered if isinstance(contender.value, list) for text in contender.value}
        return sorted(joined), winner
    return winner.value, winner


def ground_of(attribute: Attribute, ordered: Sequence[Contender]) -> Ground:
    """Why the first of these, as `ranked` puts them, stands before the second."""
    if len(ordered) == 1:
        return "alone"
    winner, second = ordered[:2]
    if all(one.value == winner.value for one in ordered):
        return "agreed"
    if attribute.merge == "union":
        return "joined"
    if winner.is_fresh != second.is_fresh:
        return "fresh"
    if winner.rank != second.rank:
        return "rank"
    return "later" if winner.since != second.since else "key"


def fresh(until: Mapping[str, int], now: int) -> frozenset[str]:
    """The scopes that are not silent at `now`, of those that are fresh until the instants given (epoch ms).

    Where all are silent it is judged as of when the last of them fell silent: their order does not turn around then.
    """
    at = min(now, max(until.values(), default=now))
    return frozenset(scope for scope, end in until.items() if at <= end)
