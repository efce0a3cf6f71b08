"""Keys of evidence as texts: what stands in the graph, and back."""

from __future__ import annotations

from cmdb.identify.sighting import Identifier, SightingKey


def identifier_of(key: str) -> Identifier:
    """The identifier of a node's key."""
    kind, _, value = key.partition(":")
    return Identifier(kind, value)


def key_of(text: str) -> SightingKey:
    """The sighting key that `SightingKey.text` wrote."""
    scope, item, epoch = text.rsplit("|", 2)
    return SightingKey(scope, item.replace("%7C", "|").replace("%25", "%"), int(epoch))
