"""`cmdb drift`: what changed that no approved change explains, and what is said about it."""

from __future__ import annotations

from itertools import islice
from typing import Annotated, Any
from urllib.parse import quote

import typer

from cmdb.cli.asking import ask
from cmdb.cli.commands.tickets import Limit, States
from cmdb.cli.instants import instant
from cmdb.cli.options import AsJson
from cmdb.cli.output import local_time, print_facts, print_json, print_table

app = typer.Typer(no_args_is_help=True)

Id = Annotated[str, typer.Argument(metavar="ID", help="Such as DRF-000001.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, for whoever looks at it later.")]
OPEN = ["open", "rejected"]


@app.command("list")
def list_all(
    ctx: typer.Context,
    state: States = None,
    every: Annotated[bool, typer.Option("--all", help="Also what is settled.")] = False,
    limit: Limit = 50,
    as_json: AsJson = False,
) -> None:
    """List what somebody has to decide about or to undo, newest first.

    Example: cmdb drift list --state rejected
    """
    wanted = state or (None if every else OPEN)
    with ask(ctx) as client:
        found = list(islice(client.every("/drift/findings", "findings", state=wanted, limit=min(limit, 500)), limit))
    if as_json:
        print_json(found)
        return
    print_table(("Id", "State", "Between", "CIs", "What"), (_row(one) for one in found))


@app.command()
def show(ctx: typer.Context, finding: Id, as_json: AsJson = False) -> None:
    """Show what changed where, when it must have happened, and what was said about it."""
    with ask(ctx) as client:
        _print(client.get(f"/drift/findings/{quote(finding, safe='')}"), as_json)


@app.command()
def accept(ctx: typer.Context, finding: Id, reason: Reason, as_json: AsJson = False) -> None:
    """Say that what changed may stay."""
    _step(ctx, finding, "acceptance", as_json, reason=reason)


@app.command()
def reject(ctx: typer.Context, finding: Id, reason: Reason, as_json: AsJson = False) -> None:
    """Say that what changed must be undone. It stays in the list until it is as it was."""
    _step(ctx, finding, "rejection", as_json, reason=reason)


@app.command()
def record(
    ctx: typer.Context,
    finding: Id,
    reason: Reason,
    title: Annotated[str | None, typer.Option(help="Title of the change; that of the finding otherwise.")] = None,
    requester: Annotated[str | None, typer.Option(help="Who had it done; you otherwise.")] = None,
    as_json: AsJson = False,
) -> None:
    """Record a change afterwards, completed, within the time in which it must have happened.

    Example: cmdb drift record DRF-000001 --reason "urgent repair" --requester ann
    """
    _step(ctx, finding, "change", as_json, reason=reason, title=title, requester=requester)


@app.command()
def comment(
    ctx: typer.Context, finding: Id, text: Annotated[str, typer.Argument(help="The words.")], as_json: AsJson = False
) -> None:
    """Add words to a finding."""
    _step(ctx, finding, "comments", as_json, text=text)


@app.command()
def noise(
    ctx: typer.Context,
    always: Annotated[bool, typer.Option("--always/--never", help="Always noise, or never.")] = True,
    ci_type: Annotated[str | None, typer.Option("--type", help="Type of the CIs, such as Server.")] = None,
    attribute: Annotated[str | None, typer.Option(help="Attribute, as a finding names it.")] = None,
    ci: Annotated[str | None, typer.Option(help="Only of this CI and what is in it.")] = None,
    reason: Annotated[str | None, typer.Option(help="Why.")] = None,
    until: Annotated[str | None, typer.Option(help="When that ends.", metavar="INSTANT")] = None,
    end: Annotated[str | None, typer.Option(help="End this rule instead.", metavar="ID")] = None,
    as_json: AsJson = False,
) -> None:
    """List what people said is always, or never, noise; or say it, with --type, --attribute and --reason.

    Examples:

        cmdb drift noise --always --type NetworkInterface --attribute mtu --reason "set by the provider"

        cmdb drift noise --end NSE-000001
    """
    with ask(ctx) as client:
        if end:
            client.delete(f"/drift/rules/{quote(end, safe='')}")
        elif ci_type or attribute or reason:
            given: dict[str, object] = {
                "type": ci_type, "attribute": attribute, "is_noise": always, "reason": reason, "ci": ci,
                "expires_at": instant(until, "--until"),
            }  # fmt: skip
            client.post("/drift/rules", {name: value for name, value in given.items() if value is not None})
        rules = client.get("/drift/rules")["rules"]
    if as_json:
        print_json(rules)
        return
    print_table(
        ("Id", "Noise", "Type", "Attribute", "CI", "Until", "By", "Why"),
        (
            (
                one["id"], "always" if one["is_noise"] else "never", one["type"], one["attribute"], one["ci_title"],
                local_time(one["expires_at"]), one["made_by"], one["reason"],
            )
            for one in rules
            if one["is_in_force"]
        ),
    )  # fmt: skip


def _step(ctx: typer.Context, finding: str, step: str, as_json: bool, **given: object) -> None:
    with ask(ctx) as client:
        body = {name: value for name, value in given.items() if value is not None}
        _print(client.post(f"/drift/findings/{quote(finding, safe='')}/{step}", body), as_json)


def _row(one: dict[str, Any]) -> tuple[object, ...]:
    return one["id"], one["state"], _between(one["not_before_at"], one["first_seen_at"]), one["ci_count"], one["title"]


def _between(after: str, seen: str) -> str:
    return f"{local_time(after)} – {local_time(seen)}"


def _print(found: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    print(f"{found['id']}  {found['title']}\n")
    print_facts({
        "State": found["state"], "Why": found["reason"], "Change": found["change"],
        "Happened": _between(found["not_before_at"], found["last_seen_at"]), "Decided by": found["decided_by"],
    })  # fmt: skip
    print()
    print_table(
        ("CI", "On", "Old", "New", "Between", ""),
        (
            (
                one["ci"]["title"], one["place"]["title"] if one["place"] else None, one["old"], one["new"],
                _between(one["changed_after"], one["seen_at"]), one["settled"],
            )
            for one in found["revisions"]
        ),
    )  # fmt: skip
    if found["revision_count"] > len(found["revisions"]):
        print(f"and {found['revision_count'] - len(found['revisions'])} more")
    print()
    said = ((local_time(one["at"]), one["who"], _entry(one)) for one in found["entries"])
    print_table(("At", "Who", "What"), said)
    if found["next_states"]:
        print(f"\nMay become: {', '.join(found['next_states'])}")


def _entry(one: dict[str, Any]) -> str:
    to = one["changes"].get("state")
    return ": ".join(part for part in (to[1] if to else one["kind"], one["text"]) if part)
