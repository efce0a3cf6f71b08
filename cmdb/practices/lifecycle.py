"""The states of a ticket as data: which follows which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cmdb.errors import Conflict, Invalid


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """The states of one kind of ticket; a state that nothing follows is final."""

    what: str
    initial: str
    follows: Mapping[str, tuple[str, ...]]

    def __post_init__(self) -> None:
        unknown = {state for after in self.follows.values() for state in after} | {self.initial}
        if unknown := unknown - self.follows.keys():
            raise ValueError(f"the states of {self.what} name {sorted(unknown)}, which they do not declare")

    @property
    def states(self) -> tuple[str, ...]:
        """Every state, in the order of the declaration."""
        return tuple(self.follows)

    @property
    def open(self) -> tuple[str, ...]:
        """The states that something follows."""
        return tuple(state for state, after in self.follows.items() if after)

    def check_move(self, old: str, new: str) -> None:
        """Raises Invalid for a state that does not exist, Conflict for one that does not follow."""
        if new not in self.follows:
            raise Invalid(f"{self.what} has no state {new!r}; there are {', '.join(self.states)}", "state")
        if new not in self.follows[old]:
            after = ", ".join(self.follows[old]) or "nothing"
            raise Conflict(f"{self.what} that is {old} does not become {new}: it may become {after}")
