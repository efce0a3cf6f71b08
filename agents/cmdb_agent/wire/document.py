"""The observation document as edge programs build it: one JSON object, its age appended when it leaves."""

from __future__ import annotations

import json
import os
import time
from typing import Any, TypedDict, Union

SCHEMA_VERSION = 1

Value = Union[str, int, float, bool, list[str]]
Problem = dict[str, str]

Item = TypedDict(
    "Item",
    {
        "key": str,
        "type": str,
        "in": str,
        "identifiers": dict[str, Union[str, list[str]]],
        "attributes": dict[str, Value],
    },
    total=False,
)

Relation = TypedDict(
    "Relation",
    {"verb": str, "from": str, "to": Union[str, dict[str, Union[str, int]]], "attributes": dict[str, Value]},
    total=False,
)


class Source(TypedDict):
    """Who read: the program, and which instance of it."""

    kind: str
    name: str
    version: str
    instance: str


class Scope(TypedDict):
    """What was read. `domain` is the routing domain in which its addresses mean what they say."""

    kind: str
    key: str
    domain: str


class Body(TypedDict):
    """What every document has; instants are epoch milliseconds by the edge's clock."""

    schema_version: int
    document_id: str
    source: Source
    scope: Scope
    observed_at: int
    sections: dict[str, str]
    items: list[Item]
    relations: list[Relation]
    problems: list[Problem]


class Document(Body, total=False):
    """What one source saw in one scope at one instant. Its age is added when it leaves: see `with_age`."""

    interval_ms: int
    booted_at: int
    boot_id: str
    observed_from: dict[str, str]


def new_document_id() -> str:
    """A UUID of version 7: sorts by the time it was made (RFC 9562, 5.7)."""
    milliseconds = time.time_ns() // 1_000_000
    raw = bytearray(milliseconds.to_bytes(6, "big") + os.urandom(10))
    raw[6] = raw[6] & 0x0F | 0x70
    raw[8] = raw[8] & 0x3F | 0x80
    digits = raw.hex()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def encode(document: Document) -> bytes:
    """The document as compact JSON in UTF-8."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def with_age(encoded: bytes, age_ms: int, is_uncertain: bool) -> bytes:
    """An encoded document that has no age yet, with its age at the moment of sending."""
    age: dict[str, Any] = {"age_ms": max(age_ms, 0)}
    if is_uncertain:
        age["age_uncertain"] = True
    return encoded[:-1] + b"," + json.dumps(age, separators=(",", ":")).encode()[1:]
