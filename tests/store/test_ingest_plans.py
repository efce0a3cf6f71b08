"""What a document costs does not grow with the estate: every statement begins at nodes that it names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, LiteralString, TypeVar

import pytest

from cmdb.observation.document import decode
from cmdb.store.driver import Graph, Row, Transaction
from cmdb.usecases.observe import observe
from tests.support.devices import base_mac, lldp, switch
from tests.support.hosts import START, encoded, host

pytestmark = pytest.mark.neo4j

T = TypeVar("T")
MINUTE = 60_000
SEEKS = {"NodeUniqueIndexSeek", "NodeUniqueIndexSeek(Locking)"}
GIVEN = {"Argument", "EmptyRow", "Unwind"}
SELECTIVE = ("Scope(base)", "Birth(scope)", "Claim(sighting)", "CALLS(key)", "NEEDS(key)")
"""Indexes of which one value names few."""
OTHERS = 2_000
KEYED = {
    "CI:NetworkInterface": "id", "CI:ServiceInstance": "id", "Identifier": "key", "Sighting": "key", "Scope": "key",
    "Endpoint": "key", "Neighbour": "key",
}  # fmt: skip


class Listening(Graph):
    """A graph that remembers which statements its writes run."""

    def __init__(self, *where: str) -> None:
        super().__init__(*where)
        self.heard: set[str] = set()

    def write(self, work: Callable[[Transaction], T]) -> T:
        return super().write(lambda tx: work(_Heard(tx, self.heard)))  # pyright: ignore[reportArgumentType]

    def tell_at_once(self, query: LiteralString, /, **parameters: object) -> list[Row] | None:
        self.heard.add(query)
        return super().tell_at_once(query, **parameters)


class _Heard:
    def __init__(self, tx: Transaction, heard: set[str]) -> None:
        self._tx = tx
        self._heard = heard

    def run(self, query: Any, parameters: Any = None) -> Any:
        self._heard.add(query)
        return self._tx.run(query, parameters)


@pytest.fixture
def listening(graph: Graph, engine: Any) -> Iterator[Listening]:
    with Listening(engine.uri, engine.user, engine.password_file.read_text().strip()) as found:
        yield found


def documents() -> Iterator[dict[str, Any]]:
    """Every way that a document can take, in the order of their instants."""
    calls = (("nginx", "10.0.0.2", 5432), ("nginx", "127.0.0.1", 80), ("postgres", "10.9.9.9", 80))
    yield host(1, calls=calls)
    yield host(2, at=START + 1, calls=(("nginx", "10.0.0.1", 80),))
    yield host(1, at=START + MINUTE, calls=calls)  # nothing new
    yield host(1, at=START + 2 * MINUTE, packages=7, calls=calls[1:], services=(("nginx", "tcp 0.0.0.0:8080"),))
    yield host(1, at=START + MINUTE + 1, document_id="came-too-late")
    yield host(1, agent="second", at=START + 3 * MINUTE, name="renamed")
    yield host(9, agent="agent-2", at=START + 4 * MINUTE, boot="9")  # another machine under the same agent's id
    yield host(2, agent="agent-2", at=START + 5 * MINUTE)
    yield switch(
        1, at=START + 6 * MINUTE, neighbours={1: lldp(base_mac(2), "Gi0/3")}, learnt={2: ("00:16:3e:00:00:01",)}
    )
    yield switch(2, at=START + 7 * MINUTE, neighbours={3: lldp(base_mac(1), "Gi0/1")})
    yield switch(1, at=START + 8 * MINUTE, name="other", learnt={3: ("00:16:3e:00:00:01",)})
    yield switch(2, at=START + 9 * MINUTE, sections={name: "not_read" for name in switch(2)["sections"]})


def crowd(graph: Graph) -> None:
    """Others, so many that the planner sees what a walk over all of them would cost."""
    for labels, name in KEYED.items():
        graph.tell(
            "UNWIND range(1, $count) AS number CREATE (n:$(split($labels, ':'))) SET n[$name] = $labels + number",
            labels=labels, name=name, count=OTHERS,
        )  # fmt: skip
    graph.ask("CALL db.prepareForReplanning(60)")


def leaves(plan: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The operators that a plan begins with, and what each says of itself."""
    below = plan.get("children") or ()
    if not below:
        yield plan["operatorType"].partition("@")[0], str(plan["args"].get("Details", ""))
    for child in below:
        yield from leaves(child)


def test_no_statement_of_taking_in_a_document_looks_at_more_than_it_names(listening: Listening, graph: Graph) -> None:
    for document in documents():
        observe(listening, decode(encoded(document)), document["observed_at"])
    assert len(listening.heard) > 50
    crowd(graph)
    found = {
        query: graph.write(lambda tx, query=query: [*leaves(tx.run(f"EXPLAIN {query}").consume().plan)])
        for query in listening.heard
    }
    assert {
        f"{kind} {details} of {query}"
        for query, starts in found.items()
        for kind, details in starts
        if kind not in GIVEN | SEEKS and not any(name in details for name in SELECTIVE)
    } == set()
