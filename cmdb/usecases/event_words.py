"""An event on one line, for pages and the command line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NAMED = 3


def event_words(details: Mapping[str, Any], other: str | None) -> str:
    """What changed: the first few values, and how much of what came and went. Empty where nothing is told."""
    values = details.get("attributes", [])
    found = [f"with {other}"] if other else []
    found += [f"{one['name']}: {_said(one['old'])} → {_said(one['new'])}" for one in values[:NAMED]]
    if len(values) > NAMED:
        found.append(f"{len(values) - NAMED} more values")
    if held := details.get("held"):
        found.append(f"{held} no longer listed")
    for counted in ("parts", "relationships"):
        for name, counts in details.get(counted, {}).items():
            found.append(f"{name} {', '.join(f'{count} {what}' for what, count in counts.items())}")
    if details.get("by"):
        found.append(f"by {details['by']}")
    return "; ".join(found)


def _said(value: Any) -> str:
    if value is None:
        return "nothing"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
