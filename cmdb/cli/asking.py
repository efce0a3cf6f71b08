"""How a command gets at the server that its options name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from cmdb.cli.client import Client


def ask(ctx: typer.Context) -> Client:
    """A client of the server that was named; a context manager."""
    # httpx takes as long to import as all the rest: only who asks waits for it.
    from cmdb.cli.client import Client

    return Client(ctx.find_root().obj())
