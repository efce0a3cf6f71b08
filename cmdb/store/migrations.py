"""Bringing a database to this version: numbered steps that may run twice, and the schema the model implies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cmdb.store import schema
from cmdb.store.driver import Graph


@dataclass(frozen=True)
class Migration:
    """One step. `run` may be repeated without harm: a crash between it and its record repeats it."""

    number: int
    about: str
    run: Callable[[Graph], None]


def _create_schema(graph: Graph) -> None:
    for statement in schema.statements():
        graph.define(statement)


MIGRATIONS: Sequence[Migration] = (Migration(1, "constraints and indexes", _create_schema),)


def migrate(graph: Graph, now: int) -> list[Migration]:
    """Run what this database has not had, in order, then bring the full-text index to the model's state.

    Raises Unavailable where Neo4j does not answer.
    """
    if not _has_schema(graph):
        _create_schema(graph)
    done = {record["number"] for record in graph.ask("MATCH (m:Migration) RETURN m.number AS number")}
    fresh = [migration for migration in MIGRATIONS if migration.number not in done]
    for migration in fresh:
        migration.run(graph)
        graph.tell(
            "MERGE (m:Migration {number: $number}) SET m.about = $about, m.finished_at = $now",
            number=migration.number,
            about=migration.about,
            now=now,
        )
    _refresh_full_text(graph)
    return fresh


def _has_schema(graph: Graph) -> bool:
    return bool(graph.ask("SHOW CONSTRAINTS YIELD name WHERE name = 'migration_number' RETURN name"))


def _refresh_full_text(graph: Graph) -> None:
    found = graph.ask("SHOW INDEXES YIELD name, properties WHERE name = $name RETURN properties", name=schema.FULL_TEXT)
    if found and sorted(found[0]["properties"]) != schema.searchable():
        graph.define("DROP INDEX ci_text IF EXISTS")
        found = []
    if not found:
        graph.define(schema.full_text_statement())
        graph.ask("CALL db.awaitIndexes(60)")
