"""The programs that `cmdb up` runs beside the engine: how each is started, and whether one answers."""

from __future__ import annotations

import http.client
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from cmdb.cli.settings import plain_environment
from cmdb.cli.supervise.parts import Program
from cmdb.config import Settings, to_environment

INTERVAL_SECONDS = 300


def server(name: str, settings: Settings, listening: socket.socket, options: Sequence[str] = ()) -> Program:
    """API and pages on a socket that listens already. The graph's password goes to it as the name of a file."""
    descriptor = listening.fileno()
    return Program(
        name,
        [sys.executable, "-m", "cmdb_api", "--fd", str(descriptor), *options],
        plain_environment() | to_environment(settings),
        settings.data_dir / "logs" / f"{name}.log",
        keep=(descriptor,),
    )


def agent(settings: Settings, url: str, state_dir: Path, enrolment_token_file: Path) -> Program:
    """The agent of this machine; it reads the enrolment token when it has no token of its own yet."""
    options = ["--server", url, "--interval", str(INTERVAL_SECONDS), "--state-dir", str(state_dir)]
    options += ["--enrolment-token-file", str(enrolment_token_file)]
    return Program(
        "agent",
        [sys.executable, "-m", "cmdb_agent", "run", *options],
        plain_environment(),
        settings.data_dir / "logs" / "agent.log",
    )


def answers(url: str) -> bool:
    """Whether a server at this loopback address answers anything within a second."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=1)
    try:
        connection.request("GET", "/api/v1/health")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True
