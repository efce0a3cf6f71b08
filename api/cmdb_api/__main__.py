"""`python -m cmdb_api`: serves the API and the pages on the graph that the environment names."""

from __future__ import annotations

import argparse
import os
import socket
import sys
from collections.abc import Sequence

import uvicorn

from cmdb.bootstrap import connect
from cmdb.config import DEFAULT_PORT, from_environment
from cmdb.errors import CMDBError
from cmdb_api.app import create_app

GRACE_SECONDS = 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT; the exit status."""
    given = _parser().parse_args(arguments)
    try:
        core = connect(from_environment(os.environ))
    except CMDBError as error:
        print(f"cmdb_api: {error}", file=sys.stderr)
        return 2
    with core:
        config = uvicorn.Config(
            create_app(core),
            host=given.host,
            port=given.port,
            ssl_certfile=given.tls_cert,
            ssl_keyfile=given.tls_key,
            proxy_headers=given.behind_proxy,
            server_header=False,
            access_log=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        sockets = None if given.fd is None else [socket.socket(fileno=given.fd)]
        uvicorn.Server(config).run(sockets)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="cmdb_api", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT)
    parser.add_argument("--fd", type=int, help="a listening socket that this process inherited, in place of an address")
    parser.add_argument("--tls-cert", help="certificate chain, PEM")
    parser.add_argument("--tls-key", help="private key, PEM")
    parser.add_argument("--behind-proxy", action="store_true", help="a proxy in front speaks TLS and says who asks")
    return parser


if __name__ == "__main__":
    sys.exit(main())
