"""`cmdb source`: who reports, and what they could not read."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

import typer

from cmdb.cli.asking import ask
from cmdb.cli.options import AsJson
from cmdb.cli.output import local_time, print_facts, print_json, print_table

app = typer.Typer(no_args_is_help=True)

_PAGE = 500
Key = Annotated[str, typer.Argument(help="Its key, as the list has it with --json.")]


@app.command("list")
def list_all(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List what reports: agents, collectors and imports, when each was last seen, and its problems."""
    with ask(ctx) as client:
        found = list(client.every("/sources", "sources", limit=_PAGE))
    if as_json:
        print_json(found)
        return
    print_table(
        ("Machine", "Source", "Domain", "Version", "Last seen", "Not read", "Problems"), (_row(one) for one in found)
    )
    for one in found:
        for problem in one["problems"]:
            print(f"{_name(one)}: {problem['section']}: {problem['message']}")
        for refusal in one["refusals"]:
            print(f"{_name(one)}: not taken: {refusal['where']}: {refusal['message']}")


@app.command("show")
def show(ctx: typer.Context, key: Key, as_json: AsJson = False) -> None:
    """Show what one source reports, what it could not read, and what is held."""
    with ask(ctx) as client:
        found = client.get(f"/sources/{quote(key, safe='')}")
    if as_json:
        print_json(found)
        return
    one = found["source"]
    print_facts({
        "Source": f"{one['source_kind']} {one['source_instance']}", "Reads": _name(one),
        "Version": one["source_version"], "Last seen": local_time(one["last_seen_at"]),
        "Silent since": local_time(one["silent_since"]) or None, "Retired": local_time(one["withdrawn_at"]) or None,
        "Reports": [f"{count} {name}" for name, count in found["counts"].items()], "Held": one["held_count"] or None,
    })  # fmt: skip
    for held in found["held"]:
        print(f"held: {held['key']} ({held['type']})")


@app.command("release")
def release(ctx: typer.Context, key: Key) -> None:
    """Say that what is held really is gone: the source's next document ends it. For administrators."""
    with ask(ctx) as client:
        client.post(f"/sources/{quote(key, safe='')}/release-holds")
    print("its next document ends what is held")


@app.command("neighbours")
def list_neighbours(
    ctx: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Also those that are read, and addresses ports have learnt.")] = (
        False
    ),
    as_json: AsJson = False,
) -> None:
    """List devices that only their neighbours tell of (LLDP, CDP): what no collector reads yet."""
    wanted: dict[str, Any] = {} if every else {"resolved": False, "announced": True}
    with ask(ctx) as client:
        found = list(client.every("/neighbours", "neighbours", limit=_PAGE, **wanted))
    if as_json:
        print_json(found)
        return
    print_table(("Device", "Address", "Told by", "Is"), (_neighbour_row(one) for one in found))


def _neighbour_row(one: dict[str, Any]) -> tuple[object, ...]:
    seen = [f"{by['machine']['title']} {by['interface']['title']} ({by['discovered_by']})" for by in one["seen_by"]]
    return one["name"] or one["chassis_id"], one["address"], seen, [machine["title"] for machine in one["machines"]]


def _name(one: dict[str, Any]) -> str:
    return ", ".join(one["names"]) or one["target"]


def _row(one: dict[str, Any]) -> tuple[object, ...]:
    unread = [section["name"] for section in one["sections"] if section["state"] != "read"]
    seen = local_time(one["last_seen_at"]) + (" (silent)" if one["is_stale"] else "")
    problems = len(one["problems"]) + len(one["refusals"])
    return (
        ", ".join(one["names"]),
        " ".join(dict.fromkeys((one["source_kind"], one["source_instance"], one["target"]))),
        one["domain"],
        one["source_version"],
        seen,
        unread,
        problems,
    )
