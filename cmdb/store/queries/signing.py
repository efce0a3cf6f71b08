"""Keys that all processes on one graph share."""

from __future__ import annotations

from typing import LiteralString

from cmdb.store.driver import Graph

_KEY: LiteralString = """
MERGE (k:SigningKey {name: $name})
ON CREATE SET k.value = $fresh
RETURN k.value AS value
"""


def signing_key(graph: Graph, name: str, fresh: bytes) -> bytes:
    """The key of this name; `fresh` becomes it where there is none."""
    return bytes(graph.tell(_KEY, name=name, fresh=fresh)[0]["value"])
