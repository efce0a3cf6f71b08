"""Which of several sources' values wins, and what the others said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cmdb.model.vocabulary import Attribute, Value


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


def choose(attribute: Attribute, contenders: Iterable[Contender]) -> tuple[Value, Contender]:
    """The value that stands, and whose it is. Raises ValueError where nobody contends."""
    ordered = sorted(contenders, key=lambda contender: contender.order, reverse=True)
    if not ordered:
        raise ValueError(f"nobody claims {attribute.name}")
    winner = ordered[0]
    if attribute.merge == "union":
        joined = {text for contender in ordered if isinstance(contender.value, list) for text in contender.value}
        return sorted(joined), winner
    return winner.value, winner
