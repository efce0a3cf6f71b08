"""Transactions that learn on their way what else they have to lock, and start again with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from cmdb.errors import Unavailable
from cmdb.store.driver import Graph, Transaction

T = TypeVar("T")
MAX_ROUNDS = 8


class NeedsLocks(Exception):
    """The evidence reaches identifiers that are not locked yet: the transaction starts again with these too."""

    def __init__(self, keys: Iterable[str]) -> None:
        super().__init__("more identifiers to lock")
        self.keys = frozenset(keys)


def write_locked(graph: Graph, work: Callable[[Transaction, frozenset[str]], T]) -> T:
    """What `work` returns from one write transaction, begun anew with more keys whenever it raises NeedsLocks.

    Raises Unavailable where others keep changing the same machines.
    """
    locks: frozenset[str] = frozenset()
    for _ in range(MAX_ROUNDS):
        try:
            return graph.write(lambda tx, held=locks: work(tx, held))
        except NeedsLocks as more:
            locks |= more.keys
    raise Unavailable("the machines that this is about keep changing: send it again")
