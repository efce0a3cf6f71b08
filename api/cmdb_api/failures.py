"""How often each client showed a wrong token lately: counted in bounded memory."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from threading import Lock

WINDOW_MS = 60_000
MAX_FAILURES = 20
MAX_CLIENTS = 10_000
MAX_KNOWN = 10_000


class Failures:
    """Wrong tokens per client address and minute.

    A token of 256 bits is not guessed; what this keeps away is the load of trying. A token that was right a moment ago
    is never refused here, so that one wrong client does not shut out the others behind its address.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._failed: OrderedDict[str, tuple[int, int]] = OrderedDict()
        self._known: OrderedDict[bytes, None] = OrderedDict()

    def wait_seconds(self, client: str, secret: str, now: int) -> int | None:
        """How long this client has to wait before this token is looked at; None where it is at once."""
        with self._lock:
            count, since = self._failed.get(client, (0, now))
            if count < MAX_FAILURES or now - since >= WINDOW_MS or _mark(secret) in self._known:
                return None
            return max(1, (since + WINDOW_MS - now + 999) // 1000)

    def failed(self, client: str, now: int) -> None:
        """Count a wrong token."""
        with self._lock:
            count, since = self._failed.get(client, (0, now))
            self._failed[client] = (1, now) if now - since >= WINDOW_MS else (count + 1, since)
            self._failed.move_to_end(client)
            if len(self._failed) > MAX_CLIENTS:
                self._failed.popitem(last=False)

    def succeeded(self, secret: str) -> None:
        """Remember a right token."""
        mark = _mark(secret)
        with self._lock:
            self._known[mark] = None
            self._known.move_to_end(mark)
            if len(self._known) > MAX_KNOWN:
                self._known.popitem(last=False)


def _mark(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
