"""`cmdb health`: how far the data can be trusted, and which CIs are behind each number."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from cmdb.cli.asking import ask
from cmdb.cli.options import AsJson
from cmdb.cli.output import local_time, print_json, print_table

app = typer.Typer(invoke_without_command=True)

_PATH = "/data-health"
_PAGE = 500
_WORST = 3
Measure = Annotated[str, typer.Argument(help="As the first column of `cmdb health` calls it.", metavar="MEASURE")]
Type = Annotated[str | None, typer.Option("--type", help="Of this type only.", metavar="TYPE")]
Source = Annotated[str | None, typer.Option(help="Seen by this kind of source: agent, snmp, …, person or none.")]
Team = Annotated[str | None, typer.Option(help="That this team, by its id, answers for; or none.")]


@app.callback()
def health(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Show how complete, correct and in order the data is, and where most is amiss."""
    if ctx.invoked_subcommand is not None:
        return
    with ask(ctx) as client:
        found = client.get(_PATH)
    if as_json:
        print_json(found)
        return
    print_table(("Aspect", "In order", "Of"), (_aspect_row(one) for one in found["aspects"]))
    print()
    print_table(("Measure", "Aspect", "CIs", "Of", "Most of them"), (_row(one) for one in found["measures"]))


@app.command("list")
def list_cis(
    ctx: typer.Context,
    measure: Measure,
    ci_type: Type = None,
    source: Source = None,
    team: Team = None,
    attribute: Annotated[str | None, typer.Option(help="That lack this attribute.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the CIs behind a number."""
    wanted: dict[str, Any] = {"type": ci_type, "source": source, "team": team, "attribute": attribute}
    with ask(ctx) as client:
        found = list(client.every(f"{_PATH}/{measure}/cis", "cis", limit=_PAGE, **wanted))
    if as_json:
        print_json(found)
        return
    print_table(
        ("CI", "Name", "Type", "On", "Teams", "Last seen", "Why"),
        (
            (
                one["id"], one["title"], one["type"], one["place"]["title"] if one["place"] else None, one["teams"],
                local_time(one["last_seen_at"]), one["why"],
            )
            for one in found
        ),
    )  # fmt: skip


@app.command("history")
def show_history(
    ctx: typer.Context,
    measures: Annotated[
        list[str] | None, typer.Argument(help="Measures or aspects; none: the three aspects.", metavar="MEASURE …")
    ] = None,
    days: Annotated[int, typer.Option(help="How many days back.", min=1, max=400)] = 30,
    as_json: AsJson = False,
) -> None:
    """Show the figures of the days before, one set a day."""
    with ask(ctx) as client:
        found = client.get(f"{_PATH}/history", measure=measures or None, days=days)["days"]
    if as_json:
        print_json(found)
        return
    print_table(
        ("Day", "Measure", "CIs", "Of"),
        ((one["day"], one["measure"], one["affected"], one["considered"]) for one in found),
    )


def _aspect_row(one: dict[str, Any]) -> tuple[object, ...]:
    considered = one["considered"]
    # Rounded down: with one thing amiss it is not all in order.
    share = f"{100 * (considered - one['affected']) // considered} %" if considered else ""
    return one["aspect"], share, considered


def _row(one: dict[str, Any]) -> tuple[object, ...]:
    worst = [f"{each['title']} {each['affected']}" for each in one["by_type"] if each["affected"]][:_WORST]
    return one["key"], one["aspect"], one["affected"], one["considered"], worst
