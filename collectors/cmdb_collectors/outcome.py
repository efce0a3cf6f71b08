"""What came of one target: how much of it was read, in which time, and what stood in the way."""

from __future__ import annotations

import time
from typing import Literal, NamedTuple

from cmdb_agent import __version__
from cmdb_agent.reading import NOT_READ, READ
from cmdb_agent.wire.document import SCHEMA_VERSION, Document, Problem, new_document_id

from cmdb_collectors.author import Author
from cmdb_collectors.keyring import Protocol
from cmdb_collectors.settings import PROGRAM
from cmdb_collectors.targets import Target

SECTIONS = ("identity", "hardware", "operating_system", "storage", "network", "packages", "services", "connections",
            "topology")  # fmt: skip

State = Literal["read", "partial", "failed"]


class Outcome(NamedTuple):
    """One reading of one target. `credentials`: the name of those that opened it; None where none did."""

    target: Target
    state: State
    seconds: float
    items: int
    relations: int
    problems: list[Problem]
    credentials: str | None = None

    @property
    def first_problem(self) -> str | None:
        """The first thing that stood in the way; None where nothing did."""
        return self.problems[0]["message"] if self.problems else None


def outcome(target: Target, document: Document, seconds: float, credentials: str | None) -> Outcome:
    """What a document says about its reading."""
    state = state_of(document)
    return Outcome(
        target,
        state,
        seconds,
        len(document["items"]),
        len(document["relations"]),
        document["problems"],
        None if state == "failed" else credentials,
    )


def state_of(document: Document) -> State:
    """`read` where every section was, `failed` where none was, else `partial`."""
    states = document["sections"].values()
    if all(state == READ for state in states):
        return "read"
    return "failed" if all(state == NOT_READ for state in states) else "partial"


def unread(author: Author, kind: Protocol, problem: str, message: str) -> Document:
    """The document of a target of which nothing could be read, and why."""
    document: Document = {
        "schema_version": SCHEMA_VERSION,
        "document_id": new_document_id(),
        "source": {"kind": kind, "name": PROGRAM, "version": __version__, "instance": author.collector},
        "scope": {"kind": "target", "key": author.target, "domain": author.domain},
        "observed_at": time.time_ns() // 1_000_000,
        "sections": dict.fromkeys(SECTIONS, NOT_READ),
        "items": [],
        "relations": [],
        "problems": [{"section": "identity", "kind": problem, "message": message[:1000]}],
    }
    if author.interval_seconds:
        document["interval_ms"] = author.interval_seconds * 1000
    return document
