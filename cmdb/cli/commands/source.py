"""`cmdb source`: who reports, and what they could not read."""

from __future__ import annotations

from typing import Any

import typer

from cmdb.cli.asking import ask
from cmdb.cli.options import AsJson
from cmdb.cli.output import local_time, print_json, print_table

app = typer.Typer(no_args_is_help=True)

_PAGE = 500


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
            print(f"{one['source_instance']}: {problem['section']}: {problem['message']}")
        for refusal in one["refusals"]:
            print(f"{one['source_instance']}: not taken: {refusal['where']}: {refusal['message']}")


def _row(one: dict[str, Any]) -> tuple[object, ...]:
    unread = [section["name"] for section in one["sections"] if section["state"] != "read"]
    seen = local_time(one["last_seen_at"]) + (" (silent)" if one["is_stale"] else "")
    problems = len(one["problems"]) + len(one["refusals"])
    return (
        ", ".join(one["names"]),
        f"{one['source_kind']} {one['source_instance']}",
        one["domain"],
        one["source_version"],
        seen,
        unread,
        problems,
    )
