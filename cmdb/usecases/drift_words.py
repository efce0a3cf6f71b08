"""Drift on one line: what changed from what to what, and where."""

from __future__ import annotations

from typing import Any

from cmdb.analyse.drift_noise import PRESENCE
from cmdb.analyse.picture import spoken
from cmdb.analyse.presence import ADDRESS, CABLE

MAX_TITLE = 300
MAX_VALUE = 80


def value_words(value: Any) -> str:
    """A value, shortened; None is "nothing"."""
    if value is None:
        return "nothing"
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= MAX_VALUE else f"{text[: MAX_VALUE - 1]}…"


def attribute_words(ci_type: str, attribute: str) -> str:
    """What changed: an attribute, the presence of a thing, or a package by its name."""
    match attribute:
        case _ if attribute == PRESENCE:
            return f"presence of a {spoken(ci_type)}"
        case _ if attribute == ADDRESS:
            return "address"
        case _ if attribute == CABLE:
            return "cable"
        case _ if is_package(attribute):
            return f"package {attribute.split()[1]}"
        case _:
            return attribute


def is_package(attribute: str) -> bool:
    """Whether it names a package, by manager, name and mostly architecture, and no attribute."""
    return " " in attribute


def change_words(ci_type: str, attribute: str, title: str, old: Any, new: Any) -> str:
    """The change of one CI, without where: "service instance miner came", "package openssl: 3.0 → 0.9"."""
    if attribute == PRESENCE:
        return f"{spoken(ci_type)} {title} {'went' if new is None else 'came'}"
    what = attribute_words(ci_type, attribute)
    if is_package(attribute) and old is None:
        return f"{what} {value_words(new)} was installed"
    if is_package(attribute) and new is None:
        return f"{what} {value_words(old)} was removed"
    return f"{what}: {value_words(old)} → {value_words(new)}"


def finding_title(words: str, title: str, place: str | None, cis: int) -> str:
    """The finding on a line: the words of its first change, where that was, and on how many others."""
    where = f"{title} on {place}" if place and title not in words else place or title
    more = f" and {cis - 1} more" if cis > 1 else ""
    found = f"{words} on {where}{more}"
    return found if len(found) <= MAX_TITLE else f"{found[: MAX_TITLE - 1]}…"
