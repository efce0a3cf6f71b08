"""`cmdb ci`: what there is."""

from __future__ import annotations

from itertools import islice
from typing import Annotated, Any

import typer

from cmdb.cli.asking import ask
from cmdb.cli.options import AsJson
from cmdb.cli.output import print_json, print_table

app = typer.Typer(no_args_is_help=True)

_PAGE = 500


@app.command("list")
def list_all(
    ctx: typer.Context,
    words: Annotated[list[str] | None, typer.Argument(help="Words that all occur in it.")] = None,
    ci_type: Annotated[str | None, typer.Option("--type", help="A type, such as Server or ServiceInstance.")] = None,
    where: Annotated[
        list[str] | None, typer.Option(help="An attribute and its value, such as os_name=Debian.", metavar="NAME=VALUE")
    ] = None,
    state: Annotated[str, typer.Option(help="active, retired, or any.")] = "active",
    limit: Annotated[int, typer.Option(help="At most so many.", min=1)] = 100,
    as_json: AsJson = False,
) -> None:
    """Find CIs by type, attributes and words.

    Examples:

        cmdb ci list --type Server

        cmdb ci list postgres 5432

        cmdb ci list --type ServiceInstance --where product=nginx --json
    """
    filters = dict(_pair(text) for text in where or [])
    with ask(ctx) as client:
        rows = client.every(
            "/cis", "cis", type=ci_type, state=state, q=" ".join(words) if words else None,
            limit=min(limit + 1, _PAGE), **filters,
        )  # fmt: skip
        found = list(islice(rows, limit + 1))
    shown = found[:limit]
    if as_json:
        print_json(shown)
        return
    print_table(("Id", "Type", "Title", "On", "State"), (_row(ci) for ci in shown))
    if len(found) > limit:
        print(f"There are more than {limit}: --limit shows more, words and --where find fewer.")


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name.isidentifier():
        raise typer.BadParameter(f"{text!r} is not NAME=VALUE", param_hint="--where")
    return name, value


def _row(ci: dict[str, Any]) -> tuple[object, ...]:
    place = ci.get("place")
    return ci["id"], ci["type"], ci["title"], place and place["title"], ci["state"]
