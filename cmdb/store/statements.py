"""Writes generated from the model: one statement for each CI type and for each verb, texts constant for the plan cache.

Labels and relationship types are the only parts that vary, and they come from declarations. Parameters carry the rest.
"""

from __future__ import annotations

from typing import LiteralString, cast

from cmdb.model.types import BY_LABEL
from cmdb.model.verbs import VERBS
from cmdb.model.vocabulary import Verb


def _constant(text: str) -> LiteralString:
    return cast("LiteralString", text)


def upsert(label: str) -> LiteralString:
    """Rows {id, since, set}: create the CI or set its values; null in `set` removes one.

    Revives an ended CI, without the values that it ended with.
    """
    former = ", ".join(f"{attribute.name}: null" for attribute in BY_LABEL[label].attributes)
    return _constant(
        "UNWIND $rows AS row MERGE (n:CI {id: row.id}) "
        "ON CREATE SET n.valid_from = row.since "
        "ON MATCH SET n.valid_from = CASE WHEN n.valid_from > row.since THEN row.since ELSE n.valid_from END, "
        f"n += CASE n.state WHEN 'retired' THEN {{{former}}} ELSE {{}} END "
        f"SET n:{BY_LABEL[label].label}, n.type = '{BY_LABEL[label].label}', n.state = 'active', n.valid_to = null, "
        "n += row.set"
    )


def establish(label: str) -> LiteralString:
    """Rows {id, set}: create a shared value thing where nobody has; what is there is not touched or locked.

    It has no beginning of its own: an address is there before anyone holds it.
    """
    return _constant(
        "UNWIND $rows AS row MERGE (n:CI {id: row.id}) "
        f"ON CREATE SET n:{BY_LABEL[label].label}, n.type = '{BY_LABEL[label].label}', n.state = 'active', "
        "n += row.set "
        "FOREACH (_ IN CASE WHEN n.unused_since IS NULL THEN [] ELSE [1] END | REMOVE n.unused_since)"
    )


def retype(old: str, new: str) -> LiteralString:
    """Rows {id}: the CI is another type of its family than it was taken for."""
    return _constant(
        f"UNWIND $rows AS row MATCH (n:CI {{id: row.id}}) REMOVE n:{BY_LABEL[old].label} SET n:{BY_LABEL[new].label}"
    )


def relate(verb: Verb) -> LiteralString:
    """Rows {start, end, set}: create the relationship between two CIs."""
    return _constant(
        "UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) "
        f"CREATE (a)-[r:{verb.name}]->(b) SET r = row.set"
    )


def refresh(verb: Verb) -> LiteralString:
    """Rows {start, end, key, set}: set properties of the current relationship."""
    return _constant(
        "UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) "
        f"MATCH (a)-[r:{verb.name}]->(b) WHERE coalesce(r.key, '') = row.key SET r += row.set"
    )


def end(verb: Verb) -> LiteralString:
    """Rows {start, end, key, set}: the relationship becomes its past form; `set` says until when, and why."""
    return _constant(
        "UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) "
        f"MATCH (a)-[r:{verb.name}]->(b) WHERE coalesce(r.key, '') = row.key "
        f"CREATE (a)-[w:{verb.past}]->(b) SET w = properties(r), w += row.set "
        "DELETE r"
    )


def all_statements() -> dict[str, str]:
    """Every generated statement by name, for the golden file."""
    found = {
        f"{'establish' if t.value_key else 'upsert'} {label}": (establish if t.value_key else upsert)(label)
        for label, t in BY_LABEL.items()
    }
    for verb in VERBS:
        found |= {
            f"relate {verb.name}": relate(verb),
            f"refresh {verb.name}": refresh(verb),
            f"end {verb.name}": end(verb),
        }
    return found
