"""`cmdb change`: what is going to be done, what that reaches, and who agreed."""

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

Id = Annotated[str, typer.Argument(metavar="ID", help="Such as CHG-000001.")]


@app.command()
def draft(
    ctx: typer.Context,
    title: Annotated[str, typer.Argument(help="One line, such as 'Replace the disk of web-1'.")],
    down: Annotated[list[str] | None, typer.Option("--down", help=f"A CI that is down meanwhile: {NAMES}.")] = None,
    degraded: Annotated[list[str] | None, typer.Option("--degraded", help="A CI that is degraded meanwhile.")] = None,
    touched: Annotated[list[str] | None, typer.Option("--touched", help="A CI that keeps working.")] = None,
    unknown: Annotated[list[str] | None, typer.Option("--unknown", help="A CI nobody is sure of: as if down.")] = None,
    start: Annotated[str | None, typer.Option(help="When it begins, '2025-11-24 22:00'.", metavar="INSTANT")] = None,
    end: Annotated[str | None, typer.Option(help="When it is over.", metavar="INSTANT")] = None,
    backout: Annotated[str | None, typer.Option(help="How to go back if it fails.")] = None,
    test: Annotated[str | None, typer.Option(help="How to see that it worked.")] = None,
    requester: Annotated[str | None, typer.Option(help="Who asks for it; you otherwise.")] = None,
    description: Description = None,
    team: Team = None,
    as_json: AsJson = False,
) -> None:
    """Draft a change. What is missing must be there when it is submitted.

    Example: cmdb change draft "Replace the disk of web-1" --down web-1 --start "2025-11-24 22:00"
    --end "2025-11-24 23:00" --backout "put the old disk back"
    """
    cis = [
        {"ci": ci, "effect": effect}
        for effect, named in (("down", down), ("degraded", degraded), ("none", touched), ("unknown", unknown))
        for ci in named or []
    ]
    given: dict[str, object] = {
        "title": title, "cis": cis, "planned_start_at": instant(start, "--start"),
        "planned_end_at": instant(end, "--end"), "backout_plan": backout, "test_plan": test,
        "requester": requester, "description": description, "team": team,
    }  # fmt: skip
    with ask(ctx) as client:
        _print(client.post("/changes", {name: value for name, value in given.items() if value is not None}), as_json)


@app.command("list")
def list_all(
    ctx: typer.Context,
    state: States = None,
    team: Team = None,
    ci: OnCI = None,
    limit: Limit = 50,
    as_json: AsJson = False,
) -> None:
    """List changes, newest first."""
    with ask(ctx) as client:
        rows = client.every("/changes", "changes", state=state, team=team, ci=ci, limit=limit)
        found = list(islice(rows, limit))
    if as_json:
        print_json(found)
        return
    print_table(("Id", "State", "Begins", "Requester", "Team", "Title"), (_row(one) for one in found))


@app.command()
def show(ctx: typer.Context, change: Id, as_json: AsJson = False) -> None:
    """Show a change: what it touches, its blast radius, what was done."""
    with ask(ctx) as client:
        _print(client.get(f"/changes/{change}"), as_json)


@app.command()
def assess(ctx: typer.Context, change: Id, as_json: AsJson = False) -> None:
    """Assess what a change reaches, over the graph as it is now."""
    _step(ctx, change, "assessment", as_json)


@app.command()
def submit(ctx: typer.Context, change: Id, as_json: AsJson = False) -> None:
    """Ask for approval. The change is assessed, and from then on stands as it is."""
    _step(ctx, change, "submission", as_json)


@app.command()
def approve(
    ctx: typer.Context,
    change: Id,
    comment: Comment = None,
    override: Annotated[str | None, typer.Option(help="Why an administrator decides on an own request.")] = None,
    as_json: AsJson = False,
) -> None:
    """Approve a change that somebody else asked for."""
    _step(ctx, change, "decision", as_json, approve=True, note=comment, override=override)


@app.command()
def reject(
    ctx: typer.Context,
    change: Id,
    comment: Annotated[str, typer.Option("--comment", "-m", help="Why not.")],
    override: Annotated[str | None, typer.Option(help="Why an administrator decides on an own request.")] = None,
    as_json: AsJson = False,
) -> None:
    """Reject a change that somebody else asked for."""
    _step(ctx, change, "decision", as_json, approve=False, note=comment, override=override)


@app.command()
def redraft(ctx: typer.Context, change: Id, comment: Comment = None, as_json: AsJson = False) -> None:
    """Take a submitted or rejected change back to draft."""
    _step(ctx, change, "draft", as_json, comment=comment)


@app.command()
def start(ctx: typer.Context, change: Id, comment: Comment = None, as_json: AsJson = False) -> None:
    """Say that an approved change is being carried out."""
    _step(ctx, change, "start", as_json, comment=comment)


@app.command()
def complete(
    ctx: typer.Context,
    change: Id,
    outcome: Annotated[str, typer.Option(help="successful, with_issues, failed or backed_out.")],
    comment: Comment = None,
    as_json: AsJson = False,
) -> None:
    """Say how a change went."""
    _step(ctx, change, "completion", as_json, outcome=outcome, comment=comment)


@app.command()
def cancel(ctx: typer.Context, change: Id, comment: Comment = None, as_json: AsJson = False) -> None:
    """Cancel a change that has not begun."""
    _step(ctx, change, "cancellation", as_json, comment=comment)


@app.command()
def comment(
    ctx: typer.Context, change: Id, text: Annotated[str, typer.Argument(help="The words.")], as_json: AsJson = False
) -> None:
    """Add words to a change."""
    _step(ctx, change, "comments", as_json, text=text)


def _step(ctx: typer.Context, change: str, step: str, as_json: bool, **given: object) -> None:
    with ask(ctx) as client:
        body = {name: value for name, value in given.items() if value is not None}
        _print(client.post(f"/changes/{change}/{step}", body), as_json)


def _row(one: dict[str, Any]) -> tuple[object, ...]:
    begins = local_time(one["planned_start_at"])
    return one["id"], one["state"], begins, one["requester"], one["team_name"], one["title"]


def _print(found: dict[str, Any], as_json: bool) -> None:
    window = [local_time(found[name]) for name in ("planned_start_at", "planned_end_at") if found[name]]
    facts: dict[str, object] = {
        "State": found["state"], "Outcome": found["outcome"], "Window": " – ".join(window),
        "Requester": found["requester"], "Decided by": found["decided_by"], "Team": found["team_name"],
        "Description": found["description"], "Back-out plan": found["backout_plan"], "Test plan": found["test_plan"],
    }  # fmt: skip
    tickets.print_ticket(found, facts, found["cis"], as_json)
