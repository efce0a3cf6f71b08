"""A real SSH server on loopback, with keys of its own, that lets the present user and no other in by a key."""

from __future__ import annotations

import getpass
import os
import socket
import subprocess
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from cmdb_collectors.credentials import Login

from tests.support.process_space import ProcessSpace
from tests.support.require import require

ADDRESS = "127.0.0.1"
_READY_SECONDS = 10


class SshServer:
    """A running sshd. `known_hosts` trusts it; `login` opens it."""

    def __init__(self, folder: Path, port: int, process: subprocess.Popen[bytes]) -> None:
        self.folder = folder
        self.port = port
        self.process = process
        self.known_hosts = folder / "known_hosts"
        self.login = Login(user=getpass.getuser(), private_key=(folder / "client").read_text())

    def host_key(self, kind: str = "ed25519") -> list[str]:
        """Type and key of its public host key."""
        return (self.folder / f"host_{kind}.pub").read_text().split()[:2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((ADDRESS, 0))
        return probe.getsockname()[1]


def make_key(path: Path, kind: str = "ed25519", passphrase: str = "") -> str:
    """A new key pair at the path; the public key's line."""
    command = ["ssh-keygen", "-q", "-t", kind, "-N", passphrase, "-C", "test", "-f", str(path)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    return path.with_name(path.name + ".pub").read_text()


@contextmanager
def ssh_server(
    folder: Path,
    kinds: Sequence[str] = ("ed25519",),
    options: Sequence[str] = (),
    space: ProcessSpace | None = None,
) -> Generator[SshServer]:
    """A server with a host key of each kind; skips where there is no sshd.

    `options`: lines of sshd_config(5). `space`: where it runs, apart from the machine itself.
    """
    sshd = require("sshd")
    for kind in kinds:
        make_key(folder / f"host_{kind}", kind)
    authorized = folder / "authorized_keys"
    authorized.write_text(make_key(folder / "client"))
    authorized.chmod(0o600)
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    port = free_port()
    lines = [
        *options, f"ListenAddress {ADDRESS}:{port}", "PidFile none", "UsePAM no", "StrictModes no", "PrintMotd no",
        "PasswordAuthentication no", f"AuthorizedKeysFile {authorized}", "PermitRootLogin yes",
        "MaxStartups 100", *(f"HostKey {folder / f'host_{kind}'}" for kind in kinds),
    ]  # fmt: skip
    (folder / "sshd_config").write_text("\n".join(lines) + "\n")
    command = [str(sshd), "-D", "-E", str(folder / "log"), "-f", str(folder / "sshd_config")]
    quiet = subprocess.DEVNULL
    process = space.start(command) if space else subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet)
    try:
        _wait(port, process, folder / "log")
        server = SshServer(folder, port, process)
        keys = (" ".join(server.host_key(kind)) for kind in kinds)
        server.known_hosts.write_text("".join(f"[{ADDRESS}]:{port} {key}\n" for key in keys))
        yield server
    finally:
        if space:
            space.stop(process)
        else:
            process.terminate()
            process.wait(10)


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _READY_SECONDS
    while True:
        try:
            socket.create_connection((ADDRESS, port), 1).close()
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > until:
                pytest.fail(f"sshd does not start: {log.read_text()}", pytrace=False)
            time.sleep(0.02)
