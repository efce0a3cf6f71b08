"""Commands that act on this machine's graph, or on the one of CMDB_GRAPH_URI, without a server."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from cmdb.cli.options import BehindProxy, Host, Port, TlsCert, TlsKey
from cmdb.cli.settings import plain_environment, settings
from cmdb.config import to_environment

if TYPE_CHECKING:
    from cmdb.bootstrap import Core


def serve(
    port: Port = 8000,
    host: Host = "127.0.0.1",
    tls_cert: TlsCert = None,
    tls_key: TlsKey = None,
    behind_proxy: BehindProxy = False,
) -> None:
    """Serve API and pages, on the graph of CMDB_GRAPH_URI or of a running `cmdb up`.

    A server holds no state: run as many beside each other as you want, on as
    many machines.

    Examples:

        cmdb serve --port 8001

        CMDB_GRAPH_URI=neo4j+s://graph.example.net CMDB_GRAPH_PASSWORD_FILE=graph-password cmdb serve
    """
    from cmdb.bootstrap import on_running_engine

    arguments = ["--host", host, "--port", str(port)]
    if tls_cert is not None:
        arguments += ["--tls-cert", str(tls_cert)]
    if tls_key is not None:
        arguments += ["--tls-key", str(tls_key)]
    if behind_proxy:
        arguments.append("--behind-proxy")
    environment = plain_environment() | to_environment(on_running_engine(settings()))
    os.execve(sys.executable, [sys.executable, "-m", "cmdb_api", *arguments], environment)  # noqa: S606 - no shell


def migrate() -> None:
    """Bring the graph to this version; `cmdb up` does that by itself.

    Harmless when there is nothing to do, and when it is repeated.
    """
    with local_core() as core:
        done = core.migrate()
    for step in done:
        print(f"{step.number}: {step.about}")
    if not done:
        print("nothing to do")


def local_core() -> Core:
    """The core on the graph of CMDB_GRAPH_URI, or of the engine that runs in the data folder; a context manager."""
    from cmdb.bootstrap import connect, on_running_engine

    return connect(on_running_engine(settings()))
