"""Why a value stands, in a sentence made from what decided it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from cmdb.model.preferences import BY_ATTRIBUTE
from cmdb.model.vocabulary import Attribute, CIType
from cmdb.reconcile.manual import ManualValue
from cmdb.reconcile.precedence import Ground

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def ground_words(ci_type: CIType, attribute: Attribute, ground: Ground, kinds: Sequence[str]) -> str:
    """The reason, where sources of these kinds say something, the most believed one first."""
    first, second = kinds[0], kinds[min(1, len(kinds) - 1)]
    match ground:
        case "alone":
            return f"{first} alone says so"
        case "agreed":
            return "all sources say so" if len(kinds) > 2 else f"{first} and {second} say so"
        case "joined":
            return "what all sources list is joined"
        case "fresh":
            return f"{second} has been silent for too long"
        case "rank":
            said = f"{first} is believed before {second} for {attribute.name}"
            preference = BY_ATTRIBUTE.get((ci_type.label, attribute.name))
            return f"{said}: {preference.because}" if preference and first in preference.first else said
        case "later":
            return f"of two {first} sources this one's value changed later"
        case "key":
            return f"two {first} sources differ, and neither says it with better reason"


def manual_words(one: ManualValue) -> str:
    """Who set a value, and until when it stands."""
    until = f" until {_instant(one.expires_at)}" if one.expires_at is not None else ""
    return f"set by {one.set_by}{until}: {one.reason}"


def _instant(at: int) -> str:
    return f"{_EPOCH + timedelta(milliseconds=at):%Y-%m-%d %H:%M} UTC"
