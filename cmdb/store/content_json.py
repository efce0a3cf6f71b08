"""A scope's content as compressed JSON: compact rows, the same bytes for the same content."""

from __future__ import annotations

import json
import zlib
from typing import Any

from cmdb.observation.relations import Connection, Link, Sight
from cmdb.reconcile.content import Birth, Content, ContentItem
from cmdb.reconcile.sampled import Seen


def pack(value: object) -> bytes:
    """JSON, compressed."""
    return zlib.compress(json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode(), 1)


def unpack(data: bytes | None, default: Any) -> Any:
    """What `pack` packed; the default where there is nothing."""
    return default if data is None else json.loads(zlib.decompress(bytes(data)))


def encode(content: Content) -> bytes:
    """The content in bytes."""
    return pack({
        "items": [
            [key, i.type, i.parent, i.values, i.identifiers, i.birth, i.born_at, i.since, i.changed, i.held]
            for key, i in sorted(content.items.items())
        ],
        "links": [[link.verb, link.start, link.end] for link in sorted(content.links)],
        "connections": [
            [c.start, c.protocol, c.address, c.port, seen.first_at, seen.last_at, seen.samples]
            for c, seen in sorted(content.connections.items(), key=lambda item: item[0])
        ],
        "sights": [
            [*sight, seen.first_at, seen.last_at, seen.samples]
            for sight, seen in sorted(content.sights.items(), key=lambda item: item[0])
        ],
        "read_at": content.read_at,
        "births": [[b.type, b.birth, b.born_at, b.ended_at, b.values] for b in content.births],
    })  # fmt: skip


def decode(data: bytes | None) -> Content:
    """The content that `encode` encoded; an empty one for None."""
    if data is None:
        return Content()
    raw = unpack(data, None)
    return Content(
        items={
            key: ContentItem(kind, parent, values, {k: tuple(v) for k, v in identifiers.items()}, birth, born, since,
                             changed, held)
            for key, kind, parent, values, identifiers, birth, born, since, changed, held in raw["items"]
        },
        links=frozenset(Link(*link) for link in raw["links"]),
        connections={
            Connection(start, protocol, address, port): Seen(first, last, samples)
            for start, protocol, address, port, first, last, samples in raw["connections"]
        },
        sights={Sight(*row[:-3]): Seen(*row[-3:]) for row in raw.get("sights", ())},
        read_at=raw["read_at"],
        births=tuple(Birth(*birth) for birth in raw["births"]),
    )  # fmt: skip
