"""Changes: what is going to be touched, when, and for whom; what follows is in change_steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from cmdb.errors import Conflict, Invalid
from cmdb.practices import change as practice
from cmdb.practices.change import LIFECYCLE, Effect
from cmdb.store.driver import Graph, Transaction
from cmdb.store.queries import tickets
from cmdb.store.queries.tickets import Wanted
from cmdb.usecases.change_ticket import KIND, Change, ChangeRow, change_of, row_of
from cmdb.usecases.resolve import resolve_all
from cmdb.usecases.teams import team_id
from cmdb.usecases.tickets import (
    checked_text,
    checked_title,
    comment,
    differences,
    existing,
    link_sources,
    lock_current,
    sources_of,
)

MAX_CIS = 500


class ChangeSaid(TypedDict, total=False):
    """What is said of a change. `cis`: names as `resolve` takes them, each with what becomes of it meanwhile."""

    title: str
    description: str | None
    cis: dict[str, Effect]
    planned_start_at: int | None
    planned_end_at: int | None
    test_plan: str | None
    backout_plan: str | None
    requester: str
    team: str | None


def draft_change(graph: Graph, said: ChangeSaid, by: str, now: int) -> Change:
    """Draft a change; only `title` is needed yet. Raises what `resolve` raises, and Invalid."""
    effects = _resolved(graph, said.get("cis", {}))
    values: dict[str, Any] = {"state": LIFECYCLE.initial, "created_at": now, "created_by": by, "requester": by}
    values |= _fields({"title": "", **said})
    practice.check_window(values.get("planned_start_at"), values.get("planned_end_at"))

    def write(tx: Transaction) -> Change:
        change_id = tickets.create(tx, KIND, "CHG", values)
        if said.get("team"):
            tickets.assign(tx, change_id, team_id(tx, said.get("team") or "", "team"))
        link_sources(tx, change_id, effects, now)
        tickets.log(tx, change_id, now, by, "opened")
        return change_of(tx, existing(tx, KIND, change_id))

    return graph.write(write)


def edit_change(graph: Graph, change_id: str, said: ChangeSaid, revision: int | None, by: str, now: int) -> Change:
    """Alter a draft that the caller has read at `revision`; `cis` replaces the whole list.

    Raises NotFound, Stale, Invalid, Conflict for a change that is no draft any more.
    """
    effects = _resolved(graph, said["cis"]) if "cis" in said else None

    def write(tx: Transaction) -> Change:
        ticket = lock_current(tx, KIND, change_id, revision)
        if ticket.values["state"] not in practice.EDITABLE:
            raise Conflict(f"{change_id} is {ticket.values['state']}: take it back to draft to alter it")
        wanted = _fields(said)
        after = {**ticket.values, **wanted}
        practice.check_window(after.get("planned_start_at"), after.get("planned_end_at"))
        changed = differences(ticket, wanted)
        tickets.set_values(tx, change_id, wanted)
        if effects is not None:
            former = {one.ci_id: one.effect for one in sources_of(ticket)}
            if former != effects:
                changed["cis"] = (former, effects)
                tickets.unlink(tx, change_id, origins=["manual"])
                link_sources(tx, change_id, effects, now)
        if "team" in said:
            team = team_id(tx, said["team"], "team") if said["team"] else None
            if team != ticket.team_id:
                tickets.assign(tx, change_id, team)
                changed["team"] = (ticket.team_id, team)
        if changed:
            tickets.log(tx, change_id, now, by, "edited", None, changed)
        return change_of(tx, existing(tx, KIND, change_id))

    return graph.write(write)


def comment_change(graph: Graph, change_id: str, text: str, by: str, now: int) -> Change:
    """Add words to a change; raises NotFound, Invalid."""
    comment(graph, KIND, change_id, text, by, now)
    return read_change(graph, change_id)


def read_change(graph: Graph, change_id: str) -> Change:
    """The change with its newest entries; raises NotFound."""
    return graph.read(lambda tx: change_of(tx, existing(tx, KIND, change_id)))


def list_changes(graph: Graph, wanted: Wanted, before: int | None = None, limit: int = 50) -> list[ChangeRow]:
    """Changes, newest first, from below the number `before`; `wanted.team` and `wanted.ci` are ids."""
    return [row_of(one) for one in graph.read(lambda tx: tickets.page(tx, KIND, wanted, before, limit))]


def _resolved(graph: Graph, cis: Mapping[str, Effect]) -> dict[str, Effect]:
    """Effects by id; a CI named twice has the worst of them."""
    if len(cis) > MAX_CIS:
        raise Invalid(f"at most {MAX_CIS} CIs in one change, not {len(cis)}", "cis")
    found: dict[str, Effect] = {}
    for text, named in resolve_all(graph, cis, "cis").items():
        effect = cis[text]
        if effect not in practice.EFFECTS:
            raise Invalid(f"an effect is one of {', '.join(practice.EFFECTS)}", "cis")
        if named.id not in found or practice.EFFECTS.index(effect) > practice.EFFECTS.index(found[named.id]):
            found[named.id] = effect
    return found


def _fields(said: ChangeSaid) -> dict[str, Any]:
    wanted: dict[str, Any] = {}
    if "title" in said:
        wanted["title"] = checked_title(said["title"])
    if "requester" in said:
        requester = checked_text(said["requester"], "requester")
        if requester is None:
            raise Invalid("say who asks for it", "requester")
        wanted["requester"] = requester
    for name in ("description", "test_plan", "backout_plan"):
        if name in said:
            wanted[name] = checked_text(said.get(name), name)
    for name in ("planned_start_at", "planned_end_at"):
        if name in said:
            wanted[name] = said.get(name)
    return wanted
