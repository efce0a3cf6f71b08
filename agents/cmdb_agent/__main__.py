"""`cmdb-agent` and `python -m cmdb_agent`."""

from __future__ import annotations

import argparse
import sys

from cmdb_agent import settings as settings_module
from cmdb_agent.arguments import parser
from cmdb_agent.collect import Author, collect, exit_status
from cmdb_agent.host import Host
from cmdb_agent.probes import services
from cmdb_agent.settings import DEFAULT_DOMAIN, Settings, SettingsError
from cmdb_agent.state import State, StateError
from cmdb_agent.wire.document import Document, encode, with_age


def main(arguments: list[str] | None = None) -> int:
    """Run the agent; the exit status."""
    given = parser().parse_args(arguments)
    try:
        return _run(given) if given.command == "run" else _collect(given)
    except (SettingsError, StateError) as error:
        print(f"cmdb-agent: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _collect(given: argparse.Namespace) -> int:
    settings = _settings(given)
    state = State(settings.state_dir)
    enrolment = state.enrolment()
    domain = settings.domain or (enrolment and enrolment.domain) or DEFAULT_DOMAIN
    document = collect(Host(), Author(state.agent_id(), domain), services.read_once)
    for problem in document.get("problems", []):
        print(f"cmdb-agent: {problem['section']}: {problem['message']}", file=sys.stderr)
    return _write(document, given.output)


def _write(document: Document, output: str) -> int:
    text = with_age(encode(document), 0, is_uncertain=False) + b"\n"
    if output == "-":
        sys.stdout.buffer.write(text)
        sys.stdout.buffer.flush()
    else:
        try:
            with open(output, "wb") as file:
                file.write(text)
        except OSError as error:
            raise SettingsError(f"--output: {error}") from error
    return exit_status(document)


def _run(given: argparse.Namespace) -> int:
    raise SettingsError("run is not there yet")


def _settings(given: argparse.Namespace) -> Settings:
    names = ("server", "ca", "interval", "domain", "state_dir", "enrolment_token_file")
    return settings_module.load({name: getattr(given, name, None) for name in names}, given.config)


if __name__ == "__main__":
    sys.exit(main())
