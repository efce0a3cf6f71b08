"""What breaks the rules of the data's health: counted by type in the engine, listed page by page, kept day by day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import LiteralString

from cmdb.store.driver import Graph, Transaction, row, rows
from cmdb.store.queries.health_rules import FAULTS

# What runs on a machine or is part of it is seen by whoever sees the machine, and its teams answer for it too. So is a
# certificate by whoever sees what presents it.
_SEEN_BY: LiteralString = """
COLLECT {
  MATCH (n)<-[:PRESENTS*0..1]-()-[:RUNS_ON|PART_OF*0..3]->()<-[:IS]-(g:Sighting) WHERE NOT g.gone
  RETURN DISTINCT g.source_kind AS kind ORDER BY kind
} AS kinds,
COLLECT {
  MATCH (n)<-[:PRESENTS*0..1]-()-[:RUNS_ON|PART_OF*0..3]->()-[:OWNED_BY|SUPPORTED_BY]->(t:CI)
  WITH DISTINCT t ORDER BY t.id
  RETURN [t.id, t.title]
} AS teams
"""

_ALL: LiteralString = "MATCH (n:CI) WHERE n.type = $type AND n.state <> 'retired' WITH n, "
_COUNTED: LiteralString = """
WITH kinds, teams, faults, count(*) AS count
RETURN collect([kinds, teams, faults, count]) AS groups
"""

_BEHIND: LiteralString = """
MATCH (n:CI) USING INDEX n:CI(type, title)
WHERE n.type = $type AND n.state <> 'retired'
  AND n.title >= $after_title AND (n.title > $after_title OR n.id > $after_id)
WITH n,
"""
_LISTED: LiteralString = """
WITH n, kinds, teams, faults
WHERE size(faults) > 0 AND ($fault IS NULL OR $fault IN faults)
  AND ($source IS NULL OR $source IN kinds OR ($source = 'none' AND size(kinds) = 0))
  AND ($team IS NULL OR any(team IN teams WHERE team[0] = $team) OR ($team = 'none' AND size(teams) = 0))
WITH n, kinds, teams, faults ORDER BY n.type, n.title, n.id LIMIT $limit
RETURN n.id AS id, n.title AS title, n.os_id AS os_id, n.os_version AS os_version,
       n.not_after_at AS not_after_at, faults,
       coalesce(head([(n)-[:RUNS_ON|PART_OF]->(m) | [m.id, m.title]]),
                head([(n)<-[:PRESENTS]-(s)-[:RUNS_ON|PART_OF]->(m) | [s.id, s.title + ' on ' + m.title]])) AS place,
       [team IN teams | team[1]] AS teams,
       CASE WHEN 'broken-dependency' IN faults THEN COLLECT {
         MATCH (n)-[r:DEPENDS_ON|PROVIDED_BY {scope: 'person'}]->(:CI)-[:RUNS_ON|PART_OF*0..3]->(x:CI)
         WHERE x.state <> 'active'
         WITH DISTINCT x ORDER BY x.title, x.id LIMIT 10
         RETURN [x.title, x.state]
       } ELSE [] END AS gone,
       COLLECT { MATCH (n)<-[:IS]-(g:Sighting) RETURN max(g.last_seen_at) } AS seen
"""

_KNOWN_DAY: LiteralString = "OPTIONAL MATCH (h:HealthSnapshot {day: $day}) RETURN h IS NOT NULL AS known"
_KEEP: LiteralString = "MERGE (h:HealthSnapshot {day: $day}) ON CREATE SET h += $set"
_DAYS: LiteralString = """
MATCH (h:HealthSnapshot) WHERE h.day >= $first
WITH h ORDER BY h.day
UNWIND [i IN range(0, size(h.measures) - 1)
        WHERE h.measures[i] IN $measures AND h.by[i] = $by AND h.names[i] = $name] AS i
RETURN collect([h.day, h.measures[i], h.considered[i], h.affected[i]]) AS days
"""


@dataclass(frozen=True, slots=True)
class Alike:
    """How many CIs of a type these kinds of sources see, these teams ([id, name]) answer for, and break these rules.

    `faults`: keys of rules, or `KEY:ATTRIBUTE` where one is missing.
    """

    kinds: list[str]
    teams: list[list[str]]
    faults: list[str]
    count: int


@dataclass(frozen=True, slots=True)
class Affected:
    """A CI that breaks a rule. `faults`: as Alike has them; `last_seen_at`: epoch ms, None where nobody sees it.

    `place`: id and title of where it lives, or of what presents it; `not_after_at`: of a certificate, epoch ms.
    `gone`: title and state of what it is declared to need and is no longer active, some of them.
    """

    id: str
    type: str
    title: str
    faults: tuple[str, ...]
    place: tuple[str, str] | None
    teams: tuple[str, ...]
    os_id: str | None
    os_version: str | None
    not_after_at: int | None
    gone: tuple[tuple[str, str], ...]
    last_seen_at: int | None


@dataclass(frozen=True, slots=True)
class Kept:
    """One figure of a snapshot: `measure` is a rule's key or an aspect, `by` and `name` say of what it is."""

    measure: str
    by: str
    name: str
    considered: int
    affected: int


@dataclass(frozen=True, slots=True)
class Day:
    """A figure on a day (ISO date)."""

    day: str
    measure: str
    considered: int
    affected: int


def counting(keys: Iterable[str]) -> LiteralString:
    """The query that counts the CIs of a type by which of these rules they break."""
    return _ALL + _faults(keys) + " AS faults, " + _SEEN_BY + _COUNTED


def listing(key: str) -> LiteralString:
    """The query that lists the CIs of a type that break this rule."""
    return _BEHIND + _faults((key,)) + " AS faults, " + _SEEN_BY + _LISTED


def _faults(keys: Iterable[str]) -> LiteralString:
    return " + ".join([FAULTS[key] for key in keys]) or "[]"


def count_groups(tx: Transaction, label: str, keys: Iterable[str], parameters: Mapping[str, object]) -> list[Alike]:
    """The current CIs of a type, in groups of those that are alike. `parameters`: what the rules compare with."""
    return [Alike(*one) for one in row(tx, counting(keys), type=label, **parameters)["groups"]]


def list_affected(
    graph: Graph,
    key: str,
    label: str,
    parameters: Mapping[str, object],
    limit: int,
    after: tuple[str, str],
    attribute: str | None,
    source: str | None,
    team: str | None,
) -> list[Affected]:
    """CIs of a type that break a rule, by title, then id, after the one with these.

    `attribute`: that lack this one; `source`: that this kind sees, `team`: that the one with this id answers for;
    `none` for either: that have none. None: all.
    """
    found = graph.ask(
        listing(key), type=label, limit=limit, after_title=after[0], after_id=after[1],
        fault=f"{key}:{attribute}" if attribute else None, source=source, team=team, **parameters,
    )  # fmt: skip
    return [
        Affected(
            one["id"], label, one["title"], tuple(one["faults"]), tuple(one["place"]) if one["place"] else None,
            tuple(one["teams"]), one["os_id"], one["os_version"], one["not_after_at"],
            tuple((title, state) for title, state in one["gone"]),
            one["seen"][0] if one["seen"] else None,
        )
        for one in found
    ]  # fmt: skip


def is_kept(graph: Graph, day: str) -> bool:
    """Whether there is a snapshot of this day (ISO date)."""
    return graph.read(lambda tx: row(tx, _KNOWN_DAY, day=day))["known"]


def keep(graph: Graph, day: str, at: int, figures: Sequence[Kept]) -> None:
    """Keep the figures of a day; nothing happens where that day has some."""
    kept = {
        "at": at,
        "measures": [one.measure for one in figures],
        "by": [one.by for one in figures],
        "names": [one.name for one in figures],
        "considered": [one.considered for one in figures],
        "affected": [one.affected for one in figures],
    }
    graph.write(lambda tx: rows(tx, _KEEP, day=day, set=kept))


def days_since(graph: Graph, first: str, measures: Sequence[str], by: str, name: str) -> list[Day]:
    """One kind of figure of these measures from a day on (ISO date), by day."""
    found = graph.ask(_DAYS, first=first, measures=list(measures), by=by, name=name)[0]["days"]
    return [Day(*one) for one in found]
