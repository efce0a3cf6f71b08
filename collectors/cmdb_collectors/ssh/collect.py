"""One Linux host over SSH: the same document as the agent on it would send."""

from __future__ import annotations

import secrets
import time

from cmdb_agent import __version__
from cmdb_agent import collect as reader
from cmdb_agent.probes import PROBES, services
from cmdb_agent.processes.sampling import Sampler
from cmdb_agent.reading import PARTIAL, READ, ROOT
from cmdb_agent.wire.document import Document, Item

from cmdb_collectors.author import Author
from cmdb_collectors.credentials import Login
from cmdb_collectors.outcome import unread
from cmdb_collectors.settings import PROGRAM
from cmdb_collectors.ssh import known_hosts, script, session
from cmdb_collectors.ssh.failure import Failure, words_of
from cmdb_collectors.ssh.login import log_in
from cmdb_collectors.ssh.remote_host import RemoteHost
from cmdb_collectors.ssh.session import Limits

_KNOWN_HOSTS_BYTES_MAX = 16 << 20


def collect(
    address: str, port: int, login: Login, known_hosts_path: str | None, author: Author, limits: Limits | None = None
) -> Document:
    """The document of a host; where it cannot be read, one that says why. Blocks for as long as `limits` say.

    `known_hosts_path`: the file with the host keys that are trusted (sshd(8)); None: no host is.
    """
    limits = limits or Limits()
    mark = secrets.token_hex(16)
    try:
        known = known_hosts.keys_of(_text_of(known_hosts_path), address, port)
        with session.opened(address, port, known, limits) as transport:
            fingerprint = session.host_key(transport)
            log_in(transport, login)
            answer = session.run(transport, script.script(mark), limits)
    except Failure as failure:
        return unread(author, "ssh", failure.kind, failure.message)
    return document_of(author, answer, mark, fingerprint, limits)


def _text_of(path: str | None) -> str:
    if path is None:
        return ""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(_KNOWN_HOSTS_BYTES_MAX)
    except OSError as error:
        raise Failure("host_key_unknown", f"the known hosts file {path} cannot be read: {error.strerror}") from None


def document_of(author: Author, answer: session.Answer, mark: str, fingerprint: str, limits: Limits) -> Document:
    """The document out of what a host printed. `mark`: that of the script; `fingerprint`: of the host key."""
    said = script.read(answer.output, mark, limits.answer_bytes_max)
    kernel = said.snapshot.facts.get("kernel") if said else None
    if said is None or kernel is None:
        failure = answer.ended_by or Failure("no_answer", f"the login shell runs no POSIX sh: {_first_words(answer)}")
        return unread(author, "ssh", failure.kind, failure.message)
    host = RemoteHost(said.snapshot, time.time())
    if kernel != "Linux":
        return _unsupported(author, host, kernel, fingerprint)
    try:
        document = _read(host, author, fingerprint)
    except reader.PROBE_ERRORS as error:
        return unread(author, "ssh", "malformed", f"what the host printed makes no sense: {words_of(error)}")
    for name in said.malformed:
        message = f"what `{name}` printed is not what such a command prints: parts of it are left out"
        document["problems"].append({"section": "identity", "kind": "malformed", "message": message})
    if not said.is_complete:
        _cut_off(document, answer.ended_by, said.last_part)
    return document


def _read(host: RemoteHost, author: Author, fingerprint: str) -> Document:
    """What the agent's probes say of the host."""
    return reader.read(
        host,
        reader.Origin(
            {"kind": "ssh", "name": PROGRAM, "version": __version__, "instance": author.collector},
            {"kind": "target", "key": author.target, "domain": author.domain},
            {"ssh_host_keys": [fingerprint]},  # those that the host keeps itself replace it
            author.interval_seconds,
        ),
        lambda remote: services.read(remote, _sampled(host), set()),
        PROBES,
    )


def _sampled(host: RemoteHost) -> Sampler:
    """A sampler that has seen all samples but the last, which is taken last."""
    sampler = Sampler(host)
    numbers = host.sample_numbers()
    for number in numbers[:-1]:
        host.show_sample(number)
        sampler.sample()
    if numbers:
        host.show_sample(numbers[-1])
    return sampler


def _cut_off(document: Document, ended_by: Failure | None, last_part: str | None) -> None:
    """Say that the answer has no end: any section may lack something."""
    document["sections"] = {name: PARTIAL if state == READ else state for name, state in document["sections"].items()}
    failure = ended_by or Failure("cut_off", "the host ended its answer in the middle")
    message = f"{failure.message}; the last that came was {last_part or 'nothing'}"
    document["problems"].insert(0, {"section": "identity", "kind": failure.kind, "message": message[:1000]})


def _unsupported(author: Author, host: RemoteHost, kernel: str, fingerprint: str) -> Document:
    """What uname(1) says of a system that is not read over SSH."""
    document = unread(
        author,
        "ssh",
        "unsupported_system",
        f"only Linux is read over SSH, and this is {kernel}: run the agent on it",
    )
    _, name, release, machine = host.uname()
    attributes = {
        "name": name.split(".")[0].lower(), "os_name": kernel, "kernel_name": kernel, "kernel_version": release,
        "architecture": machine,
    }  # fmt: skip
    root: Item = {
        "key": ROOT,
        "type": "Server",
        "identifiers": {"ssh_host_keys": [fingerprint]},
        "attributes": {key: value for key, value in attributes.items() if value},
    }
    document["items"] = [root]
    document["sections"] |= {"identity": PARTIAL, "operating_system": PARTIAL}
    return document


def _first_words(answer: session.Answer) -> str:
    return repr(answer.output[:100].decode("utf-8", "replace")) if answer.output else "it printed nothing"
