"""Every Cypher text of the store: the generated ones against a golden file, all of them against the real engine.

`python -m tests.store.test_statements` writes the golden file anew; read its difference before committing it.
"""

from __future__ import annotations

import ast
import importlib
from pathlib import Path
from typing import Any

import pytest

from cmdb.model import verbs
from cmdb.model.types import CI_TYPES
from cmdb.store import statements
from cmdb.store.driver import Graph

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "docs" / "reference" / "statements.cypher"
STORE = ROOT / "cmdb" / "store"
HEAD = """// Every write that is generated from the model, by cmdb/store/statements.py.
// Written by `python -m tests.store.test_statements`; change the model or the generator, not this file.
"""


def golden() -> str:
    """The generated statements as one file, a blank line between them."""
    return HEAD + "".join(f"\n// {name}\n{text};\n" for name, text in statements.all_statements().items())


def written_by_hand() -> dict[str, str]:
    """Every `LiteralString` constant of the store that is a whole query, by module and name.

    One that is added to others is a part, and is explained with what it is a part of.
    """
    found: dict[str, str] = {}
    trees = {path: ast.parse(path.read_text()) for path in sorted(STORE.rglob("*.py"))}
    added = {path: _added(tree) for path, tree in trees.items()}
    shared = {name for names in added.values() for name in names if not name.startswith("_")}
    for path, tree in trees.items():
        parts = added[path] | shared
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        names = [
            node.target.id
            for node in tree.body
            if isinstance(node, ast.AnnAssign)
            and isinstance(node.target, ast.Name)
            and ast.unparse(node.annotation) == "LiteralString"
        ]
        found |= {
            f"{module}.{name}": getattr(importlib.import_module(module), name) for name in names if name not in parts
        }
    return found


def _added(tree: ast.Module) -> set[str]:
    """The names that a module adds to others, or puts into them."""
    return {
        name.id
        for node in ast.walk(tree)
        if isinstance(node, ast.BinOp | ast.JoinedStr | ast.Dict)
        for name in ast.walk(node)
        if isinstance(name, ast.Name)
    }


BY_HAND = written_by_hand()
GENERATED = statements.all_statements()


def test_the_golden_file_shows_what_is_generated_today() -> None:
    assert GOLDEN.read_text() == golden(), "run `python -m tests.store.test_statements` and read the difference"


def test_every_type_and_every_verb_has_its_statements() -> None:
    verbs_of = {name.split()[1] for name in GENERATED if not name.startswith(("upsert", "establish"))}
    assert verbs_of == {verb.name for verb in verbs.VERBS}
    assert {name.split()[1] for name in GENERATED if name.startswith(("upsert", "establish"))} == {
        ci_type.label for ci_type in CI_TYPES
    }


def test_the_queries_written_by_hand_are_found() -> None:
    assert len(BY_HAND) > 40


@pytest.mark.neo4j
@pytest.mark.parametrize("name", GENERATED)
def test_a_generated_statement_finds_its_nodes_by_their_key(name: str, shared_graph: Graph) -> None:
    operators = explained(shared_graph, GENERATED[name])
    assert not {kind for kind in operators if "LabelScan" in kind or "AllNodesScan" in kind}, operators


@pytest.mark.neo4j
@pytest.mark.parametrize("name", BY_HAND)
def test_a_query_written_by_hand_is_understood_by_the_engine(name: str, shared_graph: Graph) -> None:
    assert explained(shared_graph, BY_HAND[name]) != set()


def explained(graph: Graph, query: str) -> set[str]:
    """The kinds of operators in a query's plan; the engine refuses what it does not understand."""

    def operators(plan: dict[str, Any]) -> set[str]:
        return {plan["operatorType"]}.union(*(operators(child) for child in plan.get("children", ())))

    return graph.write(lambda tx: operators(tx.run(f"EXPLAIN {query}").consume().plan))


if __name__ == "__main__":
    GOLDEN.write_text(golden())
