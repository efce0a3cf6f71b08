"""`cmdb ci`: what there is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

import typer

from cmdb.cli.asking import ask
from cmdb.cli.instants import AsOf, instant
from cmdb.cli.options import AsJson
from cmdb.cli.output import console, local_time, print_facts, print_json, print_table, said
from cmdb.errors import Invalid

if TYPE_CHECKING:
    from cmdb.cli.client import Client

app = typer.Typer(no_args_is_help=True)

_PAGE = 500
_SHOWN_OF_A_KIND = 5


WhichCI = Annotated[str, typer.Argument(help="Its id, HOST:PORT, an address, a host or service name, or NAME@HOST.")]


@app.command("list")
def list_all(
    ctx: typer.Context,
    words: Annotated[list[str] | None, typer.Argument(help="Words that all occur in it.")] = None,
    ci_type: Annotated[str | None, typer.Option("--type", help="A type, such as Server or ServiceInstance.")] = None,
    where: Annotated[
        list[str] | None, typer.Option(help="An attribute and its value, such as os_name=Debian.", metavar="NAME=VALUE")
    ] = None,
    state: Annotated[
        str, typer.Option(help="current (what has not ended), active, stale, retired, or any.")
    ] = "current",
    as_of: AsOf = None,
    limit: Annotated[int, typer.Option(help="At most so many.", min=1)] = 100,
    as_json: AsJson = False,
) -> None:
    """Find CIs by type, attributes and words.

    Examples:

        cmdb ci list --type Server

        cmdb ci list postgres 5432

        cmdb ci list --type ServiceInstance --where product=nginx --json

        cmdb ci list --type Server --as-of 2025-11-24
    """
    filters = dict(_pair(text) for text in where or [])
    with ask(ctx) as client:
        rows = client.every(
            "/cis", "cis", type=ci_type, state=state, q=" ".join(words) if words else None,
            as_of=instant(as_of, "--as-of"), limit=min(limit + 1, _PAGE), **filters,
        )  # fmt: skip
        found = list(islice(rows, limit + 1))
    shown = found[:limit]
    if as_json:
        print_json(shown)
        return
    print_table(("Id", "Type", "Title", "On", "State"), (_row(ci) for ci in shown))
    if len(found) > limit:
        print(f"There are more than {limit}: --limit shows more, words and --where find fewer.")


@app.command()
def show(
    ctx: typer.Context,
    ci: WhichCI,
    history: Annotated[bool, typer.Option("--history", help="What happened to it, newest first.")] = False,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Show one CI: its values and where each comes from, what it relates to, who sees it.

    Examples:

        cmdb ci show web-1

        cmdb ci show postgres@db-1 --history

        cmdb ci show web-1 --as-of "2025-11-24 22:00"
    """
    at = instant(as_of, "--as-of")
    with ask(ctx) as client:
        ci_id = find(client, ci)
        found: dict[str, Any] = client.get(f"/cis/{ci_id}", as_of=at)
        relationships = list(client.every(f"/cis/{ci_id}/relationships", "relationships", limit=_PAGE, as_of=at))
        links: list[dict[str, Any]] = [] if at else client.get(f"/cis/{ci_id}/links")["links"]
        events = list(client.every(f"/cis/{ci_id}/history", "events", limit=_PAGE)) if history else None
    if as_json:
        print_json(found | {"relationships": relationships, "links": links} | ({"history": events} if history else {}))
        return
    print_facts(
        {
            "Id": found["id"], "As of": local_time(found["as_of"]) or None, "Type": found["type"],
            "Title": found["title"], "State": found["state"],
            "On": found["place"] and found["place"]["title"],
            "First seen" if found["state"] == "absent" else "Since": local_time(found["valid_from"]) or None,
            "Until": local_time(found["valid_to"]) or None, "Last seen": local_time(found["last_seen_at"]) or None,
        }
    )  # fmt: skip
    print()
    print_table(("Value", "", "Said by"), (_value_row(value) for value in found["values"]))
    if links:
        print()
        print_table(("Port", "Connected to", "Its port", "Told by"), (_link_row(link) for link in links))
    if relationships:
        print()
        print_table(("Relationship", "With", "Type", "Since"), _relationship_rows(relationships))
    if events:
        print()
        print_table(("After", "At", "What", "", "Why"), (_event_row(event) for event in events))


@app.command()
def why(
    ctx: typer.Context,
    ci: WhichCI,
    as_json: AsJson = False,
) -> None:
    """Tell why a CI is one thing: who sees it, what joins them, what does not count, what people decided.

    Example: cmdb ci why web-1
    """
    from cmdb.cli.identity_tree import identity_tree

    with ask(ctx) as client:
        found: dict[str, Any] = client.get(f"/cis/{find(client, ci)}/identity")
    if as_json:
        print_json(found)
    else:
        console().print(identity_tree(found))


@app.command()
def values(
    ctx: typer.Context,
    ci: WhichCI,
    as_json: AsJson = False,
) -> None:
    """Show the values of a CI: whose each is, since when, why it stands, and what others say.

    Example: cmdb ci values web-1
    """
    with ask(ctx) as client:
        found: dict[str, Any] = client.get(f"/cis/{find(client, ci)}")
    if as_json:
        print_json(found["values"])
    else:
        print_table(("Attribute", "Value", "From", "Since", "Why", "Others"), map(_origin_row, found["values"]))


@app.command("set")
def set_value(
    ctx: typer.Context,
    ci: WhichCI,
    what: Annotated[
        str, typer.Argument(help="The attribute and its value; a list's values with commas.", metavar="ATTRIBUTE=VALUE")
    ],
    reason: Annotated[str, typer.Option(help="Why, for whoever looks at it later.")],
    until: Annotated[
        str | None, typer.Option(help="When sources are believed again, such as '2025-11-24 16:00'.", metavar="INSTANT")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Set a value: it stands whatever sources say, until it expires or is withdrawn.

    Example: cmdb ci set web-1 serial_number=4711 --reason "read from the label" --until 2026-01-31
    """
    name, text = _pair(what, "ATTRIBUTE=VALUE")
    with ask(ctx) as client:
        path = f"/cis/{find(client, ci)}"
        kinds = {one["name"]: one["kind"] for one in client.get(f"/ci-types/{client.get(path)['type']}")["attributes"]}
        found = client.put(
            f"{path}/manual-values/{name}",
            {"value": _read(kinds.get(name, "text"), text), "reason": reason, "expires_at": instant(until, "--until")},
        )
    _print_manual(found, as_json)


@app.command()
def unset(
    ctx: typer.Context,
    ci: WhichCI,
    attribute: Annotated[str, typer.Argument(help="The attribute that was set.")],
    as_json: AsJson = False,
) -> None:
    """Withdraw a value that was set: what sources say stands again.

    Example: cmdb ci unset web-1 serial_number
    """
    with ask(ctx) as client:
        found = client.delete(f"/cis/{find(client, ci)}/manual-values/{quote(attribute, safe='')}")
    _print_manual(found, as_json)


def _print_manual(found: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    print_table(("Attribute", "Value", "State", "Until", "By", "Why"), (
        (one["attribute"], one["value"], one["state"].replace("_", " "), local_time(one["expires_at"]), one["set_by"],
         one["reason"])
        for one in found["values"]
    ))  # fmt: skip


def _read(kind: str, text: str) -> object:
    """A value as a person wrote it, of this kind. Raises Invalid."""
    try:
        match kind:
            case "integer":
                return int(text)
            case "number":
                return float(text)
            case "boolean":
                return {"yes": True, "true": True, "no": False, "false": False}[text.lower()]
            case "texts":
                return [part.strip() for part in text.split(",") if part.strip()]
            case _:
                return text
    except (ValueError, KeyError) as error:
        raise Invalid(f"{text!r} is no {kind}", "VALUE") from error


def find(client: Client, text: str) -> str:
    """The id of the CI that this text names; the server refuses a name that several have, and tells them all."""
    if text.startswith("ci_"):
        return text
    return client.post("/impact", {"cis": [{"ci": text}], "depth": 0})["failed"][0]["ci"]["id"]


def _value_row(value: dict[str, Any]) -> tuple[object, ...]:
    shown = said(value["value"]) + (f" {value['unit']}" if value["unit"] else "")
    return value["name"], shown, value["source"] and value["source"]["source_kind"]


def _origin_row(value: dict[str, Any]) -> tuple[object, ...]:
    source = value["source"] or {}
    others = "; ".join(
        f"{one['source_kind']}: {said(one['value'])}{' (silent)' if one['is_stale'] else ''}" for one in value["others"]
    )
    shown = said(value["value"]) + (f" {value['unit']}" if value["unit"] else "")
    whose = source.get("by") or source.get("source_kind")
    return value["name"], shown, whose, local_time(source.get("since_at")), value["why"], others


def _relationship_rows(relationships: list[dict[str, Any]]) -> Iterator[tuple[object, ...]]:
    """The first few of each kind: a machine has hundreds of packages."""
    of_kind: Counter[tuple[str, str]] = Counter()
    for one in relationships:
        kind = one["phrase"], one["ci"]["type"] if one["ci"] else "far end"
        of_kind[kind] += 1
        if of_kind[kind] <= _SHOWN_OF_A_KIND:
            yield one["phrase"], (one["ci"] or one["far_end"])["title"], kind[1], local_time(one["valid_from"])
    for (phrase, kind), number in of_kind.items():
        if number > _SHOWN_OF_A_KIND:
            yield phrase, f"… and {number - _SHOWN_OF_A_KIND} more (--json)", kind, ""


def _link_row(link: dict[str, Any]) -> tuple[object, ...]:
    told = ", ".join(link["discovered_by"]) + (", from both ends" if link["is_mutual"] else "")
    ports = [end["title"] if end else None for end in (link["port"], link["far_port"])]
    return ports[0], link["machine"]["title"], ports[1], told


def _event_row(event: dict[str, Any]) -> tuple[object, ...]:
    value, relationship = event["value"], event["relationship"]
    told = value or relationship or {}
    what = event["kind"], ""
    if value:
        what = value["attribute"], f"{said(value['old'])} → {said(value['new'])}"
    elif relationship:
        what = event["kind"], f"{relationship['phrase']}: {relationship['title']}"
    return local_time(told.get("changed_after")), local_time(event["at"]), *what, told.get("cause")


def _pair(text: str, hint: str = "--where") -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name.isidentifier():
        raise typer.BadParameter(f"{text!r} is not NAME=VALUE", param_hint=hint)
    return name, value


def _row(ci: dict[str, Any]) -> tuple[object, ...]:
    place = ci.get("place")
    return ci["id"], ci["type"], ci["title"], place and place["title"], ci["state"]
