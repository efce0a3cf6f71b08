"""Baselines: an instant gets a name, such as "before the migration", and is compared with now or with another one.

A baseline is no copy. What stood at its instant is read from the past like any other, as long as the past is kept.
"""

from __future__ import annotations

from dataclasses import dataclass

from cmdb.errors import Conflict, NotFound
from cmdb.store.driver import Graph, Transaction
from cmdb.store.queries import baselines as queries
from cmdb.store.queries.baselines import StoredBaseline
from cmdb.store.queries.counters import next_number
from cmdb.store.queries.retention import horizon
from cmdb.usecases.as_of import checked_instant
from cmdb.usecases.declaring import Ref, checked_name
from cmdb.usecases.resolve import resolve


@dataclass(frozen=True, slots=True)
class Baseline:
    """An instant (`at`, epoch ms) with a name, of the estate or of one CI.

    `ci` None: of the estate; or, with `is_of_ci`, of a CI of which nothing is kept any more. `is_kept`: the past
    reaches back to it; otherwise it can be compared with nothing.
    """

    id: str
    name: str
    at: int
    is_of_ci: bool
    ci: Ref | None
    made_by: str
    made_at: int
    is_kept: bool


def create_baseline(graph: Graph, name: str, at: int | None, ci: str | None, by: str, now: int) -> Baseline:
    """Name an instant, None for now; `ci` is named as `resolve` takes it, None for the estate.

    Raises Invalid for an instant that lies ahead or is no longer kept, Conflict for a name that is taken, and what
    `resolve` raises.
    """
    name = checked_name(name)
    instant = now if at is None else checked_instant(graph, at, now, "at")
    of = None if ci is None else resolve(graph, ci, "ci").id

    def write(tx: Transaction) -> str:
        # The counter is the lock: nobody else is naming one until this has ended.
        baseline_id = f"BL-{next_number(tx, 'baseline'):06d}"
        if queries.is_taken(tx, name):
            raise Conflict(f"there is a baseline called {name!r} already")
        queries.create(tx, baseline_id, name, instant, of, by, now)
        return baseline_id

    return read_baseline(graph, graph.write(write))


def read_baseline(graph: Graph, baseline_id: str) -> Baseline:
    """The baseline with this id; raises NotFound."""
    found = queries.page(graph, 1, None, baseline_id)
    if not found:
        raise NotFound("baseline", baseline_id)
    return _baseline(found[0], horizon(graph))


def list_baselines(graph: Graph, limit: int, before: tuple[int, str] | None = None) -> list[Baseline]:
    """Baselines, the latest instant first, behind the instant and id of `before`."""
    since = horizon(graph)
    return [_baseline(one, since) for one in queries.page(graph, limit, before)]


def delete_baseline(graph: Graph, baseline_id: str) -> None:
    """Forget the name; what it named stays. Raises NotFound."""
    if not graph.write(lambda tx: queries.delete(tx, baseline_id)):
        raise NotFound("baseline", baseline_id)


def _baseline(found: StoredBaseline, since: int | None) -> Baseline:
    return Baseline(
        id=found.id,
        name=found.name,
        at=found.at,
        is_of_ci=found.is_of_ci,
        ci=Ref(*found.ci) if found.ci else None,
        made_by=found.made_by,
        made_at=found.made_at,
        is_kept=since is None or found.at >= since,
    )
