"""The least that writing a document costs: its nodes and relationships through UNWIND … MERGE, and nothing else.

No identity, no validation, no history, no reading: the caller has made every id before the clock runs. One transaction
a document, as the product has it, on the same labels, so under the same constraints and full-text index.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from cmdb.model import verbs
from cmdb.model.types import BY_LABEL
from cmdb.store.driver import Graph, Transaction
from measure.estate import CALLED, PORTS

_SCOPE = """
MERGE (s:Scope {key: $key}) SET s.content = $content, s.effective_at = $at
MERGE (g:Sighting {key: $key}) SET g.last_seen_at = $at
MERGE (s)-[:SAW]->(g)
WITH g UNWIND $identifiers AS key
MERGE (i:Identifier {key: key})
MERGE (g)-[:HAS]->(i)
"""
_IS = "MATCH (g:Sighting {key: $key}) MATCH (c:CI {id: $id}) MERGE (g)-[:IS]->(c)"
_NODES = "UNWIND $rows AS row MERGE (n:CI {{id: row.id}}) SET n:{label}, n += row.set"
# What has a value for its identity stands for the whole estate and is written once, as the product does.
_SHARED = "UNWIND $rows AS row MERGE (n:CI {{id: row.id}}) ON CREATE SET n:{label}, n += row.set"
_EDGES = (
    "UNWIND $rows AS row MATCH (a:CI {{id: row.start}}) MATCH (b:CI {{id: row.end}}) "
    "MERGE (a)-[r:{verb}]->(b) SET r.valid_from = $at"
)
_ENDED = (
    "UNWIND $rows AS row MATCH (a:CI {{id: row.start}})-[r:{verb}]->(b:CI {{id: row.end}}) "
    "MERGE (a)-[w:WAS_{verb}]->(b) SET w.valid_from = r.valid_from, w.valid_to = $at DELETE r"
)
_USES = (
    "UNWIND $rows AS row MERGE (e:Endpoint {key: row.end}) SET e.port = row.port "
    "WITH e, row MATCH (a:CI {id: row.start}) MERGE (a)-[r:USES]->(e) SET r.last_seen_at = $at"
)
_RETIRED = "UNWIND $rows AS row MATCH (n:CI {id: row.id}) SET n.state = 'retired', n.valid_to = $at"
_TOUCH = "MATCH (s:Scope {key: $key}) SET s.effective_at = $at"

Edges = dict[str, set[tuple[str, str]]]


@dataclass
class Rows:
    """What one document puts into the graph: values by label and id, relationships by verb."""

    key: str
    root: str
    content: bytes
    identifiers: list[str]
    nodes: dict[str, dict[str, dict[str, Any]]] = field(default_factory=lambda: defaultdict(dict))
    edges: Edges = field(default_factory=lambda: defaultdict(set))
    uses: list[dict[str, Any]] = field(default_factory=list)


def rows_of(said: dict[str, Any], body: bytes, population: str) -> Rows:
    """A document's rows. `population` keeps them apart from those that the product writes into the same database."""
    key = f"{population}|{said['scope']['key']}"
    parents = {item["key"]: item.get("in") for item in said["items"]}
    types = {item["key"]: BY_LABEL[item["type"]] for item in said["items"]}
    values = {item["key"]: item["attributes"] for item in said["items"]}

    def id_of(item: str) -> str:
        known_by = types[item].value_key
        return "|".join([population, *(str(values[item][name]) for name in known_by)] if known_by else [key, item])

    claimed = said["items"][0]["identifiers"].items()
    identifiers = [f"{population}|{k}:{v}" for k, vs in claimed for v in (vs if isinstance(vs, list) else [vs])]
    found = Rows(key, id_of("host"), zlib.compress(body, 1), sorted(identifiers))
    for item, ci_type in types.items():
        volatile = {attribute.name for attribute in ci_type.attributes if attribute.volatile}
        kept = {name: value for name, value in values[item].items() if name not in volatile}
        found.nodes[ci_type.label][id_of(item)] = kept | {"title": item, "type": ci_type.label, "state": "active"}
        if ci_type.inside is not None and (parent := parents[item]) is not None:
            ends = (id_of(parent), id_of(item)) if ci_type.inside.points_down else (id_of(item), id_of(parent))
            found.edges[ci_type.inside.verb.name].add(ends)
    for relation in said["relations"]:
        start, end = id_of(relation["from"]), relation["to"]
        if isinstance(end, str):
            found.edges[relation["verb"]].add((start, id_of(end)))
            continue
        far_end = f"{population}|{end['protocol']}|{end['address']}|{end['port']}"
        found.uses.append({"start": start, "end": far_end, "port": end["port"]})
        _, *octets = (int(part) for part in end["address"].split("."))
        host = f"bench-{octets[0] << 16 | octets[1] << 8 | octets[2]:08d}"
        called = next(name for name in CALLED if PORTS[name] == end["port"])
        found.edges[verbs.CALLS.name].add((start, f"{population}|{host}|svc:{called}"))
    return found


def write_first(graph: Graph, rows: Rows, at: int) -> None:
    """Everything the document says, as if nothing were there."""

    def work(tx: Transaction) -> None:
        _write_scope(tx, rows, at)
        _write(tx, rows.nodes, rows.edges, at)
        _run(tx, _USES, rows=rows.uses, at=at)
        _run(tx, _IS, key=rows.key, id=rows.root)

    graph.write(work)


def write_together(graph: Graph, hosts: list[Rows], at: int) -> None:
    """The same of several hosts in one transaction: for an estate that is merely to be there."""
    every = Rows("", "", b"", [])
    for rows in hosts:
        for label, found in rows.nodes.items():
            every.nodes[label].update(found)
        for verb, pairs in rows.edges.items():
            every.edges[verb] |= pairs
        every.uses += rows.uses

    def work(tx: Transaction) -> None:
        _write(tx, every.nodes, every.edges, at)
        _run(tx, _USES, rows=every.uses, at=at)
        for rows in hosts:
            _write_scope(tx, rows, at)
            _run(tx, _IS, key=rows.key, id=rows.root)

    graph.write(work)


def write_change(graph: Graph, before: Rows, after: Rows, at: int) -> None:
    """Only what differs between two documents of a scope, with what ended kept as ended."""
    nodes = {
        label: {i: v for i, v in found.items() if before.nodes[label].get(i) != v}
        for label, found in after.nodes.items()
    }
    edges = {verb: found - before.edges[verb] for verb, found in after.edges.items()}
    ended = {verb: found - after.edges[verb] for verb, found in before.edges.items()}
    kept = {i for found in after.nodes.values() for i in found}
    # A value thing (a package) stands for the whole estate and does not end with one host's use of it.
    gone = [i for label, found in before.nodes.items() if not BY_LABEL[label].value_key for i in found if i not in kept]

    def work(tx: Transaction) -> None:
        _write_scope(tx, after, at)
        for verb, pairs in ended.items():
            if pairs:
                _run(tx, _ENDED.format(verb=verb), rows=_pairs(pairs), at=at)
        _write(tx, nodes, edges, at)
        if gone:
            _run(tx, _RETIRED, rows=[{"id": i} for i in sorted(gone)], at=at)

    graph.write(work)


def write_nothing_new(graph: Graph, rows: Rows, at: int) -> None:
    """The one property that says when the scope was last seen."""
    graph.write(lambda tx: _run(tx, _TOUCH, key=rows.key, at=at))


def _write_scope(tx: Transaction, rows: Rows, at: int) -> None:
    _run(tx, _SCOPE, key=rows.key, content=rows.content, at=at, identifiers=rows.identifiers)


def _write(tx: Transaction, nodes: dict[str, dict[str, dict[str, Any]]], edges: Edges, at: int) -> None:
    for label, found in sorted(nodes.items()):
        if found:
            query = _SHARED if BY_LABEL[label].value_key else _NODES
            _run(tx, query.format(label=label), rows=[{"id": i, "set": v} for i, v in sorted(found.items())])
    for verb, pairs in sorted(edges.items()):
        if pairs:
            _run(tx, _EDGES.format(verb=verb), rows=_pairs(pairs), at=at)


def _pairs(pairs: set[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"start": start, "end": end} for start, end in sorted(pairs)]


def _run(tx: Transaction, query: str, **parameters: Any) -> None:
    tx.run(query, parameters).consume()
