"""Where documents go, and what became of them; and the simplest such place, a folder."""

from __future__ import annotations

import hashlib
import os
import re
from typing import NamedTuple, Protocol

from cmdb_agent.wire.document import Document, encode, with_age

from cmdb_collectors.errors import StateError


class Delivered(NamedTuple):
    """What became of the documents. `reason`: why some wait, were refused or lost; None where none were."""

    sent: int = 0
    waiting: int = 0
    refused: int = 0
    lost: int = 0
    reason: str | None = None

    @property
    def is_complete(self) -> bool:
        """Whether every document arrived."""
        return not (self.waiting or self.refused or self.lost)


class Destination(Protocol):
    """Takes documents from any thread, and never raises."""

    def keep(self, document: Document) -> None:
        """Take a document."""
        ...

    def finish(self, seconds: float) -> Delivered:
        """Do what can be done within that time; what became of all documents."""
        ...


class Folder:
    """Documents as files, each named after its target; for a look at them without a server."""

    def __init__(self, path: str) -> None:
        """Raises StateError."""
        self._path = path
        self._delivered = Delivered()
        try:
            os.makedirs(path, mode=0o700, exist_ok=True)
        except OSError as error:
            raise StateError(f"{path}: {error.strerror}") from error

    def keep(self, document: Document) -> None:
        """Write a document, over an earlier one of its target."""
        key = document["scope"]["key"]
        name = re.sub(r"[^\w.:@-]", "_", key).lstrip(".")[:100]
        if name != key:  # two names must not become one file
            name += f"-{hashlib.sha256(key.encode()).hexdigest()[:8]}"
        try:
            with open(os.path.join(self._path, f"{name}.json"), "wb") as file:
                file.write(with_age(encode(document), 0, is_uncertain=False) + b"\n")
        except OSError as error:
            self._delivered = self._delivered._replace(lost=self._delivered.lost + 1, reason=str(error))
        else:
            self._delivered = self._delivered._replace(sent=self._delivered.sent + 1)

    def finish(self, seconds: float) -> Delivered:
        """What became of all documents."""
        return self._delivered
