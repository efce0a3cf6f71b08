"""`cmdb job`: what the server does by itself."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from cmdb.cli.asking import ask
from cmdb.cli.options import AsJson
from cmdb.cli.output import local_time, print_json, print_table

app = typer.Typer(no_args_is_help=True)


@app.command("list")
def list_all(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List the background jobs, when each ran, and what came of it."""
    with ask(ctx) as client:
        found = client.get("/jobs")["jobs"]
    if as_json:
        print_json(found)
        return
    print_table(("Job", "Does", "Last run", "Next", "Result"), (_row(one) for one in found))


@app.command("run")
def run(ctx: typer.Context, name: Annotated[str, typer.Argument(help="Its name, as the list has it.")]) -> None:
    """Ask for a run now; the server begins it within seconds. For administrators."""
    with ask(ctx) as client:
        client.post(f"/jobs/{name}/runs")
    print(f"asked for: cmdb job list tells what comes of {name}")


def _row(one: dict[str, Any]) -> tuple[object, ...]:
    following = "running" if one["is_running"] else local_time(one["next_at"])
    result = f"failed: {one['last_error']}" if one["last_error"] else one["last_result"]
    return one["name"], one["about"], local_time(one["last_started_at"]), following, result
