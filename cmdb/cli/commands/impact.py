"""`cmdb impact`: what suffers when something fails, and what something needs."""

from __future__ import annotations

from collections import defaultdict
from typing import Annotated, Any

import typer
from rich.text import Text
from rich.tree import Tree

from cmdb.cli.asking import ask
from cmdb.cli.instants import AsOf, instant
from cmdb.cli.options import AsJson
from cmdb.cli.output import console, local_time, print_json, print_table

_WHY_NOT = {"spared": "Looked at and not affected", "truncated": "Beyond --depth"}
_STYLES = {"down": "bold red", "degraded": "yellow", "at risk": "magenta", "isolated": "cyan"}


def impact(
    ctx: typer.Context,
    cis: Annotated[
        list[str], typer.Argument(metavar="CI...", help="Ids, HOST:PORT, addresses, host or service names, NAME@HOST.")
    ],
    degraded: Annotated[bool, typer.Option("--degraded", help="They are slow or partly broken, not down.")] = False,
    needs: Annotated[bool, typer.Option("--needs", help="Look the other way: what they need.")] = False,
    depth: Annotated[int | None, typer.Option(help="Look so many hops far; everything otherwise.", min=0)] = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Show what suffers when these CIs fail, and why. Nothing is stored.

    Examples:

        cmdb impact web-1:5432

        cmdb impact postgres@web-1 --degraded

        cmdb impact shop --needs

        cmdb impact db-1 --as-of "2025-11-24 22:00"
    """
    effect = "degraded" if degraded else "down"
    question: dict[str, object] = {
        "cis": [{"ci": ci, "effect": effect} for ci in cis], "depth": depth, "as_of": instant(as_of, "--as-of"),
    }  # fmt: skip
    with ask(ctx) as client:
        answer = client.post("/impact", question | {"direction": "needs" if needs else "dependents"})
    if as_json:
        print_json(answer)
        return
    if answer["as_of"]:
        print(f"As of {local_time(answer['as_of'])}, by what held then:\n")
    if needs:
        _print_needs(answer)
    else:
        print_assessment(answer)


def print_assessment(found: dict[str, Any]) -> None:
    """What failures reach: services and teams first, then the way it takes."""
    if found["services"]:
        print_table(("Service", "State", "Criticality"), (_service_row(one) for one in found["services"]))
        print()
    if found["teams"]:
        print_table(
            ("Team", "Contact", "CIs"), ((one["name"], one["contact"], one["ci_count"]) for one in found["teams"])
        )
        print()
    for tree in _dependents(found):
        console().print(tree)
    counts = "; ".join(f"{count['type']}: {_counted(count)}" for count in found["counts"])
    print(f"Reached: {found['reached_count']}" + (f" ({counts})" if counts else ""))
    for what in ("spared", "truncated"):
        if number := found[f"{what}_count"]:
            print(f"{_WHY_NOT[what]}: {number} (--json tells all)")
    for name in found["unread"]:
        print(f"Not everything that depends on {name['name']} was read.")


def _counted(count: dict[str, Any]) -> str:
    return ", ".join(
        f"{count[state]} {_words(state)}" for state in ("down", "degraded", "isolated", "at_risk") if count[state]
    )


def _service_row(one: dict[str, Any]) -> tuple[object, ...]:
    return one["ci"]["name"], _state(one), one["criticality"]


def _dependents(found: dict[str, Any]) -> list[Tree]:
    """Each failed CI with what it reaches, hung below what takes it down."""
    below: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in found["reached"]:
        if hops := (one["reason"] or {}).get("hops"):
            lost = hops[0]["cut_by"]
            below[lost[0]["id"] if lost else hops[0]["target"]["id"]].append(one)
    trees: list[Tree] = []
    for failed in found["failed"]:
        tree = Tree(_label(failed["ci"], failed["effect"], "assumed"))
        trees.append(tree)
        waiting = [(tree, failed["ci"]["id"])]
        while waiting:
            branch, parent = waiting.pop()
            for one in below.pop(parent, []):
                child = branch.add(_label(one["ci"], _state(one), _how(one["reason"]["hops"][0])))
                waiting.append((child, one["ci"]["id"]))
    # Behind a group the path runs through a node that is no CI.
    rest = [one for several in below.values() for one in several]
    if rest:
        tree = Tree("through redundancy groups")
        trees.append(tree)
        for one in rest:
            tree.add(_label(one["ci"], _state(one), " → ".join(hop["target"]["name"] for hop in one["reason"]["hops"])))
    return trees


def _how(hop: dict[str, Any]) -> str:
    """How a hop reaches its source; across what was cut, with what it no longer reaches."""
    if not hop["cut_by"]:
        return f"{_words(hop['verb'])}, {hop['strength']}"
    lost = " and ".join(node["name"] for node in hop["cut_by"])
    if hop["state"] == "at_risk" and hop["verb"] == "CONNECTED_TO":
        return f"one way left to {hop['target']['name']}, without {lost}"
    verb = "" if hop["verb"] == "CONNECTED_TO" else f", which it {_words(hop['verb'])}"
    return f"cut off from {hop['target']['name']}{verb}, without {lost}"


def _print_needs(found: dict[str, Any]) -> None:
    trees = {one["id"]: Tree(_label(one, None, None)) for one in found["of"]}
    roots = list(trees.values())
    for one in found["needed"]:
        hop = one["path"][-1]
        how = "soft" if one["is_soft"] else "redundant" if one["is_redundant"] else "hard"
        branch = trees.get(hop["source"]["id"]) or roots[0]
        trees[one["ci"]["id"]] = branch.add(_label(one["ci"], None, f"{_words(hop['verb'])}, {how}"))
    for tree in roots:
        console().print(tree)
    print(f"Needed: {found['needed_count']}")


def _label(node: dict[str, Any], state: str | None, why: str | None) -> Text:
    label = Text(node["name"])
    label.append(f" {node['type']}", style="dim")
    if state:
        label.append(f" {state}", style=_STYLES.get(state, ""))
    if why:
        label.append(f" ({why})", style="dim")
    return label


def _state(one: dict[str, Any]) -> str:
    if one["state"] == "up":
        return "isolated" if one["isolated"] else "at risk"
    return f"{one['state']}, isolated" if one["isolated"] else one["state"]


def _words(verb: str) -> str:
    return verb.replace("_", " ").lower()
