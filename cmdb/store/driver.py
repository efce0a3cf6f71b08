"""The connection to Neo4j: managed transactions, parameters only, one record per read where it can be large."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Generator
from contextlib import contextmanager
from copy import copy
from pathlib import Path
from typing import Any, LiteralString, Self, TypeVar

import neo4j
from neo4j.exceptions import AuthError, ClientError, Neo4jError, ServiceUnavailable, TransientError

from cmdb.errors import TooLarge, Unavailable

# Stopping, dumping and starting a small graph take that long.
_BACKUP_SECONDS = 10

T = TypeVar("T")
Transaction = neo4j.ManagedTransaction
Row = dict[str, Any]


def rows(tx: Transaction, query: LiteralString, /, **parameters: object) -> list[Row]:
    """Every record of a query, as dictionaries."""
    return [dict(record) for record in tx.run(query, parameters)]


def row(tx: Transaction, query: LiteralString, /, **parameters: object) -> Row:
    """The single record of a query that always returns exactly one."""
    return rows(tx, query, **parameters)[0]


class Graph:
    """A Neo4j database. Safe to share between threads; close it when done.

    While `paused_file` exists, nothing is asked: whoever asks hears at once when to come back.
    """

    def __init__(
        self, uri: str, user: str, password: str, database: str = "neo4j", paused_file: Path | None = None
    ) -> None:
        self._paused_file = paused_file
        self._stopped: Callable[[], bool] | None = None
        self._driver = neo4j.GraphDatabase.driver(
            uri,
            auth=(user, password),
            max_transaction_retry_time=10,
            connection_acquisition_timeout=10,
            notifications_min_severity="OFF",
            user_agent="cmdb",
        )
        self._database = database
        self.signing_key = hmac.digest(password.encode(), b"cmdb signing key", "sha256")
        """A key that every process on this graph derives from its password, and that stands nowhere."""

    def until(self, stopped: Callable[[], bool]) -> Self:
        """The same graph on the same connections, which answers Unavailable once `stopped` says so."""
        found = copy(self)
        found._stopped = stopped
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self._driver.close()

    def check(self) -> None:
        """Return if the database answers; raises Unavailable."""
        self.read(lambda tx: rows(tx, "RETURN 1 AS one"))

    def read(self, work: Callable[[Transaction], T]) -> T:
        """What `work` returns from one read transaction, tried again after a transient error."""
        return self._managed(work, write=False)

    def write(self, work: Callable[[Transaction], T]) -> T:
        """What `work` returns from one write transaction, tried again from its start after a transient error.

        Raises TooLarge where the transaction needs more memory than one may take, Unavailable where Neo4j does
        not answer or stays busy.
        """
        return self._managed(work, write=True)

    def ask(self, query: LiteralString, /, **parameters: object) -> list[Row]:
        """Every record of one read query."""
        return self.read(lambda tx: rows(tx, query, **parameters))

    def tell(self, query: LiteralString, /, **parameters: object) -> list[Row]:
        """Every record of one write query, in a transaction of its own."""
        return self.write(lambda tx: rows(tx, query, **parameters))

    def define(self, statement: LiteralString) -> None:
        """Run one schema statement, which Neo4j allows in no transaction together with writes."""
        self.write(lambda tx: tx.run(statement).consume())

    def tell_at_once(self, query: LiteralString, /, **parameters: object) -> list[Row] | None:
        """Every record of one write query that commits by itself: one round trip, where `tell` takes three.

        It is not tried again. None where it may not have been done, for any reason that could pass.
        """
        try:
            with self._session() as session:
                return [dict(record) for record in session.run(query, parameters)]
        except Unavailable:
            return None

    def _managed(self, work: Callable[[Transaction], T], *, write: bool) -> T:
        with self._session() as session:
            return session.execute_write(work) if write else session.execute_read(work)

    @contextmanager
    def _session(self) -> Generator[neo4j.Session]:
        """A session, in which the driver's errors are told in the product's own."""
        if self._paused_file is not None and self._paused_file.exists():
            raise Unavailable("the graph is away while a backup is made", _BACKUP_SECONDS)
        if self._stopped is not None and self._stopped():
            raise Unavailable("this program is being stopped")
        try:
            with self._driver.session(database=self._database) as session:
                yield session
        except ClientError as error:
            if "MemoryPoolOutOfMemory" in str(error.code) or "TransactionOutOfMemory" in str(error.code):
                raise TooLarge(f"one transaction may not take that much memory: {error.message}") from error
            if isinstance(error, AuthError):
                raise Unavailable("the graph refuses the credentials it was given", 60) from error
            raise
        except (ServiceUnavailable, TransientError, neo4j.exceptions.SessionExpired) as error:
            reason = error.message if isinstance(error, Neo4jError) else str(error)
            raise Unavailable(f"the graph does not answer: {reason}") from error
