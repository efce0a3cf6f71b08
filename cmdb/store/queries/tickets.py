"""Tickets: what stands on them, what they affect, and what was done, entry by entry."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, LiteralString

from cmdb.model.vocabulary import Value
from cmdb.store.driver import Row, Transaction, rows
from cmdb.store.queries.counters import next_number

_CREATE: LiteralString = """
CREATE (t:Ticket {id: $id, kind: $kind, number: $number, revision: 1, entry_count: 0})
SET t += $values
"""

_LOCK: LiteralString = """
MATCH (t:Ticket {id: $id}) WHERE t.kind = $kind
SET t.revision = t.revision + 1
RETURN t.id AS id
"""

_READ: LiteralString = """
MATCH (t:Ticket {id: $id}) WHERE t.kind = $kind
RETURN t AS ticket,
       [(t)-[r:AFFECTS]->(c:CI) | [c.id, c.type, c.title, c.state, r.role, r.effect, r.origin, r.distance,
        coalesce(head([(c)-[:RUNS_ON|PART_OF]->(m) | m.title]),
                 head([(c)-[:WAS_RUNS_ON|WAS_PART_OF]->(m) | m.title]))]] AS links,
       head([(t)-[:ASSIGNED_TO]->(a:CI) | [a.id, a.title]]) AS team
"""

_PAGE: LiteralString = """
MATCH (t:Ticket {kind: $kind})
WHERE ($states IS NULL OR t.state IN $states) AND ($priority IS NULL OR t.priority = $priority)
  AND t.number < $before
  AND ($text IS NULL OR toLower(t.title) CONTAINS toLower($text))
  AND ($team IS NULL OR EXISTS { (t)-[:ASSIGNED_TO]->(:CI {id: $team}) })
  AND ($ci IS NULL OR EXISTS { (t)-[r:AFFECTS]->(:CI {id: $ci}) WHERE r.origin <> 'excluded' })
WITH t ORDER BY t.number DESC LIMIT $limit
RETURN t {.*, assessment: null} AS ticket,
       [(t)-[r:AFFECTS {role: 'source'}]->(c:CI) | [c.id, c.type, c.title, c.state, r.role, r.effect, r.origin,
        r.distance, coalesce(head([(c)-[:RUNS_ON|PART_OF]->(m) | m.title]),
                             head([(c)-[:WAS_RUNS_ON|WAS_PART_OF]->(m) | m.title]))]] AS links,
       head([(t)-[:ASSIGNED_TO]->(a:CI) | [a.id, a.title]]) AS team
"""

_NEWEST = 2**62  # more tickets than there will be: the index then gives the newest first

_SET: LiteralString = "MATCH (t:Ticket {id: $id}) SET t += $values"

_LOG: LiteralString = """
MATCH (t:Ticket {id: $id})
SET t.entry_count = t.entry_count + 1, t.changed_at = $at
WITH t
CREATE (t)-[:LOGGED]->(:Entry {
  id: t.id + '/' + t.entry_count, number: t.entry_count, at: $at, who: $who, kind: $kind, text: $text,
  changes: $changes
})
"""

_ENTRIES: LiteralString = """
MATCH (:Ticket {id: $id})-[:LOGGED]->(e:Entry)
WITH e ORDER BY e.number DESC LIMIT $limit
RETURN e ORDER BY e.number
"""

_ASSIGN: LiteralString = """
MATCH (t:Ticket {id: $id})
OPTIONAL MATCH (t)-[former:ASSIGNED_TO]->()
DELETE former
WITH DISTINCT t
OPTIONAL MATCH (a:CI {id: $team})
FOREACH (team IN CASE WHEN a IS NULL THEN [] ELSE [a] END | CREATE (t)-[:ASSIGNED_TO]->(team))
"""

_UNLINK: LiteralString = """
MATCH (t:Ticket {id: $id})-[r:AFFECTS]->(c:CI)
WHERE ($origins IS NULL OR r.origin IN $origins) AND ($cis IS NULL OR c.id IN $cis)
DELETE r
"""

_LINK: LiteralString = """
MATCH (t:Ticket {id: $id})
UNWIND $rows AS row
MATCH (c:CI {id: row.ci})
CREATE (t)-[:AFFECTS {role: row.role, effect: row.effect, origin: row.origin, distance: row.distance,
                      valid_from: $at}]->(c)
"""

_HELD_DOWN: LiteralString = """
MATCH (t:Ticket) WHERE t.kind IN ['incident', 'change'] AND t.id <> $but
  AND (t.kind = 'incident' AND t.state IN $incident_states OR t.kind = 'change' AND t.state IN $change_states)
MATCH (t)-[r:AFFECTS {role: 'source'}]->(c:CI) WHERE r.effect = 'down'
RETURN c.id AS ci, min(t.id) AS ticket
"""


@dataclass(frozen=True, slots=True)
class Link:
    """What a ticket says about a CI.

    `role`: source (it failed, or is going to be touched) or affected. `origin`: manual (a person said so), computed,
    or excluded (a person said it is not affected). `distance` in hops from the sources, None where nobody computed it.
    """

    ci_id: str
    ci_type: str
    title: str
    ci_state: str
    role: str
    effect: str | None
    origin: str
    distance: int | None
    place: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was done to a ticket. `changes`: field → (old, new); `text` None: no words were added."""

    id: str
    at: int
    who: str
    kind: str
    text: str | None
    changes: Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class StoredTicket:
    """A ticket's values with what it is linked to; a page holds the links with the role `source` only."""

    id: str
    revision: int
    values: Mapping[str, Any]
    links: tuple[Link, ...]
    team_id: str | None
    team_name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which tickets to list; None does not restrict."""

    states: tuple[str, ...] | None = None
    priority: int | None = None
    team: str | None = None
    ci: str | None = None
    text: str | None = None


def create(tx: Transaction, kind: str, prefix: str, values: Mapping[str, Value | None]) -> str:
    """Make a ticket with the next number of its kind: `PREFIX-000001`; returns its id."""
    number = next_number(tx, kind)
    ticket_id = f"{prefix}-{number:06d}"
    rows(tx, _CREATE, id=ticket_id, kind=kind, number=number, values=values)
    return ticket_id


def lock(tx: Transaction, ticket_id: str, kind: str) -> bool:
    """Lock a ticket and count one more revision; False where there is none."""
    return bool(rows(tx, _LOCK, id=ticket_id, kind=kind))


def read(tx: Transaction, ticket_id: str, kind: str) -> StoredTicket | None:
    """The ticket with all its links; None where there is none."""
    found = rows(tx, _READ, id=ticket_id, kind=kind)
    return _ticket(found[0]) if found else None


def page(tx: Transaction, kind: str, wanted: Wanted, before: int | None, limit: int) -> list[StoredTicket]:
    """Tickets of a kind, newest first, from below the number `before`."""
    states = None if wanted.states is None else list(wanted.states)
    found = rows(
        tx, _PAGE, kind=kind, states=states, priority=wanted.priority, team=wanted.team, ci=wanted.ci,
        text=wanted.text, before=_NEWEST if before is None else before, limit=limit,
    )  # fmt: skip
    return [_ticket(one) for one in found]


def set_values(tx: Transaction, ticket_id: str, values: Mapping[str, Value | None]) -> None:
    """Set values of a ticket; None removes one."""
    rows(tx, _SET, id=ticket_id, values=values)


def log(
    tx: Transaction, ticket_id: str, at: int, who: str, kind: str, text: str | None = None,
    changes: Mapping[str, tuple[Any, Any]] | None = None,
) -> None:  # fmt: skip
    """Add an entry; entries are never changed."""
    rows(tx, _LOG, id=ticket_id, at=at, who=who, kind=kind, text=text, changes=json.dumps(changes or {}))


def entries(tx: Transaction, ticket_id: str, limit: int) -> list[Entry]:
    """The newest `limit` entries, oldest first."""
    found = (one["e"] for one in rows(tx, _ENTRIES, id=ticket_id, limit=limit))
    return [
        Entry(e["id"], e["at"], e["who"], e["kind"], e.get("text"),
              {name: (old, new) for name, (old, new) in json.loads(e["changes"]).items()})
        for e in found
    ]  # fmt: skip


def assign(tx: Transaction, ticket_id: str, team_id: str | None) -> None:
    """Let this team, or none, work on the ticket."""
    rows(tx, _ASSIGN, id=ticket_id, team=team_id)


def link(tx: Transaction, ticket_id: str, data: Iterable[Row], at: int) -> None:
    """Link CIs; rows {ci, role, effect, origin, distance}."""
    rows(tx, _LINK, id=ticket_id, rows=sorted(data, key=lambda one: one["ci"]), at=at)


def unlink(
    tx: Transaction, ticket_id: str, *, origins: Iterable[str] | None = None, cis: Iterable[str] | None = None
) -> None:
    """Remove links of these origins, to these CIs; None does not restrict."""
    rows(
        tx, _UNLINK, id=ticket_id, origins=None if origins is None else list(origins),
        cis=None if cis is None else list(cis),
    )  # fmt: skip


def held_down(
    tx: Transaction, but: str, incident_states: Iterable[str], change_states: Iterable[str]
) -> dict[str, str]:
    """CIs that other tickets in these states hold for down, each with the id of such a ticket."""
    found = rows(
        tx, _HELD_DOWN, but=but, incident_states=list(incident_states), change_states=list(change_states)
    )  # fmt: skip
    return {one["ci"]: one["ticket"] for one in found}


def _ticket(found: Row) -> StoredTicket:
    values = dict(found["ticket"])
    team = found["team"] or (None, None)
    links = sorted((Link(*one) for one in found["links"]), key=lambda one: (one.distance or 0, one.title, one.ci_id))
    return StoredTicket(values.pop("id"), values.pop("revision"), values, tuple(links), team[0], team[1])
