"""`cmdb webhook`: addresses that are sent events."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from cmdb.cli.asking import ask
from cmdb.cli.options import AsJson
from cmdb.cli.output import local_time, print_json, print_table

app = typer.Typer(no_args_is_help=True)

WebhookId = Annotated[str, typer.Argument(help="Its id, as `cmdb webhook list` shows it.")]
SecretFile = Annotated[
    Path | None,
    typer.Option(help="Write the secret into this new file (0600), and print it nowhere.", metavar="FILE"),
]


@app.command()
def add(
    ctx: typer.Context,
    url: Annotated[str, typer.Argument(help="Where to: https, or http on the server's own machine.")],
    kind: Annotated[list[str] | None, typer.Option(help="Events of this kind alone; may be repeated.")] = None,
    ci_type: Annotated[list[str] | None, typer.Option("--type", help="Of CIs of this type; may be repeated.")] = None,
    secret_file: SecretFile = None,
    as_json: AsJson = False,
) -> None:
    """Register an address. It is sent what happens from now on; the secret that signs it is shown this once.

    Examples:

        cmdb webhook add https://example.org/cmdb --kind created --kind ended --secret-file cmdb.secret
    """
    _check_free(secret_file)
    with ask(ctx) as client:
        made = client.post("/webhooks", {"url": url, "kinds": kind or None, "types": ci_type or None})
    _show_secret(made, secret_file, as_json=as_json)


@app.command("list")
def list_all(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List webhooks, how far each has come, and what is wrong with it."""
    with ask(ctx) as client:
        found = client.get("/webhooks")["webhooks"]
    if as_json:
        print_json(found)
        return
    print_table(("Id", "Address", "Events", "State", "Taken up to", "Last taken", "Trouble"), map(_row, found))


@app.command()
def pause(ctx: typer.Context, webhook_id: WebhookId) -> None:
    """Send it nothing until it is resumed. It keeps its place."""
    _set_active(ctx, webhook_id, is_active=False)
    print(f"{webhook_id} is paused")


@app.command()
def resume(ctx: typer.Context, webhook_id: WebhookId) -> None:
    """Go on where it stopped."""
    _set_active(ctx, webhook_id, is_active=True)
    print(f"{webhook_id} is sent events again")


@app.command()
def rotate(ctx: typer.Context, webhook_id: WebhookId, secret_file: SecretFile = None, as_json: AsJson = False) -> None:
    """Replace its secret; deliveries from now on are signed with the new one, which is shown this once."""
    _check_free(secret_file)
    with ask(ctx) as client:
        renewed = client.post(f"/webhooks/{webhook_id}/secret")
    _show_secret(renewed, secret_file, as_json=as_json)


@app.command()
def remove(ctx: typer.Context, webhook_id: WebhookId) -> None:
    """Remove it; nothing is sent there any more."""
    with ask(ctx) as client:
        client.delete(f"/webhooks/{webhook_id}")
    print(f"{webhook_id} is removed")


def _set_active(ctx: typer.Context, webhook_id: str, *, is_active: bool) -> None:
    with ask(ctx) as client:
        client.patch(f"/webhooks/{webhook_id}", is_active=is_active)


def _check_free(secret_file: Path | None) -> None:
    from cmdb.errors import Conflict

    if secret_file is not None and secret_file.exists():
        raise Conflict(f"{secret_file} exists already")


def _show_secret(made: dict[str, Any], secret_file: Path | None, *, as_json: bool) -> None:
    if secret_file is not None:
        from cmdb.usecases.first_admin import write_secret

        write_secret(secret_file, made["secret"])
    if as_json:
        print_json({**made["webhook"], "secret": None if secret_file else made["secret"]})
        return
    webhook_id = made["webhook"]["id"]
    print(f"the secret of {webhook_id} is in {secret_file}" if secret_file else f"{webhook_id} {made['secret']}")


def _row(one: dict[str, Any]) -> tuple[object, ...]:
    events = ", ".join((one["kinds"] or []) + (one["types"] or [])) or "all"
    state = "active" if one["is_active"] else "stopped" if one["stopped_because"] else "paused"
    trouble = one["stopped_because"] or (
        f"{one['failures']} failed tries, the last: {one['last_failure']}" if one["failures"] else None
    )
    return one["id"], one["url"], events, state, one["position"], local_time(one["delivered_at"]), trouble
