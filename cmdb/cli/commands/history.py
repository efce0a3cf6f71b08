"""`cmdb diff`, `cmdb ci diff` and `cmdb ci timeline`: what happened, and what differs between two instants."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cmdb.cli.asking import ask
from cmdb.cli.commands.ci import WhichCI, find
from cmdb.cli.instants import instant
from cmdb.cli.options import AsJson
from cmdb.cli.output import local_time, print_facts, print_json, print_table, said

if TYPE_CHECKING:
    from cmdb.cli.client import Client

_PAGE = 500
_KINDS = ("appeared", "retired", "changed")
From = Annotated[str, typer.Argument(help="The earlier instant, such as '2025-11-24 22:00'.", metavar="FROM")]
To = Annotated[str | None, typer.Argument(help="The later one; without it, now.", metavar="TO")]
Limit = Annotated[int, typer.Option(help="At most so many.", min=1)]


def timeline(
    ctx: typer.Context,
    ci: WhichCI,
    since: Annotated[
        str | None, typer.Option("--from", help="From when on; without it, a week.", metavar="INSTANT")
    ] = None,
    until: Annotated[str | None, typer.Option("--to", help="Until when; without it, now.", metavar="INSTANT")] = None,
    dependents: Annotated[
        bool, typer.Option("--dependents", help="And what depends on it, not what it needs.")
    ] = False,
    itself: Annotated[bool, typer.Option("--itself", help="The CI alone.")] = False,
    depth: Annotated[int | None, typer.Option(help="Look so many hops far; everything otherwise.", min=0)] = None,
    limit: Limit = 100,
    as_json: AsJson = False,
) -> None:
    """Tell what happened to a CI and all that it needs, newest first, with incidents and changes.

    Example: cmdb ci timeline shop --from "2025-11-24 18:00"
    """
    if dependents and itself:
        raise typer.BadParameter("--dependents and --itself are two questions")
    around = "dependents" if dependents else "itself" if itself else "needs"
    asked: dict[str, Any] = {"from": instant(since, "--from"), "to": instant(until, "--to"), "around": around}
    with ask(ctx) as client:
        rows = client.every(
            f"/cis/{find(client, ci)}/timeline", "entries", depth=depth, limit=min(limit + 1, _PAGE), **asked
        )
        found: list[dict[str, Any]] = list(islice(rows, limit + 1))
    if as_json:
        print_json(found[:limit])
        return
    print_table(("At", "CI", "What"), (_entry_row(one) for one in found[:limit]))
    if len(found) > limit:
        print(f"There is more than {limit}: --limit shows more.")


def ci_difference(
    ctx: typer.Context,
    ci: WhichCI,
    start: From,
    to: To = None,
    needs: Annotated[bool, typer.Option("--needs", help="And all that it needed at either instant.")] = False,
    impact: Annotated[bool, typer.Option("--impact", help="What its failure reaches at one of them only.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show what differs between two instants: state, values, relationships.

    Examples:

        cmdb ci diff web-1 "2025-11-24 22:00" "2025-11-25 06:00"

        cmdb ci diff shop 2025-11-24 --needs
    """
    if needs and impact:
        raise typer.BadParameter("--needs and --impact are two questions")
    span: dict[str, Any] = {"from": instant(start, "FROM"), "to": instant(to, "TO")}
    with ask(ctx) as client:
        path = f"/cis/{find(client, ci)}/difference"
        found: dict[str, Any] = client.get(path + ("/needs" if needs else "/impact" if impact else ""), **span)
    if as_json:
        print_json(found)
    elif needs:
        print_needs_difference(found)
    elif impact:
        _print_impact_difference(found)
    else:
        print_ci_difference(found)


def estate_difference(
    ctx: typer.Context,
    start: From,
    to: To = None,
    kind: Annotated[str | None, typer.Option(help="appeared, retired or changed alone.", metavar="KIND")] = None,
    ci_type: Annotated[str | None, typer.Option("--type", help="Of this type only.", metavar="TYPE")] = None,
    limit: Limit = 100,
    as_json: AsJson = False,
) -> None:
    """Show which CIs appeared, ended or changed between two instants, the latest first.

    Example: cmdb diff "2025-11-24 22:00" "2025-11-25 06:00" --type Server
    """
    if kind is not None and kind not in _KINDS:
        raise typer.BadParameter(f"one of {', '.join(_KINDS)}", param_hint="--kind")
    span: dict[str, Any] = {"from": instant(start, "FROM"), "to": instant(to, "TO")}
    with ask(ctx) as client:
        found = estate_rows(client, span, kind, ci_type, limit)
    if as_json:
        print_json(found)
    else:
        print_estate_difference(found)


def estate_rows(
    client: Client, span: dict[str, Any], kind: str | None, ci_type: str | None, limit: int
) -> dict[str, Any]:
    """How many CIs of the estate appeared, ended and changed in this span, and the latest of each kind, or of one."""
    kinds = [one for one in _KINDS if kind in (None, one)]
    counts = client.get("/differences", type=ci_type, limit=1, **span)["counts"]
    rows = {one: client.every("/differences", "cis", kind=one, type=ci_type, limit=_PAGE, **span) for one in kinds}
    return {"counts": counts, "cis": {one: list(islice(several, limit)) for one, several in rows.items()}}


def print_estate_difference(found: dict[str, Any]) -> None:
    """What differs in the estate."""
    print(", ".join(f"{found['counts'][one]} {one}" for one in _KINDS) + "\n")
    print_table(
        ("Id", "What", "At", "Type", "Title", "On", "Values"),
        (
            (one["id"], kind, local_time(one["at"]), one["type"], one["title"], one["place"], one["attributes"])
            for kind, several in found["cis"].items()
            for one in several
        ),
    )


def print_ci_difference(found: dict[str, Any]) -> None:
    """What differs in one CI."""
    states = {found["state_before"], found["state_after"]}
    print_facts(
        {
            "Id": found["id"], "Title": found["title"], "From": local_time(found["start"]),
            "To": local_time(found["end"]),
            "State": f"{found['state_before']} → {found['state_after']}" if len(states) > 1 else found["state_after"],
        }
    )  # fmt: skip
    print()
    print_table(("What", "Before", "After"), _difference_rows(found))
    if found["is_cut"]:
        print("More relationships differ than are listed.")


def print_needs_difference(found: dict[str, Any]) -> None:
    """What differs in a CI and all that it needs."""
    rows = [
        (f"{one['title']} on {one['place']}" if one["place"] else one["title"], *row)
        for one in found["cis"]
        for row in _needs_rows(one)
    ]
    print_table(("CI", "What", "Before", "After"), rows)
    print(f"Looked at {found['looked_at']} CIs, of which {len(found['cis'])} differ.")
    if found["is_cut"]:
        print("There was more to look at, or to list.")


def _print_impact_difference(found: dict[str, Any]) -> None:
    rows = [
        (
            one["ci"]["name"], one["before"] or "–", one["after"] or "–",
            " → ".join(hop["target"]["name"] for hop in one["reason"]["hops"]),
        )
        for one in found["cis"]
    ]  # fmt: skip
    print_table(("CI", "Before", "After", "By"), rows)
    print(
        f"{found['exposed_count']} became exposed, {found['relieved_count']} are no longer reached, "
        f"{found['changed_count']} are reached in another way."
    )


def _needs_rows(one: dict[str, Any]) -> Iterator[tuple[object, ...]]:
    if one["was_needed"] != one["is_needed"]:
        yield "needed", said(one["was_needed"]), said(one["is_needed"])
    if one["state_before"] != one["state_after"]:
        yield "state", one["state_before"], one["state_after"]
    yield from _difference_rows(one)


def _difference_rows(found: dict[str, Any]) -> Iterator[tuple[object, ...]]:
    for one in found["values"]:
        yield one["name"], said(one["old"]) or "–", said(one["new"]) or "–"
    for one in found["relations"]:
        yield (one["phrase"], "–", one["title"]) if one["began"] else (one["phrase"], one["title"], "–")


def _entry_row(one: dict[str, Any]) -> tuple[object, ...]:
    ci = one["ci"]
    return local_time(one["at"]), f"{ci['title']} on {ci['place']}" if ci["place"] else ci["title"], one["text"]
