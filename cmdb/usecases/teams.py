"""Teams: people who own or support CIs together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypedDict

from cmdb.errors import Invalid, NotFound
from cmdb.model import verbs
from cmdb.reconcile.edges import EdgeKey
from cmdb.store.driver import Graph, Transaction
from cmdb.store.queries import declared
from cmdb.store.queries.declared import DeclaredCI
from cmdb.usecases.declaring import (
    change_relations,
    change_values,
    checked_name,
    claim_name,
    existing,
    lock_current,
    new_id,
)
from cmdb.usecases.relation_events import tell_declared, tell_relations
from cmdb.usecases.resolve import resolve_in

TEAM = "Team"
Duty = Literal["owner", "support"]
DUTIES = {"owner": verbs.OWNED_BY, "support": verbs.SUPPORTED_BY}


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """A team as it stands. `revision` counts its changes; None where nobody said where to reach it or who is in it."""

    id: str
    name: str
    contact: str | None
    members: str | None
    state: str
    revision: int
    valid_from: int
    valid_to: int | None


class TeamChanges(TypedDict, total=False):
    """What to change of a team; None empties what may be empty."""

    name: str
    contact: str | None
    members: str | None


def create_team(
    graph: Graph, name: str, by: str, now: int, contact: str | None = None, members: str | None = None
) -> Team:
    """Make a team; raises Invalid for an empty name, Conflict where a current team has it."""

    def write(tx: Transaction) -> Team:
        claim_name(tx, TEAM, title)
        ci_id = new_id()
        values = {"name": title, "title": title, "contact": contact or None, "members": members or None}
        declared.create(tx, TEAM, ci_id, now, values)
        team = existing(tx, TEAM, ci_id)
        tell_declared(tx, TEAM, None, team, by, now)
        return _team(team)

    title = checked_name(name)
    return graph.write(write)


def change_team(graph: Graph, team_id: str, changes: TeamChanges, revision: int | None, by: str, now: int) -> Team:
    """Change a team that the caller has read at `revision`; raises NotFound, Stale, Invalid, Conflict."""

    def write(tx: Transaction) -> Team:
        team = lock_current(tx, TEAM, team_id, revision)
        wanted = {name: value or None for name, value in changes.items() if isinstance(value, str | None)}
        if "name" in changes:
            wanted["name"] = checked_name(changes["name"])
            claim_name(tx, TEAM, wanted["name"], team_id)
            declared.set_title(tx, team_id, wanted["name"])
        change_values(tx, team, wanted, now, by)
        changed = existing(tx, TEAM, team_id)
        tell_declared(tx, TEAM, team, changed, by, now)
        return _team(changed)

    return graph.write(write)


def retire_team(graph: Graph, team_id: str, revision: int | None, by: str, now: int) -> Team:
    """End a team; what it was responsible for keeps saying so until somebody gives it to another."""

    def write(tx: Transaction) -> Team:
        team = lock_current(tx, TEAM, team_id, revision)
        declared.retire(tx, team_id, now)
        retired = existing(tx, TEAM, team_id)
        tell_declared(tx, TEAM, team, retired, by, now)
        return _team(retired)

    return graph.write(write)


def read_team(graph: Graph, team_id: str) -> Team:
    """The team; raises NotFound."""
    return graph.read(lambda tx: _team(existing(tx, TEAM, team_id)))


def list_teams(
    graph: Graph, *, name: str | None = None, after: tuple[str, str] | None = None, limit: int = 50
) -> list[Team]:
    """Current teams by (name, id), from behind `after`; `name` is a part of the name."""
    found = graph.read(
        lambda tx: declared.page(tx, TEAM, name=name, states=["active"], after=after, limit=limit)
    )  # fmt: skip
    return [_team(one) for one in found]


def set_responsible(graph: Graph, ci: str, duty: Duty, teams: list[str], by: str, now: int) -> None:
    """Let exactly these teams own, or support, a CI; teams by id or name, the CI as `resolve` takes it."""

    def write(tx: Transaction) -> None:
        found = resolve_in(tx, ci, "ci")
        if found.type == TEAM:
            raise Invalid("a team is not owned or supported by teams", "ci")
        verb = DUTIES[duty]
        changed = change_relations(tx, found.id, verb, team_ids(tx, teams, "teams"), now, by)
        began, ended = ([EdgeKey(verb.name, found.id, team) for team in some] for some in changed)
        tell_relations(tx, began, ended, now, now, by=by)

    graph.write(write)


def find_team(graph: Graph, name: str, field: str = "team") -> str:
    """The id of the current team with this id or name; raises NotFound, or Invalid naming the field."""
    return graph.read(lambda tx: team_id(tx, name, field))


def team_ids(tx: Transaction, names: list[str], field: str) -> list[str]:
    """The ids of current teams that are named by id or name; raises NotFound or Invalid."""
    return [team_id(tx, name, f"{field}[{number}]") for number, name in enumerate(names)]


def team_id(tx: Transaction, name: str, field: str) -> str:
    """The id of the current team with this id or name."""
    if name.startswith("ci_"):
        found = declared.read(tx, name, TEAM)
        if found is None:
            raise NotFound(TEAM, name)
        return found.id
    namesake = declared.namesake(tx, TEAM, name.strip())
    if namesake is None:
        raise Invalid(f"there is no team called {name!r}", field)
    return namesake


def _team(ci: DeclaredCI) -> Team:
    def text(name: str) -> str | None:
        value = ci.values.get(name)
        return value if isinstance(value, str) else None

    return Team(
        id=ci.id, name=ci.title, contact=text("contact"), members=text("members"), state=ci.state,
        revision=ci.revision, valid_from=ci.valid_from, valid_to=ci.valid_to,
    )  # fmt: skip
