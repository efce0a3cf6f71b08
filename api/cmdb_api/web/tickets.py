"""What the pages of incidents and changes have in common."""

from __future__ import annotations

from cmdb.bootstrap import Core
from cmdb.errors import Invalid
from cmdb.practices.lifecycle import Lifecycle
from cmdb.usecases.teams import list_teams

ROWS = 50
MAX_TEAMS = 500


def states_of(lifecycle: Lifecycle, asked: str) -> tuple[str, ...] | None:
    """The states that `open`, `any` or the name of one stands for; None: all of them. Raises Invalid."""
    if asked == "any":
        return None
    if asked == "open":
        return lifecycle.open
    if asked not in lifecycle.states:
        raise Invalid(f"a state is open, any, or one of {', '.join(lifecycle.states)}", "state")
    return (asked,)


def number_of(ticket_id: str) -> int | None:
    """The number in a ticket's id, below which the next page begins; None for the first page. Raises Invalid."""
    if not ticket_id:
        return None
    number = ticket_id.rpartition("-")[2]
    if not number.isdecimal():
        raise Invalid("this is no ticket's id", "before")
    return int(number)


def team_options(core: Core) -> list[tuple[str, str]]:
    """Teams to choose from, by id and name, with none before them."""
    return [("", "no team"), *((team.id, team.name) for team in list_teams(core.graph, limit=MAX_TEAMS))]
