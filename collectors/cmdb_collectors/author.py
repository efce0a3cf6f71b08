"""Whose document it is: the collector, and the target as its configuration names it."""

from __future__ import annotations

from typing import NamedTuple


class Author(NamedTuple):
    """What a document's source and scope say.

    `collector`: the instance that reads. `target`: the configured name of what is read, else `address:port`; with
    `domain` the key of its scope, never a credential. `interval_seconds`: how often it is read; None: once.
    """

    collector: str
    target: str
    domain: str = "default"
    interval_seconds: int | None = None
