"""The options of `cmdb-collect`, and the help that teaches them."""

from __future__ import annotations

import argparse

from cmdb_agent import __version__

from cmdb_collectors.settings import PROGRAM

_ABOUT = """\
Reads devices and machines that no agent runs on, over SNMP and SSH, and sends what it read in the same documents as the
agent does. Contacts only what it is told to, writes nothing there, and never puts a secret into a document or a log.
"""
_EXAMPLES = """\
examples:
  cmdb-collect snmp 10.0.0.1 --community public       read one device and print the document, send nothing
  cmdb-collect ssh cmdb@web-1 --identity ~/.ssh/id_ed25519 --known-hosts ~/.ssh/known_hosts
  cmdb-collect check --targets targets.toml           is the file right, are all secrets there? contacts nobody
  cmdb-collect run --targets targets.toml --server https://cmdb.example.net --token-file token --once
  cmdb-collect run --targets targets.toml             again and again, each target at its own interval

A targets file (TOML), which never holds a secret, only where each one is:
  [credentials.core]
  kind = "snmp-v3"
  user = "cmdb"
  auth_protocol = "SHA256"
  auth_password = { file = "/etc/cmdb-collect/core.auth" }
  priv_protocol = "AES"
  priv_password = { file = "/etc/cmdb-collect/core.priv" }

  [groups.switches]
  kind = "snmp"
  credentials = ["core"]

  [[targets]]
  name = "sw1"
  address = "10.0.0.1"
  group = "switches"
"""
_ONE = """
exit status: 0 every section was read, 3 some were not (the document says which and why), 1 nothing was read, 2 wrong
usage
"""
_SNMP = (
    """\
Reads one device over SNMP and writes the observation document as JSON. Diagnostics go to standard error.

The community is asked for where neither --community nor --credentials is given. An argument can be read by every user
of this machine: give one for a quick test alone. SNMPv3 users come from a credentials file.
"""
    + _ONE
)
_SSH = (
    """\
Reads one Linux machine over SSH and writes the observation document as JSON. Diagnostics go to standard error.

The machine's host key must stand in the known-hosts file; an unknown or a changed one is refused. A password, or the
passphrase of the key, is asked for where it is needed.
"""
    + _ONE
)
_RUN = """\
Reads all targets of a file, many at once, and sends their documents to the server. What cannot be sent waits in the
state folder, bounded, and keeps its age over restarts. One target that hangs, floods or fails holds no other.

Without --once every target is read again and again at its own interval, until the program is stopped.

exit status with --once: 0 all targets were read (at least in part) and all documents sent, 3 some were not, 1 no target
was read, 2 the configuration cannot be used
"""
_CHECK = """\
Reads the targets file, looks whether every secret, key and token can be had by this user, and says for each target what
is wrong. Contacts nobody, asks nobody.

exit status: 0 all right, 2 something is wrong
"""


def parser() -> argparse.ArgumentParser:
    """The parser. Its `command` is `snmp`, `ssh`, `run` or `check`."""
    top = argparse.ArgumentParser(prog=PROGRAM, description=_ABOUT, epilog=_EXAMPLES, formatter_class=_Plain)
    top.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _add_snmp(commands.add_parser("snmp", help="read one device", description=_SNMP, formatter_class=_Plain))
    _add_ssh(commands.add_parser("ssh", help="read one Linux machine", description=_SSH, formatter_class=_Plain))
    _add_run(commands.add_parser("run", help="read all targets of a file", description=_RUN, formatter_class=_Plain))
    _add_check(commands.add_parser("check", help="check a targets file", description=_CHECK, formatter_class=_Plain))
    return top


_Plain = argparse.RawDescriptionHelpFormatter


def _add_snmp(command: argparse.ArgumentParser) -> None:
    command.add_argument("target", metavar="HOST[:PORT]", help="address or name; IPv6 with a port in brackets")
    command.add_argument("--community", metavar="C", help="SNMPv2c community, for a quick test")
    _add_one(command)


def _add_ssh(command: argparse.ArgumentParser) -> None:
    command.add_argument("target", metavar="[USER@]HOST[:PORT]", help="the user is yours where none is given")
    command.add_argument("--identity", metavar="KEY", help="private key, a file that only you may read")
    command.add_argument("--known-hosts", metavar="FILE", required=True, help="host keys that are trusted")
    _add_one(command)


def _add_one(command: argparse.ArgumentParser) -> None:
    command.add_argument("--credentials", metavar="FILE", help="targets file to take credentials from")
    command.add_argument("--group", metavar="G", help="group in that file whose credentials are tried")
    command.add_argument("--name", metavar="N", help="name of the target (default: its address and port)")
    command.add_argument("--domain", metavar="D", help="routing domain of its addresses (default: `default`)")
    command.add_argument("--timeout", metavar="SECONDS", type=float, help="for one request, or one phase of a session")
    command.add_argument("--budget", metavar="SECONDS", type=float, help="for the whole target (default: 120)")
    command.add_argument("--output", metavar="FILE", default="-", help="where to write; `-` is standard output")


def _add_run(command: argparse.ArgumentParser) -> None:
    command.add_argument("--targets", metavar="FILE", required=True, help="targets file")
    command.add_argument("--server", metavar="URL", help="address of the server, such as https://cmdb.example.net")
    command.add_argument("--token-file", metavar="FILE", help="file (mode 0600) with a token of the role collector")
    command.add_argument(
        "--ca", metavar="FILE", help="certificate authority of the server, PEM (default: the system's)"
    )
    command.add_argument("--output", metavar="FOLDER", help="write into a folder and send nothing; with --once")
    when = command.add_mutually_exclusive_group()
    when.add_argument("--once", action="store_true", help="read every target once, send what waits, then end")
    when.add_argument("--interval", metavar="SECONDS", type=int, help="for targets whose file says none (default: 300)")
    command.add_argument("--state-dir", metavar="DIR", help="where unsent documents wait (default: "
                         "/var/lib/cmdb-collect for root, else ~/.local/state/cmdb-collect)")  # fmt: skip
    command.add_argument("--json", action="store_true", help="the summary of --once as JSON, with every problem")


def _add_check(command: argparse.ArgumentParser) -> None:
    command.add_argument("--targets", metavar="FILE", required=True, help="targets file")
    command.add_argument("--json", action="store_true", help="the result as JSON")
