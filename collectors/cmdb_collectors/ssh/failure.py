"""Why a host was not read: a kind for programs, and for people what happened and what to do."""

from __future__ import annotations


class Failure(Exception):
    """Raised below `collect`, which makes a problem of the document out of it. Never holds a secret."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message


def words_of(error: BaseException) -> str:
    """The words of an error on one line, and not many of them: they may be a server's."""
    return " ".join(str(error).split())[:200] or type(error).__name__
