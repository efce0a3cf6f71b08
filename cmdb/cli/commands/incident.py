"""`cmdb incident`: something does not work as agreed, and is brought back."""

from __future__ import annotations

from itertools import islice
from typing import Annotated, Any

import typer

from cmdb.cli.asking import ask
from cmdb.cli.commands import tickets
from cmdb.cli.commands.tickets import NAMES, Comment, Description, Limit, OnCI, States, Team
from cmdb.cli.instants import instant
from cmdb.cli.options import AsJson
from cmdb.cli.output import local_time, print_json, print_table

app = typer.Typer(no_args_is_help=True)

Id = Annotated[str, typer.Argument(metavar="ID", help="Such as INC-000001.")]


@app.command("open")
def open_(
    ctx: typer.Context,
    title: Annotated[str | None, typer.Argument(help="One line; made from the CIs where there is none.")] = None,
    down: Annotated[list[str] | None, typer.Option("--on", help=f"A CI that is down: {NAMES}.")] = None,
    degraded: Annotated[
        list[str] | None, typer.Option("--degraded", help="A CI that is slow or partly broken.")
    ] = None,
    description: Description = None,
    impact: Annotated[str | None, typer.Option(help="high, medium or low; the affected services suggest one.")] = None,
    urgency: Annotated[str | None, typer.Option(help="high, medium or low.")] = None,
    started: Annotated[str | None, typer.Option(help="When it began; now otherwise.", metavar="INSTANT")] = None,
    team: Team = None,
    as_json: AsJson = False,
) -> None:
    """Open an incident on what failed, and see which services that affects and why.

    Examples:

        cmdb incident open "Checkout is down" --on web-1:443

        cmdb incident open --on postgres@db-1 --degraded app@web-2 --team Databases
    """
    failed = [{"ci": ci, "effect": "down"} for ci in down or []]
    failed += [{"ci": ci, "effect": "degraded"} for ci in degraded or []]
    if not failed:
        raise typer.BadParameter("say what failed: --on CI, or --degraded CI")
    given: dict[str, object] = {
        "title": title, "cis": failed, "description": description, "impact": impact, "urgency": urgency,
        "started_at": instant(started, "--started"), "team": team,
    }  # fmt: skip
    with ask(ctx) as client:
        _print(client.post("/incidents", {name: value for name, value in given.items() if value is not None}), as_json)


@app.command("list")
def list_all(
    ctx: typer.Context,
    state: States = None,
    priority: Annotated[int | None, typer.Option(help="1 is the most urgent of 5.", min=1, max=5)] = None,
    team: Team = None,
    ci: OnCI = None,
    limit: Limit = 50,
    as_json: AsJson = False,
) -> None:
    """List incidents, newest first.

    Example: cmdb incident list --state new --state in_progress
    """
    with ask(ctx) as client:
        rows = client.every("/incidents", "incidents", state=state, priority=priority, team=team, ci=ci, limit=limit)
        found = list(islice(rows, limit))
    if as_json:
        print_json(found)
        return
    print_table(("Id", "Prio", "State", "Started", "Team", "Title"), (_row(one) for one in found))


@app.command()
def show(ctx: typer.Context, incident: Id, as_json: AsJson = False) -> None:
    """Show an incident: what failed, what that affects, what was done."""
    with ask(ctx) as client:
        _print(client.get(f"/incidents/{incident}"), as_json)


@app.command()
def changes(
    ctx: typer.Context,
    incident: Id,
    hours: Annotated[int, typer.Option(help="How long before it began.", min=1)] = 24,
    as_json: AsJson = False,
) -> None:
    """Show what changed lately on what the affected services depend on, newest first."""
    with ask(ctx) as client:
        found = client.get(f"/incidents/{incident}/recent-changes", hours=hours)
    if as_json:
        print_json(found)
        return
    rows = (
        (local_time(one["at"]), one["ci_name"], one["kind"], one["text"], one["ticket"]) for one in found["happenings"]
    )
    print_table(("At", "CI", "What", "", "Change"), rows)
    print(f"{found['ci_count']} CIs were looked at.")


@app.command()
def start(
    ctx: typer.Context, incident: Id, team: Team = None, comment: Comment = None, as_json: AsJson = False
) -> None:
    """Begin to work on an incident, or begin again."""
    _change(ctx, incident, as_json, state="in_progress", team=team, comment=comment)


@app.command()
def hold(
    ctx: typer.Context,
    incident: Id,
    reason: Annotated[str, typer.Option(help="awaiting_caller, awaiting_change, awaiting_problem or awaiting_vendor.")],
    comment: Comment = None,
    as_json: AsJson = False,
) -> None:
    """Put an incident on hold, and say what it waits for."""
    _change(ctx, incident, as_json, state="on_hold", hold_reason=reason, comment=comment)


@app.command()
def resolve(
    ctx: typer.Context,
    incident: Id,
    how: Annotated[str, typer.Option(help="How it was resolved.")],
    as_json: AsJson = False,
) -> None:
    """Say how an incident was resolved.

    Example: cmdb incident resolve INC-000001 --how "restarted the database"
    """
    _change(ctx, incident, as_json, state="resolved", resolution=how)


@app.command()
def close(ctx: typer.Context, incident: Id, comment: Comment = None, as_json: AsJson = False) -> None:
    """Close a resolved incident."""
    _change(ctx, incident, as_json, state="closed", comment=comment)


@app.command()
def cancel(ctx: typer.Context, incident: Id, comment: Comment = None, as_json: AsJson = False) -> None:
    """Cancel an incident that is none."""
    _change(ctx, incident, as_json, state="cancelled", comment=comment)


@app.command()
def comment(
    ctx: typer.Context, incident: Id, text: Annotated[str, typer.Argument(help="The words.")], as_json: AsJson = False
) -> None:
    """Add words to an incident."""
    with ask(ctx) as client:
        _print(client.post(f"/incidents/{incident}/comments", {"text": text}), as_json)


@app.command()
def assess(ctx: typer.Context, incident: Id, as_json: AsJson = False) -> None:
    """Assess anew what an incident affects, over the graph as it is now."""
    with ask(ctx) as client:
        _print(client.post(f"/incidents/{incident}/assessment"), as_json)


def _change(ctx: typer.Context, incident: str, as_json: bool, **wanted: object) -> None:
    with ask(ctx) as client:
        _print(client.patch(f"/incidents/{incident}", **wanted), as_json)


def _row(one: dict[str, Any]) -> tuple[object, ...]:
    return one["id"], one["priority"], one["state"], local_time(one["started_at"]), one["team_name"], one["title"]


def _print(found: dict[str, Any], as_json: bool) -> None:
    suggested = " (as the affected services suggest)" if found["impact_is_suggested"] else ""
    waits = f" ({found['hold_reason']})" if found["hold_reason"] else ""
    facts: dict[str, object] = {
        "State": found["state"] + waits,
        "Priority": f"{found['priority']}: impact {found['impact']}{suggested}, urgency {found['urgency']}",
        "Started": local_time(found["started_at"]),
        "Reported": f"{local_time(found['reported_at'])} by {found['reported_by']}",
        "Team": found["team_name"], "Description": found["description"], "Resolution": found["resolution"],
    }  # fmt: skip
    tickets.print_ticket(found, facts, found["sources"], as_json)
