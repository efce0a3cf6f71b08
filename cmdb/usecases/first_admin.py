"""The first admin token of a new installation, kept in a file that only its owner reads."""

from __future__ import annotations

from pathlib import Path

from cmdb.store.driver import Graph
from cmdb.store.engine.files import write_private
from cmdb.store.queries import access
from cmdb.usecases.access import Role, make_token, new_secret


def ensure_admin_token(graph: Graph, file: Path, now: int) -> str | None:
    """A new admin token where the graph has no valid one, written to `file` (0600); None where there is one already.

    The file is there before the token is valid: after a crash between the two, the next start makes another.
    """
    if access.count_valid(graph, str(Role.ADMIN), now):
        return None
    secret = new_secret()
    write_secret(file, secret)
    _, properties = make_token("first admin", Role.ADMIN, now, "cmdb up", secret=secret)
    graph.write(lambda tx: access.save_token(tx, properties))
    return secret


def write_secret(file: Path, secret: str) -> None:
    """Put a secret into a file of mode 0600, in place of a former one, never readable by others in between."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(file, secret + "\n")
