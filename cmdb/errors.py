"""What the core refuses, and why. Deliveries (HTTP, command line) translate these; nothing here knows them."""

from __future__ import annotations


class CMDBError(Exception):
    """A refusal that a person can act on; `str()` is a full sentence."""


class Invalid(CMDBError):
    """The input says something that cannot be. `field` is a JSON path such as `items[3].key`, None for the whole."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class TooLarge(Invalid):
    """The input is over a stated limit, or needs more memory than one transaction may take."""


class NotFound(CMDBError):
    """Nothing has this id."""

    def __init__(self, what: str, key: str) -> None:
        super().__init__(f"there is no {what} {key!r}")
        self.what, self.key = what, key


class Conflict(CMDBError):
    """The request contradicts the present state: a state that does not follow, or an outdated version."""


class NotAllowed(CMDBError):
    """The caller is known, and may not do this. `field`: what of the input is not theirs to say, None: all of it."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class Unavailable(CMDBError):
    """The graph cannot answer now. `retry_after_seconds` is when to ask again."""

    def __init__(self, message: str, retry_after_seconds: int = 5) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds
