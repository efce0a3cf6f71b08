"""`cmdb baseline`: name an instant, and compare it with now or with another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

import typer

from cmdb.cli.asking import ask
from cmdb.cli.commands.history import Limit, estate_rows, print_estate_difference, print_needs_difference
from cmdb.cli.instants import instant
from cmdb.cli.options import AsJson
from cmdb.cli.output import local_time, print_json, print_table
from cmdb.errors import Invalid

if TYPE_CHECKING:
    from cmdb.cli.client import Client

app = typer.Typer(no_args_is_help=True)
_PAGE = 500
_COLUMNS = ("Id", "Name", "Instant", "Of", "By", "Kept")
Which = Annotated[str, typer.Argument(help="Its id or name.", metavar="BASELINE")]


@app.command()
def create(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="What to call it, such as 'before the migration'.")],
    at: Annotated[
        str | None, typer.Option(help="The instant, such as '2025-11-24 22:00'; without it, now.", metavar="INSTANT")
    ] = None,
    ci: Annotated[str | None, typer.Option(help="Of this CI and all that it needs; without it, the estate.")] = None,
    as_json: AsJson = False,
) -> None:
    """Give an instant a name, to compare with it later. Nothing is copied.

    Example: cmdb baseline create "before the migration" --ci shop
    """
    with ask(ctx) as client:
        found = client.post("/baselines", {"name": name, "at": instant(at, "--at"), "ci": ci})
    if as_json:
        print_json(found)
    else:
        print_table(_COLUMNS, [_row(found)])


@app.command("list")
def list_all(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List baselines, the latest instant first."""
    with ask(ctx) as client:
        found = list(client.every("/baselines", "baselines", limit=_PAGE))
    if as_json:
        print_json(found)
    else:
        print_table(_COLUMNS, map(_row, found))


@app.command()
def compare(
    ctx: typer.Context,
    baseline: Which,
    other: Annotated[str | None, typer.Argument(help="Another one; without it, now.", metavar="OTHER")] = None,
    limit: Limit = 100,
    as_json: AsJson = False,
) -> None:
    """Show what differs between a baseline and now, or another baseline, in whatever the first is of.

    Examples:

        cmdb baseline compare "before the migration"

        cmdb baseline compare BL-000001 BL-000002
    """
    with ask(ctx) as client:
        first = _find(client, baseline)
        second = None if other is None else _find(client, other)
        ends = sorted([first["at"], second["at"]]) if second else [first["at"], None]
        span = {"from": ends[0], "to": ends[1]}
        if not first["is_of_ci"]:
            found = estate_rows(client, span, None, None, limit)
        elif first["ci"] is None:
            raise Invalid("nothing is kept any more of the CI that this baseline is of")
        else:
            found = client.get(f"/cis/{first['ci']['id']}/difference/needs", **span)
    if as_json:
        print_json(found)
    elif first["is_of_ci"]:
        print_needs_difference(found)
    else:
        print_estate_difference(found)


@app.command()
def delete(ctx: typer.Context, baseline: Which, as_json: AsJson = False) -> None:
    """Forget a baseline; what it named stays."""
    with ask(ctx) as client:
        found = _find(client, baseline)
        client.delete(f"/baselines/{quote(found['id'], safe='')}")
    if as_json:
        print_json(found)
    else:
        print(f"{found['id']} is forgotten.")


def _find(client: Client, text: str) -> dict[str, Any]:
    for one in client.every("/baselines", "baselines", limit=_PAGE):
        if text in (one["id"], one["name"]):
            return one
    raise Invalid(f"no baseline is called {text!r}", "BASELINE")


def _row(one: dict[str, Any]) -> tuple[object, ...]:
    of = one["ci"]["title"] if one["ci"] else "a CI that is gone" if one["is_of_ci"] else "the estate"
    return one["id"], one["name"], local_time(one["at"]), of, one["made_by"], one["is_kept"]
