"""What the exit codes of `cmdb` mean, and which refusal ends with which."""

from __future__ import annotations

from enum import IntEnum

from cmdb.errors import CMDBError, NotAllowed, NotFound, Unavailable


class Exit(IntEnum):
    """The exit codes, stable for scripts. 130 is what a shell says of a program ended by Ctrl-C."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    UNREACHABLE = 3
    NOT_ALLOWED = 4
    NOT_FOUND = 5
    INTERRUPTED = 130


MEANINGS = {
    Exit.DONE: "done",
    Exit.REFUSED: "refused, or failed: the message says why",
    Exit.USAGE: "the command line is not understood",
    Exit.UNREACHABLE: "no server, or no graph, can be reached",
    Exit.NOT_ALLOWED: "the token is missing, unknown, or does not allow this",
    Exit.NOT_FOUND: "there is no such thing",
}


_OF_STATUS = {
    401: Exit.NOT_ALLOWED,
    403: Exit.NOT_ALLOWED,
    404: Exit.NOT_FOUND,
    502: Exit.UNREACHABLE,
    503: Exit.UNREACHABLE,
    504: Exit.UNREACHABLE,
}


class Refused(CMDBError):
    """A server's answer was a refusal; `status` is that of HTTP, `field` what was wrong with the request."""

    def __init__(self, status: int, detail: str, field: str | None = None) -> None:
        super().__init__(detail if field is None else f"{field}: {detail}")
        self.status = status
        self.field = field


def exit_of(error: CMDBError) -> Exit:
    """The exit code of a refusal."""
    match error:
        case Refused():
            return _OF_STATUS.get(error.status, Exit.REFUSED)
        case NotFound():
            return Exit.NOT_FOUND
        case NotAllowed():
            return Exit.NOT_ALLOWED
        case Unavailable():
            return Exit.UNREACHABLE
        case _:
            return Exit.REFUSED
