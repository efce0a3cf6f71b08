"""How long what is kept: the past before the horizon is removed, and CIs that ended before it.

What held at an instant after the horizon is told as before: only what had ended by the horizon goes.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from cmdb.config import Keeping
from cmdb.identify.sighting import Sighting
from cmdb.model.vocabulary import Family
from cmdb.store.driver import Graph
from cmdb.store.queries import births
from cmdb.store.queries import retention as queries
from cmdb.store.queries.births import Buried

DAY_MS = 86_400_000
VALUES_MARKED_MS = DAY_MS // 2
"""How long a value that nobody refers to is marked before it is removed."""


def retain(graph: Graph, now: int, keeping: Keeping) -> str | None:
    """Raise the horizon, then remove what ended before it, in bounded transactions; what that was, in words."""
    before = queries.raise_horizon(graph, now - keeping.history_days * DAY_MS)
    removed: dict[str, int] = {}

    def sweep(step: queries.Step, **parameters: object) -> None:
        removed[step.name] = removed.get(step.name, 0) + queries.sweep(graph, step, before=before, **parameters)

    for step in (queries.CLAIMS, *queries.RELATIONSHIPS, queries.MANUAL_VALUES, queries.HANGING_ON):
        sweep(step)
    _bury_sightings(graph, before)
    for step in (
        queries.CIS, queries.SCOPES, queries.FAR_ENDS, queries.NEIGHBOURS, queries.IDENTIFIERS, queries.ALIASES
    ):  # fmt: skip
        sweep(step)
    sweep(queries.VALUES, marked_before=now - VALUES_MARKED_MS)
    queries.sweep(graph, queries.MARK_VALUES, now=now)
    sweep(queries.SNAPSHOTS, first_day=_day(now - keeping.health_days * DAY_MS))
    told = [f"{count:,} {name}" for name, count in removed.items() if count]
    return f"removed {', '.join(told)}" if told else None


def _bury_sightings(graph: Graph, before: int) -> None:
    """Sightings of CIs that are removed leave a birth, so that what comes back has the id it had."""
    while clusters := births.over(graph, before, queries.FEW):
        if not births.bury(graph, [one for cluster in clusters for one in _buried(cluster)]):
            break
    while found := births.loose(graph, before, queries.BATCH):
        if not births.bury(graph, [one for sighting in found for one in _buried([sighting])]):
            break


def _buried(cluster: Iterable[Sighting]) -> list[Buried]:
    """What is to be remembered of the sightings of one CI: of whom it has its id, but where the key alone tells.

    The containers on a host come and go by the thousand, and their keys tell what they are.
    """
    members = list(cluster)
    founder = min(one.birth for one in members)
    found: list[Buried] = []
    for one in members:
        is_founder = founder.key == one.key
        is_listed = one.family == str(Family.CONTAINER) and not one.in_container
        inherited = one.inherited if is_founder else one.inherited | {founder}
        found.append(Buried(one, inherited, not (is_founder and is_listed)))
    return found


def _day(at: int) -> str:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at)).date().isoformat()
