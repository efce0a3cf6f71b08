"""`cmdb token`: who may do what. Acts on the graph itself, so that a lost admin token is no dead end."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cmdb.cli.local import local_core
from cmdb.cli.options import AsJson
from cmdb.cli.output import print_json, print_table

if TYPE_CHECKING:
    from cmdb.usecases.access import Token

app = typer.Typer(no_args_is_help=True)

_DAY_MS = 86_400_000
_ROLES = "admin, change_manager, responder, reader, collector, or enrolment (lets agents enrol)"
_PAGE = 500


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="Who has it, such as 'on-call dashboard'.")],
    role: Annotated[str, typer.Option(help=f"What it is for: {_ROLES}.")],
    output: Annotated[
        Path | None,
        typer.Option(help="Write it into this new file (0600), and print it nowhere.", metavar="FILE"),
    ] = None,
    days: Annotated[int | None, typer.Option(help="Days until it ends; an enrolment token needs it.", min=1)] = None,
    domain: Annotated[str | None, typer.Option(help="Routing domain of what enrols or reports by it.")] = None,
    as_json: AsJson = False,
) -> None:
    """Create a token. It is shown this once; the graph keeps a digest.

    Examples:

        cmdb token create "Ada Lovelace" --role change_manager --output ada.token

        cmdb token create "web servers" --role enrolment --days 30 --domain dmz
    """
    from cmdb.errors import Conflict, Invalid
    from cmdb.usecases.access import Role, create_token
    from cmdb.usecases.first_admin import write_secret

    if role not in set(Role):
        raise Invalid(f"no role is called {role!r}: {_ROLES}", "role")
    if output is not None and output.exists():
        raise Conflict(f"{output} exists already")
    with local_core() as core:
        now = core.now()
        ends = None if days is None else now + days * _DAY_MS
        made = create_token(
            core.graph, name, Role(role), now, created_by="cmdb token create", domain=domain, expires_at=ends
        )
    if output is not None:
        write_secret(output, made.secret)
    if as_json:
        print_json({**_plain(made.token), "secret": None if output else made.secret})
    else:
        print(f"{made.token.id} is in {output}" if output else made.secret)


@app.command("list")
def list_all(as_json: AsJson = False) -> None:
    """List tokens, newest first, without their secrets; ended ones too."""
    from cmdb.usecases.access import list_tokens

    found: list[Token] = []
    with local_core() as core:
        while page := list_tokens(core.graph, _PAGE, (found[-1].created_at, found[-1].id) if found else None):
            found += page
    if as_json:
        print_json([_plain(token) for token in found])
        return
    rows = (
        (token.id, token.name, token.role, token.domain, _day(token.created_at), _day(token.last_used_at), _end(token))
        for token in found
    )
    print_table(("Id", "Name", "Role", "Domain", "Created", "Last used", "Ends"), rows)


@app.command()
def revoke(token_id: Annotated[str, typer.Argument(help="Id of the token, as `cmdb token list` shows it.")]) -> None:
    """Revoke a token at once. It stays listed."""
    from cmdb.usecases.access import revoke_token

    with local_core() as core:
        token = revoke_token(core.graph, token_id, core.now())
    print(f"revoked {token.id} ({token.name})")


def _plain(token: Token) -> dict[str, Any]:
    instants = {name: _instant(value) for name, value in asdict(token).items() if name.endswith("_at")}
    return asdict(token) | instants


def _instant(at: int | None) -> str | None:
    return None if at is None else datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="seconds")


def _day(at: int | None) -> str:
    return "" if at is None else datetime.fromtimestamp(at / 1000, UTC).date().isoformat()


def _end(token: Token) -> str:
    return f"revoked {_day(token.revoked_at)}" if token.revoked_at is not None else _day(token.expires_at)
