"""`cmdb-agent` and `python -m cmdb_agent`."""

from __future__ import annotations

import argparse
import sys

from cmdb_agent import settings as settings_module
from cmdb_agent.arguments import parser
from cmdb_agent.collect import Author, collect, exit_status
from cmdb_agent.errors import AgentError, SettingsError
from cmdb_agent.platforms import this_platform
from cmdb_agent.probes import services
from cmdb_agent.probes.certificates import CertificateReader
from cmdb_agent.settings import DEFAULT_DOMAIN, Settings
from cmdb_agent.state import State
from cmdb_agent.wire.document import Document, encode, with_age


def main(arguments: list[str] | None = None) -> int:
    """Run the agent; the exit status."""
    given = parser().parse_args(arguments)
    try:
        settings = _settings(given)
        return _run(settings, given.once) if given.command == "run" else _collect(settings, given.output)
    except AgentError as error:
        print(f"cmdb-agent: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _run(settings: Settings, is_once: bool) -> int:
    from cmdb_agent.run import run  # ssl and http.client cost more than a whole reading: only who sends pays

    return run(settings, is_once)


def _collect(settings: Settings, output: str) -> int:
    state = State(settings.state_dir)
    enrolment = state.enrolment()
    domain = settings.domain or (enrolment and enrolment.domain) or DEFAULT_DOMAIN
    host, probes, sampler = this_platform()
    services.sample_briefly(sampler)
    author = Author(state.agent_id(), domain)
    certificates = CertificateReader(settings.reads_certificates)
    document = collect(host, author, lambda host: certificates.beside(services.read(host, sampler, set())), probes)
    for problem in document["problems"]:
        print(f"cmdb-agent: {problem['section']}: {problem['message']}", file=sys.stderr)
    return _write(document, output)


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


def _settings(given: argparse.Namespace) -> Settings:
    names = ("server", "ca", "interval", "domain", "state_dir", "enrolment_token_file", "certificates")
    return settings_module.load({name: getattr(given, name, None) for name in names}, given.config)


if __name__ == "__main__":
    sys.exit(main())
