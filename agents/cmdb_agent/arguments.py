"""The command line of the agent."""

from __future__ import annotations

import argparse

from cmdb_agent import __version__

_ABOUT = """\
Reads the machine it runs on: hardware, operating system, storage, network, packages, running services and what they
connect to. Runs without root too, and says then what it could not read. Sends no command line with its secrets.
"""
_EXAMPLES = """\
examples:
  cmdb-agent collect --output -                     print what would be sent, send nothing
  cmdb-agent collect --output - | less              read it
  cmdb-agent run --server https://cmdb.example.net  enrol (asks for the token), then report every five minutes
  cmdb-agent run --server https://cmdb.example.net --enrolment-token-file /run/token --once

A configuration file holds the same options with underscores:
  [agent]
  server = https://cmdb.example.net
  ca = /etc/ssl/private-ca.pem
  enrolment_token_file = /etc/cmdb-agent.token
"""
_COLLECT = """\
Reads the machine once and writes the observation document as JSON. Diagnostics go to standard error.

exit status: 0 every section was read, 3 some were not (the document says which and why), 1 nothing was read
"""
_RUN = """\
Reads the machine again and again and sends each document to the server. What cannot be sent waits in the state folder,
bounded, and keeps its age over restarts.

The first run enrols this agent: it exchanges an enrolment token, made on the server with `cmdb token create --role
enrolment`, for a token of its own. The enrolment token comes from a file, from standard input (`-`), or is asked for;
never from an argument, which every user of the machine could read.

Plain http is taken to the machine itself only. The system's proxy settings hold for every other server.
"""


def parser() -> argparse.ArgumentParser:
    """The parser. Its `command` is `collect` or `run`."""
    top = argparse.ArgumentParser(
        prog="cmdb-agent", description=_ABOUT, epilog=_EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    top.add_argument("--version", action="version", version=f"cmdb-agent {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _add_collect(commands.add_parser("collect", help="read once and write the document", description=_COLLECT,
                                     formatter_class=argparse.RawDescriptionHelpFormatter))  # fmt: skip
    _add_run(commands.add_parser("run", help="read regularly and send to a server", description=_RUN,
                                 formatter_class=argparse.RawDescriptionHelpFormatter))  # fmt: skip
    return top


def _add_collect(collect: argparse.ArgumentParser) -> None:
    collect.add_argument("--output", metavar="FILE", default="-", help="where to write; `-` is standard output")
    _add_shared(collect)


def _add_run(run: argparse.ArgumentParser) -> None:
    run.add_argument("--server", metavar="URL", help="address of the server, such as https://cmdb.example.net")
    run.add_argument("--enrolment-token-file", metavar="FILE",
                     help="file with the enrolment token (`-`: standard input); needed once")  # fmt: skip
    run.add_argument("--ca", metavar="FILE", help="certificate authority of the server, PEM, if not the system's own")
    run.add_argument("--interval", metavar="SECONDS", help="seconds between two documents (default: 300)")
    run.add_argument("--once", action="store_true", help="send one document and what waits, then end")
    _add_shared(run)


def _add_shared(command: argparse.ArgumentParser) -> None:
    command.add_argument("--domain", metavar="NAME",
                         help="routing domain in which this machine's addresses mean what they say, such as a site or "
                         "a VRF (default: what the enrolment says, else `default`)")  # fmt: skip
    command.add_argument("--state-dir", metavar="DIR", help="where the agent keeps its id, token and unsent documents "
                         "(default: /var/lib/cmdb-agent for root, else ~/.local/state/cmdb-agent)")  # fmt: skip
    command.add_argument("--certificates", metavar="on|off", help="whether to ask this machine's own listeners for the "
                         "certificates they present, by one TLS handshake a day each (default: on)")  # fmt: skip
    command.add_argument("--config", metavar="FILE", help="configuration file (default: /etc/cmdb-agent.ini)")
