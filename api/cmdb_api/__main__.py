"""`python -m cmdb_api`: serve the API and the pages. Settings come from the environment, see cmdb.config."""

from __future__ import annotations

import argparse
import ipaddress
import logging
import os
import signal
import socket
import sys
from pathlib import Path

import uvicorn

from cmdb.bootstrap import connect
from cmdb.config import DEFAULT_PORT, from_environment
from cmdb.errors import CMDBError
from cmdb_api.app import create_app

GRACE_SECONDS = 10


def arguments() -> argparse.ArgumentParser:
    """What the program takes."""
    parser = argparse.ArgumentParser(prog="python -m cmdb_api", description="Serve the API and the pages.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen at (default: %(default)s)")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="port to listen at (default: %(default)s)")
    parser.add_argument("--fd", type=int, help="a listening socket inherited under this number, in place of an address")
    parser.add_argument("--tls-cert", type=Path, metavar="FILE", help="certificate chain, PEM")
    parser.add_argument("--tls-key", type=Path, metavar="FILE", help="its private key, PEM")
    parser.add_argument(
        "--behind-proxy",
        action="store_true",
        help="a proxy ends TLS and is the only one who reaches this port: believe its X-Forwarded-For and -Proto",
    )
    parser.add_argument("--access-log", action="store_true", help="log every request")
    return parser


def refusal(options: argparse.Namespace) -> str | None:
    """Why these options cannot be; None where they can."""
    if (options.tls_cert is None) != (options.tls_key is None):
        return "--tls-cert and --tls-key go together"
    if not is_loopback(options.host) and options.tls_cert is None and not options.behind_proxy:
        return (
            f"tokens would cross the network in the clear at {options.host}: "
            "give --tls-cert and --tls-key, or --behind-proxy where a proxy in front ends TLS"
        )
    return None


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches that address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _end(*_: object) -> None:
    sys.exit(0)


def main(argv: list[str] | None = None) -> int:
    """The exit status: 0 after an orderly stop, 2 for options or settings that cannot be."""
    options = arguments().parse_args(argv)
    inherited = [] if options.fd is None else [socket.socket(fileno=options.fd)]
    for listening in inherited:
        options.host, options.port = listening.getsockname()[:2]
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    if reason := refusal(options):
        print(reason, file=sys.stderr)
        return 2
    for number in (signal.SIGTERM, signal.SIGINT):
        # While it serves, uvicorn takes these to stop in good order, and hands them on here when it has.
        signal.signal(number, _end)
    try:
        core = connect(from_environment(os.environ))
    except CMDBError as error:
        print(error, file=sys.stderr)
        return 2
    with core:
        app = create_app(core)
        config = uvicorn.Config(
            app,
            host=options.host,
            port=options.port,
            ssl_certfile=options.tls_cert,
            ssl_keyfile=options.tls_key,
            proxy_headers=options.behind_proxy,
            forwarded_allow_ips="*" if options.behind_proxy else None,
            access_log=options.access_log,
            server_header=False,
            log_config=None,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        server = uvicorn.Server(config)
        app.state.streams.is_stopping = lambda: server.should_exit
        server.run(inherited or None)
    return 0


if __name__ == "__main__":
    sys.exit(main())
