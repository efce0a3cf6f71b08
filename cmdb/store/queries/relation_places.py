"""Where the ends of relationships are: for events of what is derived or declared between two CIs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import LiteralString, NamedTuple

from cmdb.store.driver import Transaction, rows

# The nearest independent CI; of what has just ended, the one that it was in last.
_PLACES: LiteralString = """
UNWIND $ids AS id
MATCH (x:CI {id: id})
CALL (x) {
  MATCH path = (x)-[:RUNS_ON|PART_OF|WAS_RUNS_ON|WAS_PART_OF*0..4]->(m:CI) WHERE m.type IN $types
  RETURN m ORDER BY size([r IN relationships(path) WHERE type(r) STARTS WITH 'WAS_']), length(path),
                    reduce(latest = 0, r IN relationships(path) | coalesce(r.valid_to, latest)) DESC LIMIT 1
}
RETURN x.id AS end, m.id AS root, m.type AS type, m.title AS title, m.state AS state, m.valid_from AS since,
       CASE WHEN m = x THEN x.title ELSE x.title + ' on ' + m.title END AS name
"""

_STANDING: LiteralString = """
UNWIND $links AS link
MATCH (a:CI {id: link[1]})-[r]-(b:CI {id: link[2]}) WHERE type(r) = link[0]
RETURN collect(DISTINCT link) AS standing
"""


class Place(NamedTuple):
    """The independent CI that an end of a relationship is, or is in. `name`: of the end, as people say it.

    `since`: when the independent CI began, epoch ms; None where it has no beginning of its own.
    """

    root: str
    type: str
    title: str
    state: str
    since: int | None
    name: str


def places_of_ends(tx: Transaction, ends: Iterable[str], types: Sequence[str]) -> dict[str, Place]:
    """Where these CIs are, by their ids. `types`: those of independent CIs; what is in none of them is left out."""
    ordered = sorted(set(ends))
    found = rows(tx, _PLACES, ids=ordered, types=list(types)) if ordered else []
    return {
        one["end"]: Place(one["root"], one["type"], one["title"], one["state"], one["since"], one["name"])
        for one in found
    }


def standing_links(tx: Transaction, links: Iterable[tuple[str, str, str]]) -> set[tuple[str, str, str]]:
    """Those of these relationships, (verb, one end, other end), that stand now, whichever way they point."""
    ordered = sorted(set(links))
    found = rows(tx, _STANDING, links=[list(one) for one in ordered])[0]["standing"] if ordered else []
    return {(verb, start, end) for verb, start, end in found}
