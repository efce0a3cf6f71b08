"""Cypher stands in the store and nowhere else, as text that no value is spliced into."""

from __future__ import annotations

import ast
import re

from tests.architecture import sources

CYPHER = re.compile(r"\b(MATCH|MERGE|UNWIND|CREATE|DETACH DELETE)\b\s*(\(|\$|\w+\s+AS\b)")


def cypher_in(module: ast.Module) -> list[int]:
    """The lines on which a module's texts, docstrings apart, hold Cypher."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(module)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    return [
        node.lineno
        for node in ast.walk(module)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in docstrings
        and CYPHER.search(node.value)
    ]


def test_only_the_store_holds_cypher() -> None:
    elsewhere = {
        name: lines
        for name, path in sources.product_modules().items()
        if not name.startswith("cmdb.store") and (lines := cypher_in(sources.tree(path)))
    }
    assert elsewhere == {}


def test_a_text_is_called_literal_only_where_names_of_the_model_are_put_into_it() -> None:
    """The type checker refuses every other query that is no literal; a new place here is one to read closely."""
    calls_it_literal = {
        name
        for name, path in sources.product_modules().items()
        for node in ast.walk(sources.tree(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "cast" and "LiteralString" in ast.unparse(node)
    }
    assert calls_it_literal <= {
        "cmdb.store.schema", "cmdb.store.statements", "cmdb.store.queries.inventory",
        "cmdb.store.queries.neighbourhood", "cmdb.store.queries.retention", "cmdb.store.held",
    }  # fmt: skip


def test_cypher_is_recognised_in_a_text_and_not_in_an_explanation() -> None:
    assert cypher_in(ast.parse("QUERY = 'MATCH (n:CI) RETURN n'")) == [1]
    assert cypher_in(ast.parse("def f():\n    '''Does a MATCH (n).'''\n    return 'create a ticket (urgent)'")) == []
