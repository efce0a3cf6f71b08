"""Commands that act on this machine's graph, or on the one of CMDB_GRAPH_URI, without a server."""

from __future__ import annotations

import os
import sys

from cmdb.cli.options import BehindProxy, Host, Port, TlsCert, TlsKey
from cmdb.cli.settings import settings


def serve(
    port: Port = 8000,
    host: Host = "127.0.0.1",
    tls_cert: TlsCert = None,
    tls_key: TlsKey = None,
    behind_proxy: BehindProxy = False,
) -> None:
    """Serve API and pages on the graph of CMDB_GRAPH_URI.

    It holds no state: run as many as you want, on as many machines, beside each other.

    Example: CMDB_GRAPH_URI=neo4j+s://graph.example.net CMDB_GRAPH_PASSWORD_FILE=/etc/cmdb/graph-password cmdb serve
    """
    arguments = ["--host", host, "--port", str(port)]
    if tls_cert is not None:
        arguments += ["--tls-cert", str(tls_cert)]
    if tls_key is not None:
        arguments += ["--tls-key", str(tls_key)]
    if behind_proxy:
        arguments.append("--behind-proxy")
    os.execv(sys.executable, [sys.executable, "-m", "cmdb_api", *arguments])  # noqa: S606 - no shell is wanted


def migrate() -> None:
    """Bring the graph of CMDB_GRAPH_URI to this version; `cmdb up` does that by itself.

    Harmless when there is nothing to do, and when it is repeated.
    """
    from cmdb.bootstrap import connect

    with connect(settings()) as core:
        done = core.migrate()
    for step in done:
        print(f"{step.number}: {step.about}")
    if not done:
        print("nothing to do")
