"""`cmdb review`: what evidence cannot decide, and what people decide about it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

import typer

from cmdb.cli.asking import ask
from cmdb.cli.commands.ci import find
from cmdb.cli.options import AsJson
from cmdb.cli.output import local_time, print_facts, print_json, print_table
from cmdb.errors import Invalid

if TYPE_CHECKING:
    from cmdb.cli.client import Client

app = typer.Typer(no_args_is_help=True)

KINDS = ("aside", "ending", "held", "proposal", "replacement")
_VERDICTS = {"equal": "equal", "shared": "partly equal", "different": "different", "one_side": ""}

Things = Annotated[
    list[str],
    typer.Argument(help="A question's key, CIs (id, name, NAME@HOST), or keys of sightings.", metavar="THING..."),
]
Reason = Annotated[str, typer.Option(help="Why, for whoever looks at it later.")]
Number = Annotated[int | None, typer.Option("--action", help="Which of the question's actions, by number.", min=1)]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")]
DryRun = Annotated[bool, typer.Option("--preview", help="Say what it would change, and change nothing.")]


@app.command("list")
def list_all(
    ctx: typer.Context,
    kind: Annotated[list[str] | None, typer.Option(help=f"Any of {', '.join(KINDS)}.")] = None,
    decisions: Annotated[bool, typer.Option("--decisions", help="What was decided instead, newest first.")] = False,
    limit: Annotated[int, typer.Option(help="At most so many.", min=1)] = 100,
    as_json: AsJson = False,
) -> None:
    """List what waits for a person, or what people decided.

    Examples:

        cmdb review list --kind aside

        cmdb review list --decisions
    """
    path, key = ("/decisions", "decisions") if decisions else ("/reviews", "reviews")
    with ask(ctx) as client:
        pages = client.every(path, key, **({} if decisions else {"kind": kind, "limit": min(limit, 100)}))
        found = list(islice(pages, limit))
    if as_json:
        print_json(found)
    elif decisions:
        print_table(("Id", "What", "By", "At", "Why", "Undone"), map(_decision_row, found))
    else:
        print_table(
            ("Key", "Sides", "Question"), ((one["key"], one["side_count"] or "", one["title"]) for one in found)
        )


@app.command()
def show(
    ctx: typer.Context,
    key: Annotated[str, typer.Argument(help="A question's key, or a decision's id such as DEC-000001.")],
    as_json: AsJson = False,
) -> None:
    """Show a question with both sides next to each other, and what may be said about it; or a decision."""
    with ask(ctx) as client:
        if key.startswith("DEC-"):
            decision = client.get(f"/decisions/{key}")
            print_json(decision) if as_json else _print_decision(decision)
            return
        found = client.get(f"/reviews/{quote(key, safe='')}")
    if as_json:
        print_json(found)
        return
    print(f"{found['title']}.\n{found['why']}\n")
    sides = found["sides"]
    if sides:
        rows = [(one["words"], _VERDICTS[one["verdict"]], *("\n".join(side) for side in one["values"]))
                for one in found["compared"]]  # fmt: skip
        rows.append(("sightings", "", *("\n".join(one["key"] for one in side["sightings"]) for side in sides)))
        print_table(("Evidence", "", *(_side(side) for side in sides)), rows)
    if found["side_count"] > len(sides):
        print(f"and {found['side_count'] - len(sides)} more")
    if found["actions"]:
        print("\nWhat may be said:")
    for number, one in enumerate(found["actions"], 1):
        print(f"  {number}. {one['words']}: cmdb review {one['kind']} '{key}' --action {number} --reason '…'")
    if found["scope"]:
        print(f"\nThat they are gone is said on the page of the source {found['scope']}.")


@app.command()
def join(
    ctx: typer.Context,
    things: Things,
    reason: Reason = "",
    action: Number = None,
    preview: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Say that several are one thing; shows what that would do, and asks first.

    Examples:

        cmdb review join web-1 ci_p2l9c4w8z1qyrstu --reason "one box, two boards"

        cmdb review join 'held:agent|4d…|host|default|4d…|host|0' --action 1 --reason "asked its owner"
    """
    with ask(ctx) as client:
        said = _from_question(client, things[0], "join", action) if _is_question(things) else _named(client, things)
        _decide(client, {"kind": "join", "reason": reason, **said}, preview, yes, as_json)


@app.command()
def separate(
    ctx: typer.Context,
    things: Things,
    apart_from: Annotated[
        list[str] | None, typer.Option("--from", help="What they are not; else what else is in their CI.")
    ] = None,
    reason: Reason = "",
    action: Number = None,
    preview: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Say that sightings, or a CI, are not what others are; what they share is not believed of them any more.

    Examples:

        cmdb review separate web-1 --from web-2 --reason "two boards with one UUID"

        cmdb review separate 'ssh|site-a|host|default|10.0.0.9:22|host|0' --reason "a copied disk"
    """
    with ask(ctx) as client:
        if _is_question(things):
            said = _from_question(client, things[0], "separate", action)
        else:
            said = _apart(client, things, apart_from or [])
        _decide(client, {"kind": "separate", "reason": reason, **said}, preview, yes, as_json)


@app.command()
def undo(
    ctx: typer.Context,
    decision: Annotated[str, typer.Argument(metavar="ID", help="Such as DEC-000001.")],
    preview: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Take a decision back; shows what that would do, and asks first."""
    with ask(ctx) as client:
        path = f"/decisions/{decision}/undo"
        _confirmed(client, path, {}, preview, yes, as_json, f"Undo {decision}?")


def _decide(client: Client, said: dict[str, object], preview: bool, yes: bool, as_json: bool) -> None:
    _confirmed(client, "/decisions", said, preview, yes, as_json, f"{str(said['kind']).capitalize()} them?")


def _confirmed(
    client: Client, path: str, body: dict[str, object], preview: bool, yes: bool, as_json: bool, question: str
) -> None:
    """Show what it would change, ask, and do it."""
    if as_json and not (preview or yes):
        raise typer.BadParameter("nobody can be asked where JSON is printed: add --yes or --preview")
    if preview or not yes:
        effect = client.post(f"{path}?preview=true", body)["effect"]
        if preview and as_json:
            print_json(effect)
            return
        print_effect(effect)
        if preview:
            return
        typer.confirm(question, abort=True, err=True)
    found = client.post(path, body)
    if as_json:
        print_json(found)
    else:
        undone = " is undone" if found["decision"]["undone_at"] else ""
        print(f"{found['decision']['id']}{undone}")


def print_effect(effect: dict[str, Any]) -> None:
    """What a decision changes, line by line."""
    if effect["is_nothing"]:
        print("Every CI stays what it is.")
    for one in effect["merges"]:
        print(f"{' and '.join(map(_ci, one['of']))} become one: {_ci(one['into'])}")
    for one in effect["splits"]:
        print(f"{_ci(one['of'])} becomes {len(one['parts'])}:")
        for part in one["parts"]:
            name = _ci(part["ci"]) if part["ci"] else "held, since nothing tells what it is"
            print(f"  {name}{' (new)' if part['is_new'] and part['ci'] else ''}: {', '.join(part['sightings'])}")
    for one in effect["released"]:
        print(f"{_ci(one)} comes into the graph")
    for one in effect["former"]:
        print(f"{one['id']} becomes a former id of {one['now']}")
    for one in effect["moves"]:
        print(f"goes along: {one['verb'].replace('_', ' ').lower()} {one['title'] or one['id']} ({one['id']})")
    for name, words in (("in_use_again", "counts again"), ("set_aside", "is set aside")):
        for identifier in effect[name]:
            print(f"{identifier} {words}")
    for name, words in (("merged", "become one with another"), ("ended", "end"), ("begun", "begin")):
        if effect[name]:
            print(f"{', '.join(f'{count} {kind}' for kind, count in effect[name].items())} {words}")


def _is_question(things: Sequence[str]) -> bool:
    return len(things) == 1 and things[0].partition(":")[0] in KINDS


def _from_question(client: Client, key: str, kind: str, number: int | None) -> dict[str, object]:
    """What the question's action says: the one with this number, or the only one of its kind."""
    actions = client.get(f"/reviews/{quote(key, safe='')}")["actions"]
    fitting = [one for one in actions if one["kind"] == kind]
    if number is not None:
        fitting = [one for one in actions[number - 1 : number] if one["kind"] == kind]
    if len(fitting) != 1:
        raise Invalid(f"say which action with --action: `cmdb review show '{key}'` numbers them")
    return {name: fitting[0][name] for name in ("sightings", "apart_from") if fitting[0][name]}


def _named(client: Client, things: Sequence[str]) -> dict[str, object]:
    """Sightings where all are keys of some, CIs otherwise."""
    if all("|" in one for one in things):
        return {"sightings": list(things)}
    if any("|" in one for one in things):
        raise Invalid("name either sightings or CIs")
    return {"cis": [find(client, one) for one in things]}


def _apart(client: Client, things: Sequence[str], others: Sequence[str]) -> dict[str, object]:
    named = _named(client, [*things, *others])
    if "cis" in named:
        return named
    return {"sightings": list(things), "apart_from": list(others)}


def _side(side: dict[str, Any]) -> str:
    return f"{side['name']} ({side['ci']['id'] if side['ci'] else 'held'})"


def _ci(one: dict[str, Any]) -> str:
    return f"{one['title']} ({one['id']})"


def _decision_row(one: dict[str, Any]) -> tuple[object, ...]:
    what = f"{one['kind']} {len(one['sightings'])}" + (f" from {len(one['apart_from'])}" if one["apart_from"] else "")
    undone = f"{local_time(one['undone_at'])} by {one['undone_by']}" if one["undone_at"] else ""
    return one["id"], what, one["made_by"], local_time(one["made_at"]), one["reason"], undone


def _print_decision(one: dict[str, Any]) -> None:
    print_facts(
        {
            "Id": one["id"], "What": one["kind"], "Sightings": "\n".join(one["sightings"]),
            "Apart from": "\n".join(one["apart_from"]) or None, "Not believed": "\n".join(one["disavowed"]) or None,
            "Why": one["reason"], "By": one["made_by"], "At": local_time(one["made_at"]),
            "Undone by": one["undone_by"], "Undone at": local_time(one["undone_at"]) or None,
        }
    )  # fmt: skip
