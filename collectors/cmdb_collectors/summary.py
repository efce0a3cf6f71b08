"""What a run says at its end: a line a target for people, everything for machines, one number for the shell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from cmdb_collectors.destination import Delivered
from cmdb_collectors.outcome import Outcome, State

ALL_READ, NONE_READ, SOME_FAILED = 0, 1, 3
_ORDER: dict[State, int] = {"read": 0, "partial": 1, "failed": 2}
# Control characters and those that turn the direction of text: what a device says must not move the terminal.
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


def printable(text: str) -> str:
    """A text from a device or a server as one harmless line."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def exit_status(outcomes: Sequence[Outcome], delivered: Delivered) -> int:
    """0: every target was read, at least in part, and every document arrived. 1: no target was read. Else 3."""
    failed = sum(outcome.state == "failed" for outcome in outcomes)
    if failed == len(outcomes):
        return NONE_READ
    return SOME_FAILED if failed or not delivered.is_complete else ALL_READ


def text(outcomes: Sequence[Outcome], delivered: Delivered, seconds: float, abandoned: int, width: int) -> str:
    """The table and the totals; failures stand last, beside the totals, where the eye is. `width` in columns."""
    rows = [("target", "way", "state", "time", "items", "problem")]
    for one in sorted(outcomes, key=lambda outcome: (_ORDER[outcome.state], outcome.target.name)):
        time = f"{one.seconds:.1f} s"
        rows.append((printable(one.target.name)[:40], one.target.kind, one.state, time, str(one.items), _problem(one)))
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    lines = [
        "  ".join([*map(str.ljust, row[:3], widths[:3]), *map(str.rjust, row[3:5], widths[3:]), row[5]]) for row in rows
    ]
    totals = _totals(outcomes, delivered, seconds, abandoned)
    return "\n".join([*(_cut(line.rstrip(), width) for line in lines), "", *totals])


def as_json(outcomes: Sequence[Outcome], delivered: Delivered, seconds: float, abandoned: int) -> dict[str, Any]:
    """All of it. Keys are stable; `seconds` are floats, `reason` and `credentials` null where there are none."""
    counted = Counter(outcome.state for outcome in outcomes)
    return {
        "targets": [
            {
                "name": one.target.name,
                "kind": one.target.kind,
                "address": one.target.address,
                "port": one.target.port,
                "domain": one.target.domain,
                "state": one.state,
                "seconds": round(one.seconds, 3),
                "items": one.items,
                "relations": one.relations,
                "credentials": one.credentials,
                "problems": one.problems,
            }
            for one in outcomes
        ],
        "totals": {
            "targets": len(outcomes),
            **{state: counted[state] for state in _ORDER},
            "items": sum(outcome.items for outcome in outcomes),
            "seconds": round(seconds, 3),
            "abandoned_threads": abandoned,
        },
        "delivery": delivered._asdict(),
    }


def _cut(line: str, width: int) -> str:
    return line if len(line) <= width else f"{line[: width - 1]}…"


def _problem(one: Outcome) -> str:
    if not one.problems:
        return ""
    more = f" (and {len(one.problems) - 1} more)" if len(one.problems) > 1 else ""
    return printable(one.problems[0]["message"])[:200] + more


def _totals(outcomes: Sequence[Outcome], delivered: Delivered, seconds: float, abandoned: int) -> list[str]:
    counted = Counter(outcome.state for outcome in outcomes)
    lines = [f"{len(outcomes)} targets in {seconds:.1f} s: {counted['read']} read, {counted['partial']} in part, "
             f"{counted['failed']} failed"]  # fmt: skip
    fates = [f"{count} {name}" for name, count in delivered._asdict().items() if name != "reason" and count]
    reason = f" ({printable(delivered.reason)})" if delivered.reason else ""
    lines.append(f"documents: {', '.join(fates) or 'none'}{reason}")
    if abandoned:
        lines.append(f"{abandoned} readings did not end in their time and were left to themselves")
    return lines
