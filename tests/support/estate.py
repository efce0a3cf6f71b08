"""What stands in a graph, in values that compare: the same for the same estate, however it came about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cmdb.observation.document import decode
from cmdb.store.driver import Graph
from cmdb.usecases.observe import observe
from cmdb.usecases.receipts import Receipt
from tests.support.hosts import encoded

LEARNT = frozenset({"began_recorded_at", "began_cause"})
"""How and when a relationship came to be known: not the same in every order, and another after an undoing."""


def send(graph: Graph, document: dict[str, Any], received_at: int | None = None) -> Receipt:
    """Take a document in, by default at the instant it was read."""
    return observe(graph, decode(encoded(document)), document["observed_at"] if received_at is None else received_at)


def ci_of(receipt: Receipt, key: str = "host") -> str | None:
    """The CI of one item, which the receipt must list."""
    return next(item.ci_id for item in receipt.items if item.key == key)


def titles(graph: Graph, ci_type: str, state: str = "active") -> list[str]:
    """The titles of all CIs of a type and state, sorted."""
    found = graph.ask("MATCH (n:CI {type: $type, state: $state}) RETURN n.title AS title", type=ci_type, state=state)
    return sorted(record["title"] for record in found)


def relations(graph: Graph, verb: str) -> list[tuple[str, str]]:
    """The titles at both ends of all relationships of a verb, past ones by their WAS_ name."""
    found = graph.ask("MATCH (a:CI)-[r]->(b:CI) WHERE type(r) = $verb RETURN a.title AS a, b.title AS b", verb=verb)
    return sorted((record["a"], record["b"]) for record in found)


def picture(graph: Graph) -> dict[str, Any]:
    """Every CI with its values, every current relationship, every proof: what must not depend on arrival order."""
    nodes = graph.ask("MATCH (n:CI) RETURN labels(n) AS labels, properties(n) AS values")
    edges = graph.ask(
        "MATCH (a)-[r]->(b) WHERE NOT type(r) STARTS WITH 'WAS_' AND NOT type(r) IN ['SAW', 'HAS', 'HAD', 'NOW'] "
        "RETURN type(r) AS verb, coalesce(a.id, a.key) AS start, coalesce(b.id, b.key) AS end, properties(r) AS values"
    )
    aside = graph.ask(
        "MATCH (i:Identifier) WHERE i.aside_reason IS NOT NULL RETURN i.key AS key, i.aside_reason AS why"
    )
    return {
        "nodes": {n["values"]["id"]: (sorted(n["labels"]), _sorted(n["values"])) for n in nodes},
        "edges": sorted((e["verb"], *_ends(e), str(_sorted(e["values"], but=LEARNT))) for e in edges),
        "aside": sorted((a["key"], a["why"]) for a in aside),
    }


def changes(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    """Which parts of two pictures differ, by name; empty when they are equal."""
    return {part for part in before.keys() | after.keys() if before.get(part) != after.get(part)}


def _ends(edge: dict[str, Any]) -> tuple[str, str]:
    """A cable has no direction."""
    start, end = edge["start"], edge["end"]
    return (min(start, end), max(start, end)) if edge["verb"] == "LINKED_TO" else (start, end)


def standing(graph: Graph) -> dict[str, Any]:
    """The picture without what is retired, or a value that nothing has: what a source said before one that is believed
    more, and never had it, leaves that behind."""
    found = picture(graph)
    related = {end for _, *ends, _ in found["edges"] for end in ends}
    nodes = {key: one for key, one in found["nodes"].items() if key in related and ("state", "retired") not in one[1]}
    return found | {"nodes": nodes}


def _sorted(values: dict[str, Any], but: frozenset[str] = frozenset()) -> list[tuple[str, Any]]:
    return sorted(item for item in values.items() if item[0] not in but)


def count(graph: Graph, label: str) -> int:
    """How many nodes carry a label."""
    return graph.ask("MATCH (n) WHERE $label IN labels(n) RETURN count(n) AS count", label=label)[0]["count"]


def send_all(graph: Graph, documents: Iterable[dict[str, Any]]) -> list[Receipt]:
    """Take documents in, one after the other."""
    return [send(graph, document) for document in documents]
