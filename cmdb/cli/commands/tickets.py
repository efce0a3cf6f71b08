"""How incidents and changes look, and what their commands have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from cmdb.cli.commands.impact import print_assessment
from cmdb.cli.output import local_time, print_json, print_table, said

PAGE = 500
NAMES = "an id, HOST:PORT, an address, a host or service name, or NAME@HOST"
Team = Annotated[str | None, typer.Option(help="Team that works on it, by name or id.")]
Comment = Annotated[str | None, typer.Option("--comment", "-m", help="Words to go with it.")]
Description = Annotated[str | None, typer.Option(help="Everything else there is to say.")]
States = Annotated[list[str] | None, typer.Option("--state", help="In this state; may be given several times.")]
OnCI = Annotated[str | None, typer.Option("--ci", help=f"It names this CI: {NAMES}.")]
Limit = Annotated[int, typer.Option(help="At most so many.", min=1)]


def print_ticket(
    ticket: dict[str, Any], facts: dict[str, object], failed: Sequence[dict[str, Any]], as_json: bool
) -> None:
    """A ticket with its story and its assessment."""
    if as_json:
        print_json(ticket)
        return
    print(f"{ticket['id']}  {ticket['title']}\n")
    width = max(map(len, facts))
    for name, value in facts.items():
        if value not in (None, "", []):
            print(f"{name:<{width}}  {said(value)}")
    print()
    print_table(
        ("Id", "CI", "Type", "Effect"), ((one["ci_id"], place(one), one["ci_type"], one["effect"]) for one in failed)
    )
    if ticket["assessment"]:
        print(f"\nAs assessed at {local_time(ticket['assessment']['made_at'])}:\n")
        print_assessment(ticket["assessment"])
    print()
    print_table(("At", "Who", "What"), ((local_time(one["at"]), one["who"], _entry(one)) for one in ticket["entries"]))
    if ticket["next_states"]:
        print(f"\nMay become: {', '.join(ticket['next_states'])}")


def place(link: dict[str, Any]) -> str:
    """A CI of a ticket, with what it stands on."""
    return f"{link['title']} on {link['place']}" if link["place"] else link["title"]


_SAID_BY_THE_LINE = frozenset({
    "submitted_by", "decided_by", "decided_at", "implementing_at", "completed_at", "resolved_at", "closed_at",
})  # fmt: skip
"""Who and when of a step stand at the beginning of its line."""


def _entry(entry: dict[str, Any]) -> str:
    changes = [
        f"{name}: {said(new)}" if old is None else f"{name}: {said(old)} → {said(new)}"
        for name, (old, new) in entry["changes"].items()
        if name not in _SAID_BY_THE_LINE
    ]
    kind = None if entry["kind"] == "state" and changes else entry["kind"]
    return ": ".join(part for part in (kind, "; ".join(changes), entry["text"]) if part)
