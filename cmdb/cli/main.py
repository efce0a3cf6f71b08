"""The entry of `cmdb`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from cmdb import __version__
from cmdb.cli import local, up
from cmdb.cli.commands import (
    backup,
    baseline,
    change,
    ci,
    declared,
    documents,
    drift,
    events,
    health,
    history,
    impact,
    incident,
    job,
    review,
    source,
    token,
    webhook,
)
from cmdb.cli.exits import MEANINGS, exit_of
from cmdb.cli.settings import profile
from cmdb.errors import CMDBError

_HELP = """\
Knows what runs on your machines, what depends on what, and what an incident
or a change affects.

[bold]cmdb up[/bold] runs everything on this machine. The commands under "Ask a server"
ask a running server: the one that [bold]cmdb up[/bold] started here, or another.
"""
_EPILOG = "Exit codes: " + " · ".join(f"{code:d} {meaning}" for code, meaning in MEANINGS.items())


class _Commands(TyperGroup):
    """Turns every refusal into one sentence on standard error and an exit code that means something."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except CMDBError as error:
            print(f"cmdb: {error}", file=sys.stderr)
            raise typer.Exit(exit_of(error)) from error


app = typer.Typer(
    cls=_Commands,
    help=_HELP,
    epilog=_EPILOG,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"cmdb {__version__}")
        raise typer.Exit


@app.callback()
def root(
    ctx: typer.Context,
    server: Annotated[
        str | None, typer.Option(help="Address of the server to ask (CMDB_SERVER).", metavar="URL")
    ] = None,
    token_file: Annotated[
        Path | None, typer.Option(help="File with the token to show it (CMDB_TOKEN_FILE).", metavar="FILE")
    ] = None,
    ca: Annotated[
        Path | None, typer.Option(help="Certificate authority of the server, PEM (CMDB_CA).", metavar="FILE")
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Options before the command hold for every command that asks a server."""
    ctx.obj = lambda: profile(server, token_file, ca)


_HERE = "Run here"
app.command(rich_help_panel=_HERE)(up.up)
app.command(rich_help_panel=_HERE)(local.serve)
app.command(rich_help_panel=_HERE)(local.migrate)
app.command(rich_help_panel=_HERE)(backup.backup)
app.command(rich_help_panel=_HERE)(backup.restore)
app.add_typer(token.app, name="token", help="Who may do what: create, list and revoke tokens.", rich_help_panel=_HERE)

_ASK = "Ask a server"
app.add_typer(ci.app, name="ci", help="What there is: find CIs, look at one.", rich_help_panel=_ASK)
ci.app.command("timeline")(history.timeline)
ci.app.command("diff")(history.ci_difference)
app.command("diff", rich_help_panel=_ASK)(history.estate_difference)
app.add_typer(baseline.app, name="baseline", help="Instants with a name, to compare with.", rich_help_panel=_ASK)
app.command(rich_help_panel=_ASK)(impact.impact)
app.add_typer(incident.app, name="incident", help="What does not work, and what that affects.", rich_help_panel=_ASK)
app.add_typer(change.app, name="change", help="What is going to be done, and what it reaches.", rich_help_panel=_ASK)
app.add_typer(declared.services, name="service", help="What people outside IT rely on.", rich_help_panel=_ASK)
app.add_typer(declared.teams, name="team", help="Who answers for what.", rich_help_panel=_ASK)
app.add_typer(review.app, name="review", help="What is one thing, where evidence cannot tell.", rich_help_panel=_ASK)
app.add_typer(source.app, name="source", help="Who reports, and what they could not read.", rich_help_panel=_ASK)
app.command(rich_help_panel=_ASK)(events.events)
app.add_typer(webhook.app, name="webhook", help="Who is sent what happens.", rich_help_panel=_ASK)
app.add_typer(drift.app, name="drift", help="What changed that no approved change explains.", rich_help_panel=_ASK)
app.add_typer(health.app, name="health", help="How far the data can be trusted.", rich_help_panel=_ASK)
app.add_typer(job.app, name="job", help="What the server does by itself.", rich_help_panel=_ASK)
app.command("import", rich_help_panel=_ASK)(documents.import_documents)
app.command(rich_help_panel=_ASK)(documents.export)
