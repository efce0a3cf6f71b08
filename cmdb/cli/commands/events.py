"""`cmdb events`: what happened lately, and what happens while one looks."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cmdb.cli.asking import ask
from cmdb.cli.options import AsJson
from cmdb.cli.output import console, local_time, print_json, print_line
from cmdb.usecases.event_words import event_words

if TYPE_CHECKING:
    from cmdb.cli.client import Client

_POLL_SECONDS = 2
_PAGE = 500


def events(
    ctx: typer.Context,
    last: Annotated[int, typer.Option(help="Begin so many events before the end.", min=0, max=500)] = 20,
    after: Annotated[int | None, typer.Option(help="Begin after this position, in place of --last.", min=0)] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until Ctrl-C.")] = False,
    kind: Annotated[list[str] | None, typer.Option(help="Of this kind alone; may be repeated.")] = None,
    ci_type: Annotated[list[str] | None, typer.Option("--type", help="Of CIs of this type; may be repeated.")] = None,
    ci: Annotated[str | None, typer.Option(help="Of this CI alone, by its id.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show what happened in the graph, oldest first: created, changed, ended, merged, split.

    Examples:

        cmdb events --follow

        cmdb events --kind ended --kind merged --last 500 --json
    """
    wanted: dict[str, Any] = {"kinds": kind, "types": ci_type, "ci": ci, "limit": _PAGE}
    with ask(ctx) as client:
        page = client.get("/events", after=after, newest=last if after is None else None, **wanted)
        if not follow and as_json:
            print_json(_rest(client, page, wanted))
            return
        for event in _rest(client, page, wanted):
            _show(event, as_json=as_json)
        sys.stdout.flush()
        try:
            while follow:
                time.sleep(_POLL_SECONDS)
                page = client.get("/events", after=page["after"], **wanted)
                for event in _rest(client, page, wanted):
                    _show(event, as_json=as_json)
                sys.stdout.flush()
        except KeyboardInterrupt:
            return


def _rest(client: Client, page: dict[str, Any], wanted: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The events of this page and of all that follow it now; the page moves on to the last of them."""
    found = list(page["events"])
    while page["more"]:
        page |= client.get("/events", after=page["after"], **wanted)
        found += page["events"]
    return found


def _show(event: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_line(event)
        return
    parts = (f"{event['position']:>8}", local_time(event["recorded_at"]), f"{event['kind']:8}", event["title"],
             event["ci_type"], event_words(event["details"], event["other_id"]))  # fmt: skip
    console().print("  ".join(part for part in parts if part), markup=False, soft_wrap=True)
