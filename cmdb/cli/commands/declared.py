"""`cmdb service` and `cmdb team`: what people declare, because no machine can tell."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from cmdb.cli.asking import ask
from cmdb.cli.options import AsJson
from cmdb.cli.output import print_facts, print_json, print_table

services = typer.Typer(no_args_is_help=True)
teams = typer.Typer(no_args_is_help=True)

_PAGE = 500
_NAMES = "an id, HOST:PORT, an address, a host or service name, or NAME@HOST"
_TEAMS = "Team, by name or id; may be given several times."


@services.command()
def declare(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="What people call it, such as 'Shop'.")],
    entry: Annotated[list[str], typer.Option(help=f"Where it enters: {_NAMES}. Several times for several.")],
    owner: Annotated[list[str] | None, typer.Option(help=_TEAMS)] = None,
    support: Annotated[list[str] | None, typer.Option(help=_TEAMS)] = None,
    criticality: Annotated[str | None, typer.Option(help="low, medium, high or critical.")] = None,
    description: Annotated[str | None, typer.Option(help="What it does for whom.")] = None,
    as_json: AsJson = False,
) -> None:
    """Declare a business service by naming where it enters; what that needs is known already.

    Example: cmdb service declare Shop --entry web-1:443 --owner Sales --criticality high
    """
    said: dict[str, object] = {
        "name": name, "entry_points": entry, "owners": owner or [], "support": support or [],
        "criticality": criticality, "description": description,
    }  # fmt: skip
    with ask(ctx) as client:
        _answer(client.post("/services", said), as_json)


@services.command("list")
def list_services(
    ctx: typer.Context,
    name: Annotated[str | None, typer.Option(help="A part of the name.")] = None,
    retired: Annotated[bool, typer.Option("--retired", help="With those that have ended.")] = False,
    as_json: AsJson = False,
) -> None:
    """List business services by name."""
    with ask(ctx) as client:
        found = list(client.every("/services", "services", name=name, retired=retired or None, limit=_PAGE))
    if as_json:
        print_json(found)
        return
    rows = (
        (one["id"], one["name"], one["criticality"], _titles(one, "entry_points"), _titles(one, "owners"))
        for one in found
    )
    print_table(("Id", "Name", "Criticality", "Enters at", "Owners"), rows)


@services.command("show")
def show_service(ctx: typer.Context, service_id: str, as_json: AsJson = False) -> None:
    """Show a business service; `cmdb impact ID --needs` shows what it stands on."""
    with ask(ctx) as client:
        _answer(client.get(f"/services/{service_id}"), as_json)


@services.command("retire")
def retire_service(ctx: typer.Context, service_id: str, as_json: AsJson = False) -> None:
    """End a business service; it stays in the history."""
    with ask(ctx) as client:
        _answer(client.delete(f"/services/{service_id}"), as_json)


@teams.command()
def create(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="Such as 'Databases'.")],
    contact: Annotated[str | None, typer.Option(help="Where to reach it, such as '#databases'.")] = None,
    members: Annotated[str | None, typer.Option(help="Who is in it, in your own words.")] = None,
    as_json: AsJson = False,
) -> None:
    """Make a team, which may then own and support CIs and services.

    Example: cmdb team create Databases --contact '#databases'
    """
    with ask(ctx) as client:
        _answer(client.post("/teams", {"name": name, "contact": contact, "members": members}), as_json)


@teams.command("list")
def list_teams(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List teams by name."""
    with ask(ctx) as client:
        found = list(client.every("/teams", "teams", limit=_PAGE))
    if as_json:
        print_json(found)
    else:
        print_table(("Id", "Name", "Contact"), ((one["id"], one["name"], one["contact"]) for one in found))


@teams.command("show")
def show_team(ctx: typer.Context, team_id: str, as_json: AsJson = False) -> None:
    """Show a team."""
    with ask(ctx) as client:
        _answer(client.get(f"/teams/{team_id}"), as_json)


@teams.command()
def owns(
    ctx: typer.Context,
    team: Annotated[list[str], typer.Argument(metavar="TEAM...", help="Teams, by name or id.")],
    ci: Annotated[str, typer.Option(help=f"What they answer for: {_NAMES}.")],
    support: Annotated[bool, typer.Option("--support", help="They support it, and do not own it.")] = False,
) -> None:
    """Say which teams own a CI, in place of those who did.

    Example: cmdb team owns Databases --ci postgres@db-1
    """
    with ask(ctx) as client:
        client.put("/responsibilities", {"ci": ci, "duty": "support" if support else "owner", "teams": team})
    print(f"{', '.join(team)} {'support' if support else 'own'} {ci}")


def _answer(found: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    hidden = {"revision", "valid_from", "valid_to"}
    print_facts({_words(name): _plain(value) for name, value in found.items() if name not in hidden})


def _plain(value: object) -> object:
    return [one["title"] for one in value] if isinstance(value, list) else value


def _titles(found: dict[str, Any], name: str) -> list[str]:
    return [one["title"] for one in found[name]]


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()
