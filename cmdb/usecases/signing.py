"""The key by which the API recognises its own page cursors."""

from __future__ import annotations

import secrets

from cmdb.store.driver import Graph
from cmdb.store.queries.signing import signing_key


def cursor_key(graph: Graph) -> bytes:
    """The same key for every process on this graph, made on first use.

    It opens nothing: whoever could read it from the graph can read everything that pages show. It keeps a cursor from
    being made up, so that a wrong one is refused and not misread.
    """
    return signing_key(graph, "cursor", secrets.token_bytes(32))
