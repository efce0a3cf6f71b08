"""The order in which everything starts, and what it says meanwhile."""

from __future__ import annotations

import socket
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from cmdb.bootstrap import Core, connect, hold_data, on_engine, on_known_engine
from cmdb.cli.loopback import is_loopback
from cmdb.cli.screen import Screen, Step
from cmdb.cli.settings import server_file
from cmdb.cli.supervise import programs
from cmdb.cli.supervise.control import Control
from cmdb.cli.supervise.listening import listen
from cmdb.cli.supervise.local_agent import LocalAgent
from cmdb.cli.supervise.parts import ManagedEngine
from cmdb.cli.supervise.watch import Watch
from cmdb.cli.supervise.welcome import welcome
from cmdb.config import Settings
from cmdb.errors import Unavailable
from cmdb.usecases.first_admin import ensure_admin_token, write_secret
from cmdb.usecases.supervise import Reported

_SERVER_SECONDS = 60
_ALL_ADDRESSES = ("0.0.0.0", "::")  # noqa: S104 - compared with, not bound to


@dataclass(frozen=True)
class Wanted:
    """What was asked of `cmdb up`."""

    settings: Settings
    host: str
    port: int
    with_agent: bool
    tls_cert: Path | None
    tls_key: Path | None
    behind_proxy: bool

    def problem(self) -> str | None:
        """What contradicts itself in it; None where nothing does."""
        if (self.tls_cert is None) != (self.tls_key is None):
            return "--tls-cert and --tls-key go together"
        if not is_loopback(self.host) and self.tls_cert is None and not self.behind_proxy:
            return (
                f"{self.host} is open to the network, and tokens shall not travel in the clear: give --tls-cert and "
                "--tls-key, or --behind-proxy where a proxy in front speaks TLS"
            )
        return None

    @property
    def has_inside(self) -> bool:
        """Whether this machine's own programs need an address of their own: they speak plain HTTP on loopback."""
        return self.tls_cert is not None or not is_loopback(self.host)

    @property
    def options(self) -> list[str]:
        """What the server is told about its network."""
        tls = ["--tls-cert", str(self.tls_cert), "--tls-key", str(self.tls_key)] if self.tls_cert else []
        return [*tls, *(["--behind-proxy"] if self.behind_proxy else [])]

    @property
    def address(self) -> str:
        """What to open in a browser."""
        host = socket.gethostname() if self.host in _ALL_ADDRESSES else self.host
        host = f"[{host}]" if ":" in host else host
        return f"{'https' if self.tls_cert else 'http'}://{host}:{self.port}"

    @property
    def local_address(self) -> str:
        """Where this machine's programs reach the server."""
        return f"http://127.0.0.1:{self.port + 1}" if self.has_inside else self.address


def run(wanted: Wanted) -> None:
    """Starts everything, says what to do with it, and keeps it running until this program is told to end."""
    began = time.monotonic()
    screen = Screen(Console())
    settings = wanted.settings
    with ExitStack() as stack:
        stack.callback(hold_data(settings).release)
        outside = stack.enter_context(listen(wanted.host, wanted.port))
        inside = stack.enter_context(listen("127.0.0.1", wanted.port + 1)) if wanted.has_inside else outside
        watch = stack.enter_context(Watch(screen.say))
        known = on_known_engine(settings) if settings.graph_uri is None else settings
        if known is not None:  # the server's imports take as long as a third of the engine's start: side by side
            _serve(watch, wanted, known, outside, inside)
        if settings.graph_uri is None:
            engine = ManagedEngine(settings, screen.fetching)
            with screen.step("Starting the engine", "Engine started"):
                watch.start(engine)
            settings = on_engine(settings, engine.running)
        else:
            engine = None
        core = stack.enter_context(connect(settings))
        with screen.step("Preparing the graph", "Graph is ready"):
            core.migrate()
            token = ensure_admin_token(core.graph, settings.admin_token_file, core.now())
            write_secret(server_file(settings), wanted.local_address)
        with screen.step("Starting API and pages", "API and pages started"):
            if known is None:
                _serve(watch, wanted, settings, outside, inside)
            if not watch.wait_until(lambda: programs.answers(wanted.local_address), _SERVER_SECONDS):
                raise Unavailable(f"the server does not answer at {wanted.local_address}; see {settings.data_dir}/logs")
        machine = (
            _report(screen, watch, core, LocalAgent(settings, wanted.local_address)) if wanted.with_agent else None
        )
        welcome(screen, settings, wanted.address, token, machine, time.monotonic() - began)
        if engine is None:
            watch.keep_running()
        else:
            control = stack.enter_context(Control(settings.data_dir))
            watch.keep_running(lambda: control.answer(lambda step: _back_up(screen, engine, step)))


def _serve(watch: Watch, wanted: Wanted, on: Settings, outside: socket.socket, inside: socket.socket) -> None:
    watch.start(programs.server("server", on, outside, wanted.options))
    if wanted.has_inside:
        watch.start(programs.server("server-inside", on, inside))


def _back_up(screen: Screen, engine: ManagedEngine, step: Step) -> Path | Unavailable:
    screen.say("a backup is made; until the engine runs again, the API answers 503")
    made = engine.dump(step)
    screen.say("the engine runs again" if isinstance(made, Path) else f"the engine runs again; no backup: {made}")
    return made


def _report(screen: Screen, watch: Watch, core: Core, agent: LocalAgent) -> Reported | None:
    """Starts the agent, last of all, so that it sees everything else run; waits only where the machine is unknown."""
    known = agent.last_report(core)
    if not agent.is_enrolled:
        agent.prepare_enrolment(core)
    watch.start(agent.program)
    if known is not None:
        return known
    with screen.step("Reading this machine", "This machine was read"):
        found = agent.wait_for_report(core, watch)
    if found is None:
        screen.say(f"This machine has not reported yet; see {core.settings.data_dir}/logs/agent.log")
    return found
