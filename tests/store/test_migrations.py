from __future__ import annotations

import pytest

from cmdb.store import schema
from cmdb.store.driver import Graph
from cmdb.store.migrations import MIGRATIONS, migrate

pytestmark = pytest.mark.neo4j


def names(graph: Graph) -> set[str]:
    return {found["name"] for found in graph.ask("SHOW INDEXES YIELD name RETURN name")}


def test_a_migrated_database_needs_nothing_more(graph: Graph) -> None:
    assert migrate(graph, 1) == []


def test_a_step_that_was_cut_off_before_its_record_runs_again_without_harm(graph: Graph) -> None:
    before = names(graph)
    graph.tell("MATCH (m:Migration) DELETE m")
    assert [step.number for step in migrate(graph, 1)] == [step.number for step in MIGRATIONS]
    assert names(graph) == before


def test_a_model_that_implies_another_schema_brings_it_to_an_older_database(graph: Graph) -> None:
    graph.tell("MATCH (m:Migration {number: 1}) SET m.schema = 'older'")
    graph.define("DROP INDEX ci_text")
    graph.define("CREATE FULLTEXT INDEX ci_text FOR (n:CI) ON EACH [n.title]")
    assert [step.number for step in migrate(graph, 1)] == [1]
    found = graph.ask("SHOW INDEXES YIELD name, properties WHERE name = 'ci_text' RETURN properties")
    assert sorted(found[0]["properties"]) == schema.searchable()


def test_a_key_stands_once(graph: Graph) -> None:
    constraints = {
        (tuple(found["labelsOrTypes"]), tuple(found["properties"]))
        for found in graph.ask("SHOW CONSTRAINTS YIELD labelsOrTypes, properties RETURN labelsOrTypes, properties")
    }
    assert {((label,), (name,)) for label, name in schema.KEYS} <= constraints
