"""What a server's answer means for what was sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class AddressError(Exception):
    """A server address or certificate file that cannot be used; the message says why and what would do."""


class Fate(Enum):
    """What becomes of a document that was sent."""

    TAKEN = "taken"  # the server has it: forget it
    REFUSED = "refused"  # the server will never take it: drop it and say why
    UNAUTHORISED = "unauthorised"  # this agent may not send: keep it, a person must act
    LATER = "later"  # no answer, or not now: keep it and try again


@dataclass(frozen=True)
class Answer:
    """What came of one request. `status` None: no answer at all. `body` is the decoded JSON object, empty if none."""

    fate: Fate
    reason: str
    status: int | None = None
    retry_after_seconds: int | None = None
    body: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def instructions(self) -> list[str]:
        """What the receipt tells the edge to do, such as `renew_agent_id` and `send_full`."""
        said = self.body.get("instructions")
        return [word for word in said if isinstance(word, str)] if isinstance(said, list) else []
