"""Machines for the agent's tests, built from a few files or replayed, and a server that answers as it is told."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cmdb_agent.host import Host

from tests.support.require import missing

DATA = Path(__file__).parent / "data"
OWN_PID = 999_999
NAMESPACE = "net:[4026531840]"


class RecordedHost(Host):
    """A machine out of files under a root; what its kernel answered lies in `recorded.json` beside them."""

    def __init__(self, root: Path, is_root: bool = True) -> None:
        super().__init__(str(root))
        self.is_root = is_root
        said = root / "recorded.json"
        self.recorded = json.loads(said.read_text()) if said.exists() else {}
        self.denied: set[str] = set()

    def uname(self) -> tuple[str, str, str, str]:
        return tuple(self.recorded.get("uname", ("Linux", "box", "6.1.0", "x86_64")))

    def filesystem_bytes(self, mount_point: str) -> tuple[int, int] | None:
        figures = self.recorded.get("filesystem_bytes", {}).get(mount_point)
        return tuple(figures) if figures else None

    def is_privileged(self) -> bool:
        return self.is_root

    def own_pid(self) -> int:
        return OWN_PID

    def now(self) -> float:
        return 1_764_000_000.0

    def dump(self, name: str, protocol: int, request: bytes) -> Iterator[bytes]:
        if name not in self.recorded.get("netlink", {}):
            raise OSError(95, "this recording has no netlink answers of that kind")
        yield bytes.fromhex(self.recorded["netlink"][name])

    def read(self, path: str, limit: int = 1 << 26) -> bytes | None:
        self._check(path)
        return super().read(path, limit)

    def names(self, path: str) -> list[str]:
        self._check(path)
        return super().names(path)

    def link(self, path: str) -> str | None:
        self._check(path)
        return super().link(path)

    def _check(self, path: str) -> None:
        if any(path.startswith(prefix) for prefix in self.denied):
            raise PermissionError(13, "Permission denied", path)


class Machine:
    """A machine under construction."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.sockets: dict[str, list[str]] = {"self": []}
        self.file("/proc/stat", "cpu 1 2 3\nbtime 1763990000\n")
        self.file("/proc/sys/kernel/random/boot_id", "11111111-2222-4333-8444-555555555555\n")
        self.file("/proc/sys/net/ipv4/ip_local_port_range", "32768\t60999\n")
        self.file("/etc/passwd", "root:x:0:0::/root:/bin/sh\npostgres:x:104:110::/var/lib/postgresql:/bin/bash\n")
        self.process(
            OWN_PID, parent=1, line=["/usr/bin/python3", "-m", "cmdb_agent", "collect"], exe="/usr/bin/python3.11"
        )

    def file(self, path: str, content: str | bytes = "") -> None:
        target = self.root / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)

    def link(self, path: str, target: str) -> None:
        place = self.root / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.unlink(missing_ok=True)
        os.symlink(target, place)

    def recorded(self, **answers: object) -> None:
        self.file("/recorded.json", json.dumps(answers))

    def process(
        self,
        pid: int,
        *,
        parent: int,
        line: list[str],
        exe: str | None = None,
        name: str | None = None,
        cgroup: str = "0::/",
        inodes: tuple[int, ...] = (),
        started: int | None = None,
        namespace: str = NAMESPACE,
        cwd: str = "/",
        uid: int = 0,
        flags: int = 0x400000,
    ) -> None:
        name = name or (line[0].rpartition("/")[2] if line else f"process{pid}")[:15]
        ticks = pid if started is None else started
        rest = f"S {parent} 1 1 0 -1 {flags} " + " ".join(["0"] * 12) + f" {ticks} 1000000 250 0"
        self.file(f"/proc/{pid}/stat", f"{pid} ({name}) {rest}\n")
        self.file(f"/proc/{pid}/cmdline", "".join(f"{argument}\0" for argument in line))
        self.file(f"/proc/{pid}/cgroup", cgroup + "\n")
        self.file(f"/proc/{pid}/status", f"Name:\t{name}\nUid:\t{uid}\t{uid}\t{uid}\t{uid}\n")
        self.link(f"/proc/{pid}/ns/net", namespace)
        self.link(f"/proc/{pid}/cwd", cwd)
        if exe or line:
            self.link(f"/proc/{pid}/exe", exe or line[0])
        (self.root / f"proc/{pid}/fd").mkdir(parents=True, exist_ok=True)
        for number, inode in enumerate(inodes):
            self.link(f"/proc/{pid}/fd/{number + 3}", f"socket:[{inode}]")

    def gone(self, pid: int) -> None:
        folder = self.root / f"proc/{pid}"
        folder.rename(self.root / f"gone-{pid}")

    def listener(
        self, inode: int, port: int, address: str = "0.0.0.0", *, of: str = "self", protocol: str = "tcp"
    ) -> None:
        state = "0A" if protocol == "tcp" else "07"
        self._socket(of, protocol, f"{_hex(address, port)} 00000000:0000 {state}", inode)

    def connection(
        self, inode: int, local: tuple[str, int], remote: tuple[str, int], *, of: str = "self", protocol: str = "tcp"
    ) -> None:
        self._socket(of, protocol, f"{_hex(*local)} {_hex(*remote)} 01", inode)

    def without_sockets(self) -> None:
        self.sockets = {"self": []}
        for name in ("tcp", "udp", "tcp6", "udp6"):
            self.file(f"/proc/self/net/{name}", "header\n")

    def _socket(self, of: str, protocol: str, ends: str, inode: int) -> None:
        name = f"{of}/{protocol}"
        rows = self.sockets.setdefault(name, [])
        rows.append(
            f"   {len(rows)}: {ends} 00000000:00000000 00:00000000 00000000     0        0 {inode} 1 0 100 0 0 10 0"
        )
        self.file(f"/proc/{of}/net/{protocol}", "  sl  local_address rem_address   st\n" + "\n".join(rows) + "\n")

    def host(self, is_root: bool = True) -> RecordedHost:
        return RecordedHost(self.root, is_root)


def _hex(address: str, port: int) -> str:
    raw = bytes(int(part) for part in address.split("."))
    return f"{raw[::-1].hex().upper()}:{port:04X}"


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.fixture
def recorded_host() -> Callable[[str], RecordedHost]:
    return lambda name: RecordedHost(DATA / "hosts" / name)


@pytest.fixture
def own_pid() -> int:
    return OWN_PID


class Server:
    """What came in, and what is answered next. `answers` is used up from the front; its last one stays."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.requests: list[dict[str, object]] = []
        self.answers: list[tuple[int, dict[str, object] | bytes, dict[str, str]]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                text = gzip.decompress(raw) if self.headers.get("Content-Encoding") == "gzip" else raw
                outer.requests.append({"path": self.path, "headers": dict(self.headers), "body": json.loads(text)})
                status, body, headers = outer.answer(self.path)
                said = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, format: str, *args: object) -> None:
                """Silent: the tests read what came in."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if context is not None:
            self._http.socket = context.wrap_socket(self._http.socket, server_side=True)
        scheme = "http" if context is None else "https"
        self.address = f"{scheme}://127.0.0.1:{self._http.server_address[1]}"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def answer(self, path: str) -> tuple[int, dict[str, object] | bytes, dict[str, str]]:
        if self.answers:
            return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if path.endswith("/enrolments"):
            return 201, {"token": "agent-token", "domain": "site-1"}, {}
        return 200, {"status": "accepted", "instructions": [], "items": [], "problems": []}, {}

    def bodies(self, path: str) -> list[dict[str, object]]:
        return [request["body"] for request in self.requests if str(request["path"]).endswith(path)]

    def stop(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


@pytest.fixture
def server():
    one = Server()
    yield one
    one.stop()


@pytest.fixture(scope="session")
def authority(tmp_path_factory) -> Path:
    """A private certificate authority that has signed a certificate for 127.0.0.1."""
    folder = tmp_path_factory.mktemp("authority")
    openssl = shutil.which("openssl") or missing("openssl is missing: apt-get install openssl")
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    (folder / "san.cnf").write_text("subjectAltName=IP:127.0.0.1\n")
    for command in (
        ["req", "-x509", *curve, "-days", "2", "-subj", "/CN=Test authority", "-addext",
         "keyUsage=critical,keyCertSign", "-keyout", "ca.key", "-out", "ca.pem"],
        ["req", *curve, "-subj", "/CN=server", "-keyout", "server.key", "-out", "server.csr"],
        ["x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
         "-extfile", "san.cnf", "-out", "server.pem"],
    ):  # fmt: skip
        subprocess.run([openssl, *command], cwd=folder, check=True, capture_output=True)
    return folder


@pytest.fixture
def tls_server(authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority / "server.pem", authority / "server.key")
    one = Server(context)
    yield one
    one.stop()
