"""Bringing a database to this version: numbered steps that may run twice, and the schema the model implies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import LiteralString

from cmdb.store import schema
from cmdb.store.driver import Graph

_DONE: LiteralString = "MATCH (m:Migration) RETURN m.number AS number, m.schema AS digest"
_RECORD: LiteralString = """
MERGE (m:Migration {number: $number}) SET m.about = $about, m.finished_at = $now, m.schema = $digest
"""


@dataclass(frozen=True)
class Migration:
    """One step. `run` may be repeated without harm: a crash between it and its record repeats it."""

    number: int
    about: str
    run: Callable[[Graph], None]


def _create_schema(graph: Graph) -> None:
    for statement in schema.statements():
        graph.define(statement)
    _refresh_full_text(graph)


SCHEMA = Migration(1, "constraints and indexes", _create_schema)
MIGRATIONS: Sequence[Migration] = (SCHEMA,)
"""In order. The first one runs again whenever the model implies another schema than the one it made."""


def migrate(graph: Graph, now: int) -> list[Migration]:
    """Run what this database has not had, in order; the steps that ran.

    Raises Unavailable where Neo4j does not answer.
    """
    digest = blake2b(
        "\n".join([*schema.statements(), schema.full_text_statement()]).encode(), digest_size=16
    ).hexdigest()
    done = {found["number"]: found["digest"] for found in graph.ask(_DONE)}
    fresh = [
        migration
        for migration in MIGRATIONS
        if migration.number not in done or (migration is SCHEMA and done[migration.number] != digest)
    ]
    for migration in fresh:
        migration.run(graph)
        graph.tell(_RECORD, number=migration.number, about=migration.about, now=now, digest=digest)
    return fresh


def _refresh_full_text(graph: Graph) -> None:
    found = graph.ask("SHOW INDEXES YIELD name, properties WHERE name = $name RETURN properties", name=schema.FULL_TEXT)
    if found and sorted(found[0]["properties"]) != schema.searchable():
        graph.define("DROP INDEX ci_text IF EXISTS")
        found = []
    if not found:
        graph.define(schema.full_text_statement())
        graph.ask("CALL db.awaitIndexes(60)")
