"""What a document writes and asks: Neo4j's own counters, summed over its transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, TypeVar

from cmdb.store.driver import Graph, Transaction

T = TypeVar("T")


class CountingGraph:
    """Stands before a graph for as long as writes are counted; `counts` sums nodes, relationships, properties, queries.

    Created and deleted ones count alike; setting a property to what it is counts too.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self.counts: Counter[str] = Counter()

    def write(self, work: Callable[[Transaction], T]) -> T:
        """As the graph's; a transaction that was tried again counts once."""
        result, counts = self._graph.write(lambda tx: _counted(tx, work))
        self.counts += counts
        return result

    def tell_at_once(self, query: Any, /, **parameters: Any) -> list[dict[str, Any]]:
        """As the graph's, in a transaction of its own all the same: what is written is the same."""
        return self.write(lambda tx: [dict(record) for record in tx.run(query, parameters)])


class _CountingTransaction:
    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self.counts: Counter[str] = Counter()

    def run(self, query: Any, parameters: dict[str, Any] | None = None) -> _Records:
        """Runs it to its end and counts."""
        result = self._tx.run(query, parameters)
        records = _Records(result)
        found = result.consume().counters
        self.counts += Counter(
            queries=1,
            nodes=found.nodes_created + found.nodes_deleted,
            relationships=found.relationships_created + found.relationships_deleted,
            properties=found.properties_set,
        )
        return records


class _Records(list[Any]):
    def consume(self) -> None:
        """Everything has been read."""


def _counted(tx: Transaction, work: Callable[[Transaction], T]) -> tuple[T, Counter[str]]:
    counting: Any = _CountingTransaction(tx)
    return work(counting), counting.counts
