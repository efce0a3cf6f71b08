"""SSH servers that behave as a test wants: real handshakes, with whatever comes after made up."""

from __future__ import annotations

import io
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import paramiko
import pytest

ADDRESS = "127.0.0.1"


@dataclass
class Behaviour:
    """What a made-up server does. `after_login` answers a command; `seen` is what clients did."""

    after_login: Callable[[paramiko.Channel, str], None] = lambda channel, script: None
    password: str | None = "right"
    interactive: bool = False
    public_key: paramiko.PKey | None = None
    needs_both: bool = False
    slow_login: threading.Event | None = None
    seen: list[str] = field(default_factory=list)


class _Interface(paramiko.ServerInterface):
    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        self.command: str | None = None
        self.begun = threading.Event()
        self._key_was_right = False

    def get_allowed_auths(self, username: str) -> str:
        said = self.behaviour
        methods = {
            "publickey": said.public_key,
            "password": said.password and not said.interactive,
            "keyboard-interactive": said.interactive,
        }
        return ",".join(name for name, is_allowed in methods.items() if is_allowed)

    def check_auth_password(self, username: str, password: str) -> int:
        self.behaviour.seen.append(f"password {password}")
        if self.behaviour.slow_login:
            self.behaviour.slow_login.wait(20)
        if self.behaviour.interactive or password != self.behaviour.password:
            return paramiko.AUTH_FAILED
        if self.behaviour.needs_both and not self._key_was_right:
            return paramiko.AUTH_PARTIALLY_SUCCESSFUL
        return paramiko.AUTH_SUCCESSFUL

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        self.behaviour.seen.append(f"key {key.get_name()}")
        if key != self.behaviour.public_key:
            return paramiko.AUTH_FAILED
        self._key_was_right = True
        return paramiko.AUTH_PARTIALLY_SUCCESSFUL if self.behaviour.needs_both else paramiko.AUTH_SUCCESSFUL

    def check_auth_interactive(self, username: str, submethods: str) -> int | paramiko.InteractiveQuery:
        if not self.behaviour.interactive:
            return paramiko.AUTH_FAILED
        query = paramiko.server.InteractiveQuery("", "")
        query.add_prompt("Password: ", echo=False)
        return query

    def check_auth_interactive_response(self, responses: list[str]) -> int:
        self.behaviour.seen.append(f"interactive {responses}")
        return paramiko.AUTH_SUCCESSFUL if responses == [self.behaviour.password] else paramiko.AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED

    def check_channel_exec_request(self, channel: paramiko.Channel, command: bytes) -> bool:
        self.command = command.decode()
        self.begun.set()
        return True


class Server:
    """A made-up server at `port`; `line` is what trusts it."""

    def __init__(self, behaviour: Behaviour, key: paramiko.PKey) -> None:
        self.behaviour = behaviour
        self.key = key
        self._socket = socket.create_server((ADDRESS, 0))
        self.port = self._socket.getsockname()[1]
        self._transports: list[paramiko.Transport] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    @property
    def line(self) -> str:
        return f"[{ADDRESS}]:{self.port} {self.key.get_name()} {self.key.get_base64()}\n"

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        transport = paramiko.Transport(connection)
        transport.set_log_channel("tests.made-up-server")
        self._transports.append(transport)
        transport.add_server_key(self.key)
        interface = _Interface(self.behaviour)
        try:
            transport.start_server(server=interface)
            channel = None
            while channel is None and transport.is_active():
                channel = transport.accept(0.1)
            if channel is None or not interface.begun.wait(5):
                return
            script = b""
            while part := channel.recv(1 << 16):
                script += part
            self.behaviour.after_login(channel, script.decode())
            channel.close()
        except (paramiko.SSHException, EOFError, OSError):
            transport.close()  # the client has gone

    def stop(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for transport in self._transports:
            transport.close()
        for thread in self._threads:
            thread.join(25)


@contextmanager
def _serving(behaviour: Behaviour, key: paramiko.PKey) -> Iterator[Server]:
    server = Server(behaviour, key)
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def server_key() -> paramiko.PKey:
    return paramiko.ECDSAKey.generate()


@pytest.fixture
def made_up_server(server_key):
    """`made_up_server(Behaviour(…))` in a `with`: a server that behaves so."""
    return lambda behaviour, key=None: _serving(behaviour, key or server_key)


@pytest.fixture
def behaviour() -> type[Behaviour]:
    return Behaviour


def text_of(key: paramiko.PKey, passphrase: str | None = None) -> str:
    file = io.StringIO()
    key.write_private_key(file, passphrase)
    return file.getvalue()


@pytest.fixture
def private_key_text() -> Callable[..., str]:
    return text_of
