"""What stops a collector: each message says what is wrong and what would do. No message holds a secret."""

from __future__ import annotations

from collections.abc import Sequence


class CollectorError(Exception):
    """The collector cannot do what it was told."""


class ConfigurationError(CollectorError):
    """What was given, or what the targets file says, cannot be used. `reasons` has every one of them."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("\n".join(reasons))
        self.reasons: Sequence[str] = reasons


class StateError(CollectorError):
    """The state folder cannot be used."""
