"""One reading of the machine: every probe once, and one document out of what they say."""

from __future__ import annotations

import struct
from typing import Callable, NamedTuple

from cmdb_agent import __version__, containment
from cmdb_agent.containment import Container
from cmdb_agent.host import Host
from cmdb_agent.probes import PROBES, Probe
from cmdb_agent.probes.operating_system import boot_id
from cmdb_agent.reading import NOT_READ, READ, ROOT, Reading
from cmdb_agent.wire.document import SCHEMA_VERSION, Document, Item, Scope, Source, new_document_id

# What reading a file or a kernel message can raise when the machine has something that no probe expects.
PROBE_ERRORS = (OSError, ValueError, LookupError, TypeError, struct.error)


class Origin(NamedTuple):
    """Who reads what: a document's source and scope, and what is known of the machine before it is read.

    `interval_seconds`: how often it is read; None: once.
    """

    source: Source
    scope: Scope
    identifiers: dict[str, str | list[str]]
    interval_seconds: int | None = None


class Author(NamedTuple):
    """The agent whose document it is, and how often it comes (None: once)."""

    agent_id: str
    domain: str
    interval_seconds: int | None = None

    def origin(self) -> Origin:
        """This agent, reading the machine that it runs on."""
        return Origin(
            {"kind": "agent", "name": "cmdb-agent", "version": __version__, "instance": self.agent_id},
            {"kind": "host", "key": self.agent_id, "domain": self.domain},
            {"agent_id": self.agent_id},
            self.interval_seconds,
        )


def collect(
    host: Host, author: Author, read_services: Callable[[Host], list[Reading]], probes: tuple[Probe, ...] = PROBES
) -> Document:
    """The document of the machine that the agent runs on, see `read`."""
    return read(host, author.origin(), read_services, probes)


def read(
    host: Host, origin: Origin, read_services: Callable[[Host], list[Reading]], probes: tuple[Probe, ...] = PROBES
) -> Document:
    """The document of a machine. `read_services` gives the readings of the sections services and connections."""
    container = containment.around(host)
    readings = [
        attempt(probe.section, probe.read, host) for probe in probes if container is None or not probe.machine_only
    ]
    try:
        readings += read_services(host)
    except PROBE_ERRORS as error:
        readings += [_failed("services", error), _failed("connections", error)]
    document: Document = {
        "schema_version": SCHEMA_VERSION,
        "document_id": new_document_id(),
        "source": origin.source,
        "scope": origin.scope,
        "observed_at": int(host.now() * 1000),
        "sections": {reading.section: reading.state for reading in readings},
        "items": [_root(origin, host, container, readings), *(item for r in readings for item in r.items)],
        "relations": [relation for reading in readings for relation in reading.relations],
        "problems": [problem for reading in readings for problem in reading.problems],
    }
    if origin.interval_seconds:
        document["interval_ms"] = origin.interval_seconds * 1000
    boot, started_at = boot_id(host), host.booted_at()
    if boot:
        document["boot_id"] = boot
    if started_at:
        document["booted_at"] = started_at
    return document


def attempt(section: str, read: Callable[[Host], Reading], host: Host) -> Reading:
    """What a probe says; a probe that fails leaves its section unread and the others alone."""
    try:
        return read(host)
    except PROBE_ERRORS as error:
        return _failed(section, error)


def exit_status(document: Document) -> int:
    """0 where every section was read, 1 where none was, else 3."""
    states = list(document["sections"].values())
    if all(state == READ for state in states):
        return 0
    return 1 if all(state == NOT_READ for state in states) else 3


def _failed(section: str, error: Exception) -> Reading:
    reading = Reading(section)
    kind = "permission_denied" if isinstance(error, PermissionError) else "failed"
    reading.missed(kind, f"{type(error).__name__}: {error}", NOT_READ)
    return reading


def _root(origin: Origin, host: Host, container: Container | None, readings: list[Reading]) -> Item:
    """The machine; or the container that the agent runs in, whose only evidence is its id: the rest is the host's."""
    if container is not None:
        container_id = containment.unique_id(host, container)
        attributes = {"name": host.uname()[1], "container_id": container_id, "runtime": container.runtime}
        return {
            "key": ROOT,
            "type": "Container",
            "identifiers": {"container_id": container_id} if container_id else {},
            "attributes": {name: value for name, value in attributes.items() if value},
        }
    root: Item = {"key": ROOT, "type": "Server", "identifiers": dict(origin.identifiers), "attributes": {}}
    for reading in readings:
        root["identifiers"].update(reading.identifiers)
        root["attributes"].update(reading.attributes)
    return root
