"""What it costs to read a host over SSH, beside OpenSSH's client that sends the same script to the same server.

One sshd on loopback, this machine as the host. Processor time of the client is what a collector needs for its targets;
the wall time is mostly the host's own work and the pauses between its samples.
"""

from __future__ import annotations

import contextlib
import resource
import secrets
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cmdb_collectors.author import Author
from cmdb_collectors.ssh import known_hosts, script, session
from cmdb_collectors.ssh.collect import collect
from cmdb_collectors.ssh.login import log_in
from measure.report import Shown, Stopwatch, arguments, show, versions

from tests.support.sshd import ADDRESS, SshServer, ssh_server

ROUNDS, AT_ONCE, MANY = 10, 20, 100
QUICK_ROUNDS, QUICK_AT_ONCE, QUICK_MANY = 3, 20, 20
AUTHOR = Author("bench", "this")


def main() -> None:
    """Measure and print."""
    asked = arguments(__doc__ or "").parse_args()
    rounds, at_once, many = (QUICK_ROUNDS, QUICK_AT_ONCE, QUICK_MANY) if asked.quick else (ROUNDS, AT_ONCE, MANY)
    shown = Shown()
    watch = Stopwatch()
    with tempfile.TemporaryDirectory() as folder, ssh_server(Path(folder)) as server:
        ways = {"document": read_document, "answer": read_answer, "openssh": read_by_openssh}
        for read in ways.values():
            read(server)  # compiled regular expressions, a warm page cache
        for number in shown.track(range(rounds), rounds, "one host at a time"):
            for name in sorted(ways, key=lambda name, first=number: (list(ways).index(name) + first) % len(ways)):
                with processor_time(watch, f"{name}_cpu"):
                    watch.time(f"{name}_wall", lambda read=ways[name]: read(server))
        for name, read in ways.items():
            shown.say(f"{at_once} at once: {name}")
            with processor_time(watch, f"{name}_{at_once}_at_once_cpu_of_all"), ThreadPoolExecutor(at_once) as threads:
                wall = f"{name}_{at_once}_at_once_wall_of_all"
                watch.time(wall, lambda read=read, threads=threads: list(threads.map(read, [server] * many)))
        document = read_document(server)
        answer = read_answer(server)
    figures = {f"{name}_median_ms": round(watch.median_ms(name), 1) for name in watch.times_ms if "_of_all" not in name}
    for name in (name for name in watch.times_ms if "_of_all" in name):
        figures[f"{name.removesuffix('_of_all')}_ms_a_host"] = round(watch.median_ms(name) / many, 1)
    show(
        {
            "name": "ssh",
            "sizes": {"rounds": rounds, "hosts_at_once": at_once, "hosts_in_all": many, "answer_bytes": answer,
                      "items": document},
            "figures": figures,
            "ratios": {
                "answer_over_openssh_cpu": watch.ratio("answer_cpu", "openssh_cpu"),
                "document_over_openssh_cpu": watch.ratio("document_cpu", "openssh_cpu"),
                "document_over_openssh_wall": watch.ratio("document_wall", "openssh_wall"),
            },
            "versions": versions("paramiko", "cryptography") | {"openssh": openssh_version()},
        },
        as_json=asked.json,
    )  # fmt: skip


def read_document(server: SshServer) -> int:
    """All that the collector does; the number of items."""
    document = collect(ADDRESS, server.port, server.login, str(server.known_hosts), AUTHOR)
    if set(document["sections"].values()) != {"read"}:
        raise SystemExit(f"the host was not read: {document['problems']}")
    return len(document["items"])


def read_answer(server: SshServer) -> int:
    """Connect, log in, run the script, and keep what it printed; how many bytes that is."""
    known = known_hosts.keys_of(server.known_hosts.read_text(), ADDRESS, server.port)
    limits = session.Limits()
    with session.opened(ADDRESS, server.port, known, limits) as transport:
        log_in(transport, server.login)
        return len(session.run(transport, script.script(secrets.token_hex(16)), limits).output)


def read_by_openssh(server: SshServer) -> int:
    """The same by `ssh HOST sh -s`, a connection of its own each time."""
    command = ["ssh", "-F", "none", "-i", str(server.folder / "client"), "-p", str(server.port),
               "-o", f"UserKnownHostsFile={server.known_hosts}", "-o", "BatchMode=yes",
               f"{server.login.user}@{ADDRESS}", "exec sh -s"]  # fmt: skip
    text = script.script(secrets.token_hex(16)).encode()
    return len(subprocess.run(command, input=text, stdout=subprocess.PIPE, check=True).stdout)


@contextlib.contextmanager
def processor_time(watch: Stopwatch, name: str) -> Iterator[None]:
    """The time that this process and the clients it has started and waited for used, user and system together."""
    before = used_seconds()
    yield
    watch.times_ms.setdefault(name, []).append((used_seconds() - before) * 1000)


def used_seconds() -> float:
    """Of this process and of its ended children; sshd is a child too, but has not ended while it is measured."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(usage.ru_utime + usage.ru_stime for usage in map(resource.getrusage, kinds))


def openssh_version() -> str:
    """As `ssh -V` says."""
    return subprocess.run(["ssh", "-V"], capture_output=True, text=True, check=True).stderr.strip()


if __name__ == "__main__":
    main()
