"""Why a CI is one thing, as a tree to be read on a terminal."""

from __future__ import annotations

from typing import Any

from rich.text import Text
from rich.tree import Tree

from cmdb.cli.output import local_time

_STANDINGS = {
    "joins": "joins",
    "alone": "nothing else here has it",
    "set_aside": "set aside",
    "disavowed": "not believed, a person decided",
    "void": "the host's, not the container's",
}


def identity_tree(found: dict[str, Any]) -> Tree:
    """The tree of an answer of /cis/{id}/identity."""
    tree = Tree(_said(f"{found['title']} {found['type']} ", found["id"]))
    names = {one["key"]: _name(one) for one in found["sightings"]}
    if found["place"]:
        tree.add(_said(f"recognised inside {found['place']['title']} ", found["place"]["id"]))
    elif not found["sightings"]:
        tree.add("known by its value, or declared by a person")
    for former in found["former_ids"]:
        tree.add(_said("formerly ", former))
    for one in found["sightings"]:
        _add_sighting(tree, one, names[one["key"]])
    _add(tree, "One thing, because of", [_join(one, names) for one in found["joins"]])
    _add(tree, "Does not count", [_aside(one) for one in found["set_aside"]])
    _add(tree, "Decided", [_decision(one) for one in found["decisions"]])
    return tree


def _add_sighting(tree: Tree, one: dict[str, Any], name: str) -> None:
    marks = [word for word, is_so in (("silent", one["is_stale"]), ("another took its place", one["is_superseded"]),
                                      ("no longer listed", one["is_gone"])) if is_so]  # fmt: skip
    branch = tree.add(_said(
        f"seen by {name}", f", {local_time(one['first_seen_at'])} to {local_time(one['last_seen_at'])}"
        + "".join(f", {mark}" for mark in marks),
    ))  # fmt: skip
    branch.add(_said("", one["key"]))
    for each in one["evidence"]:
        branch.add(_said(each["words"], f" ({each['tier']}, {_STANDINGS[each['standing']]})"))


def _add(tree: Tree, heading: str, lines: list[Text]) -> None:
    if lines:
        branch = tree.add(Text(heading, style="bold"))
        for line in lines:
            branch.add(line)


def _name(one: dict[str, Any]) -> str:
    epoch = f" (number {one['epoch'] + 1} under this key)" if one["epoch"] else ""
    return f"{one['source_kind']} {one['source_instance'] or ''} as {one['item']}{epoch}"


def _join(one: dict[str, Any], names: dict[str, str]) -> Text:
    members = "; ".join(names[key] if key in names else str(key) for key in one["members"])
    return _said(one["words"], f", since {local_time(one['since_at'])}: {members}")


def _aside(one: dict[str, Any]) -> Text:
    between = " and ".join(
        each["ci"]["title"] if each["ci"] else each["name"] or each["key"] for each in one["witnesses"]
    )
    return _said(f"{one['words']}: {one['why']}", f" ({between})" if between else "")


def _decision(one: dict[str, Any]) -> Text:
    undone = f", undone by {one['undone_by']} {local_time(one['undone_at'])}" if one["undone_at"] else ""
    return _said(
        f"{one['id']} {one['kind']}: {one['reason']}", f" ({one['made_by']}, {local_time(one['made_at'])}{undone})"
    )


def _said(text: str, rest: str) -> Text:
    found = Text(text)
    found.append(rest, style="dim")
    return found
