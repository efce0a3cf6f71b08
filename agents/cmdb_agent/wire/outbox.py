"""The spool: documents that wait to be sent, one file each, bounded, and still there after a crash.

A file is a line of JSON (when the document was read) and the document, compressed. Files appear at once or not at all;
names sort by age.
"""

from __future__ import annotations

import gzip
import json
import logging
import os
import zlib
from typing import NamedTuple

from cmdb_agent.wire.clock import Clock, Moment, age_ms
from cmdb_agent.wire.document import Document, encode, with_age

log = logging.getLogger("cmdb_agent.outbox")

COUNT_MAX = 288  # a day of documents, one every five minutes
BYTES_MAX = 64 << 20
_SUFFIX = ".doc"
_DAMAGED = (OSError, EOFError, ValueError, KeyError, TypeError, zlib.error)


class Waiting(NamedTuple):
    """A document in the spool: its file, and where it is only readable, when it was read."""

    name: str
    read_at: Moment
    encoded: bytes

    def body(self, now: Moment) -> bytes:
        """The document as it leaves now: with its age, compressed by gzip."""
        age, is_uncertain = age_ms(self.read_at, now)
        return gzip.compress(with_age(self.encoded, age, is_uncertain), compresslevel=6)


class Outbox:
    """A spool folder. Over a bound the oldest documents go, with a word in the log."""

    def __init__(
        self, folder: str, clock: Clock | None = None, count_max: int = COUNT_MAX, bytes_max: int = BYTES_MAX
    ) -> None:
        self._folder = folder
        self._clock = clock or Clock()
        self._count_max = count_max
        self._bytes_max = bytes_max

    def put(self, document: Document) -> str:
        """Keep a document that was read just now; the name it has in the spool. Raises OSError."""
        moment = self._clock.now()
        head = json.dumps({"wall": moment.wall_ms, "boot": moment.since_boot_ms, "boot_id": moment.boot_id})
        content = head.encode() + b"\n" + gzip.compress(encode(document), compresslevel=6)
        os.makedirs(self._folder, mode=0o700, exist_ok=True)
        name = self._next_name(document["document_id"])
        path = os.path.join(self._folder, name)
        descriptor = os.open(f"{path}.new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(f"{path}.new", path)
        self._keep_bounds()
        return name

    def names(self) -> list[str]:
        """The documents that wait, oldest first."""
        try:
            return sorted(name for name in os.listdir(self._folder) if name.endswith(_SUFFIX))
        except (FileNotFoundError, NotADirectoryError):
            return []

    def oldest(self) -> Waiting | None:
        """The document to send next; None where none waits. What cannot be read is dropped, with a word in the log."""
        for name in self.names():
            try:
                with open(os.path.join(self._folder, name), "rb") as file:
                    head, _, content = file.read().partition(b"\n")
                said = json.loads(head)
                moment = Moment(int(said["wall"]), int(said["boot"]), said["boot_id"])
                return Waiting(name, moment, gzip.decompress(content))
            except _DAMAGED as error:
                log.warning("the waiting document %s cannot be read and is dropped: %s", name, error)
                self.remove(name)
        return None

    def remove(self, name: str) -> None:
        """Forget a document: it was taken, or refused. Nothing where it is gone already."""
        try:
            os.unlink(os.path.join(self._folder, name))
        except FileNotFoundError:
            log.debug("the waiting document %s was gone already", name)

    def clear(self) -> int:
        """Forget everything that waits; how many documents that were."""
        names = self.names()
        for name in names:
            self.remove(name)
        return len(names)

    def _next_name(self, document_id: str) -> str:
        """A name after every other one, however the wall clock is set meanwhile."""
        last = next(iter(reversed(self.names())), "")
        number = int(last.split("-", 1)[0]) + 1 if last.split("-", 1)[0].isdigit() else 1
        return f"{number:012d}-{document_id}{_SUFFIX}"

    def _keep_bounds(self) -> None:
        """Remove what a crash left half-written, and the oldest documents over the bounds; the newest always stays."""
        sizes: dict[str, int] = {}
        for entry in os.scandir(self._folder):
            if entry.name.endswith(_SUFFIX):
                sizes[entry.name] = entry.stat().st_size
            elif entry.name.endswith(f"{_SUFFIX}.new"):
                os.unlink(entry.path)
        names = sorted(sizes)
        total = sum(sizes.values())
        while len(names) > 1 and (len(names) > self._count_max or total > self._bytes_max):
            name = names.pop(0)
            total -= sizes[name]
            self.remove(name)
            log.warning("too many documents wait: the oldest (%s) is dropped", name)
