"""Who answers for a CI, and how much it matters to the business."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import LiteralString

from cmdb.store.driver import Transaction, row
from cmdb.store.held import as_of_with_values

# Who supports a machine also supports what runs on it and is part of it.
_RESPONSIBLE: LiteralString = """
CALL () {
  UNWIND $ids AS id
  MATCH (x:CI {id: id})-[:RUNS_ON|PART_OF*0..3]->()-[r:OWNED_BY|SUPPORTED_BY]->(t:CI)
  RETURN collect(DISTINCT [x.id, t.id, type(r)]) AS pairs
}
CALL () {
  UNWIND $ids AS id
  MATCH (:CI {id: id})-[:RUNS_ON|PART_OF*0..3]->()-[:OWNED_BY|SUPPORTED_BY]->(t:CI)
  RETURN collect(DISTINCT [t.id, t.title, t.contact]) AS teams
}
CALL () {
  UNWIND $ids AS id
  MATCH (s:CI {id: id}) WHERE s.criticality IS NOT NULL
  RETURN collect([s.id, s.criticality]) AS criticality
}
"""
_NOW: LiteralString = _RESPONSIBLE + "RETURN pairs, teams, criticality"
_THEN: LiteralString = (
    as_of_with_values(_RESPONSIBLE + "CALL () { MATCH (x:CI) WHERE x.id IN $ids RETURN collect(x) AS nodes }")
    + "RETURN pairs, teams, criticality, were"
)


@dataclass(frozen=True, slots=True)
class TeamContact:
    """A team and where to reach it, None where nobody said."""

    id: str
    name: str
    contact: str | None


@dataclass(frozen=True, slots=True)
class Responsibility:
    """For the CIs asked about: the ids of the teams of each, those teams by id, and the criticality of services."""

    teams_of: dict[str, frozenset[str]]
    teams: dict[str, TeamContact]
    criticality: dict[str, str]


def responsible_for(tx: Transaction, ids: Iterable[str], at: int | None = None) -> Responsibility:
    """Who owns or supports these CIs, or what they run on; with `at` (epoch ms): who did then, as reached today."""
    asked = sorted(set(ids))
    found = row(tx, _NOW, ids=asked) if at is None else row(tx, _THEN, ids=asked, at=at, weighed=["criticality"])
    were = {ci: value for ci, _, value in found.get("were", ())}
    teams_of: dict[str, set[str]] = {}
    for ci, team, _ in found["pairs"]:
        teams_of.setdefault(ci, set()).add(team)
    return Responsibility(
        {ci: frozenset(teams) for ci, teams in teams_of.items()},
        {team: TeamContact(team, name, contact) for team, name, contact in found["teams"]},
        {ci: value for ci, value in (dict(found["criticality"]) | were).items() if value is not None},
    )
