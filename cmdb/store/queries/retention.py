"""Removing the past that lies before the horizon: found by the thousand, removed in small transactions.

Everything is found first and looked at again behind its lock, so that nothing is removed that has come back meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import LiteralString, cast

from cmdb.model.types import BY_LABEL
from cmdb.model.verbs import VERBS
from cmdb.store.driver import Graph, row

FOUND = 20_000
"""How many ids one search gives."""
BATCH = 1_000
"""How many nodes or relationships one transaction removes; `FEW` of those on which many others may hang."""
FEW = 100

_HORIZON: LiteralString = "OPTIONAL MATCH (c:Counter {name: 'history'}) RETURN c.horizon AS horizon"
_RAISE: LiteralString = """
MERGE (c:Counter {name: 'history'})
SET c.horizon = CASE WHEN c.horizon > $to THEN c.horizon ELSE $to END
RETURN c.horizon AS horizon
"""

_VALUE_THINGS = sorted(label for label, ci_type in BY_LABEL.items() if ci_type.value_key)

# A CI that ended before the horizon, and that nothing names any more which is kept for longer.
IS_OVER: LiteralString = """
n.state = 'retired' AND n.valid_to <= $before
  AND NOT EXISTS { (n)<-[:AFFECTS|WAS_AFFECTS|DRIFTED]-(:Ticket) }
  AND NOT EXISTS { (n)<-[:WAS_RUNS_ON|WAS_PART_OF*1..3]-(:CI)<-[:AFFECTS|WAS_AFFECTS|DRIFTED]-(:Ticket) }
  AND NOT EXISTS { (n)<-[r {scope: 'person'}]-(x:CI) WHERE x.state <> 'retired' AND NOT type(r) STARTS WITH 'WAS_' }
  AND NOT EXISTS { (n)<-[:IS]-(g:Sighting) WHERE NOT g.gone OR EXISTS { (g)<-[:ABOUT]-(:Decision) } }
"""

# What a ticket names stays with the machine that it was in.
_IS_PLACE_OF_NAMED: LiteralString = """
type(r) IN ['WAS_RUNS_ON', 'WAS_PART_OF']
  AND EXISTS { (a)<-[:WAS_RUNS_ON|WAS_PART_OF*0..2]-()<-[:AFFECTS|WAS_AFFECTS|DRIFTED]-(:Ticket) }
"""


@dataclass(frozen=True, slots=True)
class Step:
    """One kind of thing to remove. `find` and `remove` take `before` (epoch ms); `remove` returns how many it was."""

    name: str
    find: LiteralString
    remove: LiteralString
    batch: int = BATCH


# By id, each on its own: of a list the engine would look through everything with the label.
_NODE: LiteralString = "UNWIND $ids AS id MATCH (n) WHERE elementId(n) = id"
_RELATIONSHIP: LiteralString = "UNWIND $ids AS id MATCH (a)-[r]->(b) WHERE elementId(r) = id"


def _nodes(name: str, label: LiteralString, condition: LiteralString, batch: int = BATCH) -> Step:
    """Nodes `n` of this label for which this holds."""
    return Step(
        name,
        f"MATCH (n:{label}) WHERE {condition} RETURN elementId(n) AS id LIMIT $limit",
        f"{_NODE} SET n.lock = 'retention' WITH n WHERE n:{label} AND {condition} DETACH DELETE n "
        "RETURN count(*) AS removed",
        batch,
    )


CLAIMS = _nodes("past values", "Claim", "n.valid_to <= $before")
RELATIONSHIPS = tuple(
    Step(
        "past relationships",
        cast(
            "LiteralString",
            f"MATCH (a)-[r:{verb.past}]->() WHERE r.valid_to <= $before AND NOT ({_IS_PLACE_OF_NAMED}) "
            "RETURN elementId(r) AS id LIMIT $limit",
        ),
        # Ids are given anew once they are free: looked at again, it is still one of the past.
        _RELATIONSHIP + " AND r.valid_to <= $before AND type(r) STARTS WITH 'WAS_' DELETE r RETURN count(*) AS removed",
    )
    for verb in VERBS
)
MANUAL_VALUES = _nodes("manual values", "ManualValue", "n.ended_at <= $before")
# What hangs on such a CI goes first, so that no transaction has more to do because one CI has more.
HANGING_ON = Step(
    "relationships of CIs",
    f"MATCH (n:CI) WHERE n.valid_to <= $before AND {IS_OVER} "
    "MATCH (n)-[r]-() WHERE type(r) <> 'IS' RETURN DISTINCT elementId(r) AS id LIMIT $limit",
    _RELATIONSHIP + " AND (a.valid_to <= $before OR b.valid_to <= $before) DELETE r RETURN count(*) AS removed",
)
CIS = _nodes("CIs", "CI", IS_OVER + " AND NOT EXISTS { (n)<-[:IS]-() }")
SCOPES = _nodes(
    "sources", "Scope", "n.withdrawn_at <= $before AND NOT EXISTS { (n)-[:SAW]->() }", FEW
)  # fmt: skip
FAR_ENDS = _nodes("far ends", "Endpoint", "NOT EXISTS { (n)<-[:USES|WAS_USES]-() }")
NEIGHBOURS = _nodes("neighbours", "Neighbour", "NOT EXISTS { (n)<-[:SEES|WAS_SEES]-() }")
IDENTIFIERS = _nodes("identifiers", "Identifier", "NOT EXISTS { (n)--() }")
ALIASES = _nodes("aliases", "Alias", "NOT EXISTS { (n)-[:NOW]->() }")

# A document that names a value thing in the same moment takes the mark away (see `establish`): what is unused is marked
# first, and removed a run later where nobody did.
_UNUSED: LiteralString = "n.type IN $value_things AND NOT EXISTS { (n)--() }"
MARK_VALUES = Step(
    "unused values",
    f"MATCH (n:CI) WHERE {_UNUSED} AND n.unused_since IS NULL RETURN elementId(n) AS id LIMIT $limit",
    f"{_NODE} AND {_UNUSED} SET n.unused_since = $now RETURN count(*) AS removed",
)
VALUES = Step(
    "unused values",
    f"MATCH (n:CI) WHERE {_UNUSED} AND n.unused_since < $marked_before RETURN elementId(n) AS id LIMIT $limit",
    f"{_NODE} SET n.lock = 'retention' WITH n WHERE {_UNUSED} AND n.unused_since < $marked_before DELETE n "
    "RETURN count(*) AS removed",
)
SNAPSHOTS = _nodes("days of figures", "HealthSnapshot", "n.day < $first_day")


def horizon(graph: Graph) -> int | None:
    """Since when the past can be asked, epoch ms; None: nothing has been removed."""
    return graph.ask(_HORIZON)[0]["horizon"]


def raise_horizon(graph: Graph, to: int) -> int:
    """Move the horizon forward, never back; where it is."""
    return graph.write(lambda tx: row(tx, _RAISE, to=to)["horizon"])


def sweep(graph: Graph, step: Step, **parameters: object) -> int:
    """Remove everything that the step finds, in bounded transactions; how many."""
    removed = 0
    values = {"value_things": _VALUE_THINGS, **parameters}
    while ids := [found["id"] for found in graph.ask(step.find, limit=FOUND, **values)]:
        before = removed
        for start in range(0, len(ids), step.batch):
            removed += graph.tell(step.remove, ids=ids[start : start + step.batch], **values)[0]["removed"]
        if removed == before:
            break
    return removed
