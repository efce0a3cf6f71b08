"""`cmdb up`: everything on this machine, until Ctrl-C."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Annotated

import typer

from cmdb.cli.options import BehindProxy, Host, Port, TlsCert, TlsKey
from cmdb.cli.settings import settings

_DATA = "Folder for the graph, tokens and logs (CMDB_DATA; default: ~/.local/share/cmdb)."

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class _Ended(BaseException):
    """Someone asked this program to end. Not an Exception: nothing shall take it for a failure on its way."""


def up(
    port: Port = 8000,
    host: Host = "127.0.0.1",
    data: Annotated[Path | None, typer.Option(help=_DATA, metavar="FOLDER")] = None,
    no_agent: Annotated[bool, typer.Option("--no-agent", help="Do not report this machine.")] = False,
    tls_cert: TlsCert = None,
    tls_key: TlsKey = None,
    behind_proxy: BehindProxy = False,
) -> None:
    """Run everything on this machine: engine, API, pages and agent.

    The first start fetches the engine (Neo4j, about 130 MB). Ctrl-C stops
    everything; the graph stays in the data folder. With CMDB_GRAPH_URI set,
    that Neo4j is used and none is started.

    Examples:

        cmdb up

        cmdb up --port 8080 --data /srv/cmdb

        cmdb up --host 0.0.0.0 --tls-cert cert.pem --tls-key key.pem
    """
    # Heavy: only who starts everything waits for it.
    from cmdb.cli.supervise.start import Wanted, run

    wanted = Wanted(settings(data), host, port, not no_agent, tls_cert, tls_key, behind_proxy)
    if problem := wanted.problem():
        raise typer.BadParameter(problem)
    for number in _ENDING:
        # nohup(1): whoever ignores the end of the terminal goes on.
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _end)
    try:
        run(wanted)
    except _Ended:
        return


def _end(number: int, frame: object) -> None:
    # Once is enough: stopping takes seconds, and is not stopped itself.
    for each in _ENDING:
        signal.signal(each, signal.SIG_IGN)
    raise _Ended
