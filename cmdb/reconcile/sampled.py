"""What comes and goes with traffic: connections, and neighbours whose addresses ports have learnt."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass

from cmdb.model.sections import TOPOLOGY
from cmdb.observation.claims import Claims
from cmdb.observation.relations import Connection, Sight

DAY_MS = 86_400_000
CONNECTION_LIFE_MS = 30 * DAY_MS
SIGHT_LIFE_MS = 7 * DAY_MS
"""How long an address that a port has learnt is believed to be there: a switch forgets within minutes."""


@dataclass(frozen=True, slots=True)
class Seen:
    """When a connection was first and last seen, and how often in the last document that had it.

    `absent_at`: the last whole reading before it was there; None: there was none, or seeing it is a matter of chance.
    """

    first_at: int
    last_at: int
    samples: int
    absent_at: int | None = None


def connections(
    previous: Mapping[Connection, Seen], claims: Claims, items: Container[str], renamed: Mapping[str, str], now: int
) -> dict[Connection, Seen]:
    """Connections after one more document: absence withdraws nothing, thirty days of it do.

    `items`: the keys that stand now; `renamed`: former key → new key of those that changed it. Epoch ms.
    """
    seen: dict[Connection, Seen] = {}
    for connection, last in previous.items():
        start = renamed.get(connection.start, connection.start)
        if start in items and last.last_at > now - CONNECTION_LIFE_MS:
            seen[connection._replace(start=start) if renamed else connection] = last
    for connection, samples in claims.connections.items():
        before = seen.get(connection)
        # The day it was last seen is enough, and keeps an unchanged host from writing.
        if before is None:
            seen[connection] = Seen(now, now, samples)
        elif before.last_at < day_of(now):
            seen[connection] = Seen(before.first_at, now, samples)
    return seen


def sights(
    previous: Mapping[Sight, Seen],
    claims: Claims,
    items: Container[str],
    renamed: Mapping[str, str],
    now: int,
    last_whole: int | None = None,
) -> dict[Sight, Seen]:
    """Neighbours after one more document: those that LLDP or CDP name are there until a reading lacks them, learnt
    addresses for some days. `last_whole`: when neighbours were last read wholly; the rest as for `connections`."""
    was_read = claims.sections[TOPOLOGY] == "read"
    seen: dict[Sight, Seen] = {}
    for sight, last in previous.items():
        start = renamed.get(sight.start, sight.start)
        stays = last.last_at > now - SIGHT_LIFE_MS if sight.is_sampled else not was_read
        if start in items and stays:
            seen[sight._replace(start=start) if renamed else sight] = last
    moved = {sight.chassis_id for sight in claims.sights if sight.by == "fdb"}
    # A switch has learnt an address at one port at a time.
    seen = {s: last for s, last in seen.items() if s.by != "fdb" or s in claims.sights or s.chassis_id not in moved}
    for sight, count in claims.sights.items():
        before = seen.get(sight) or previous.get(sight)
        if before is None:
            seen[sight] = Seen(now, now, count, None if sight.is_sampled else last_whole)
        elif sight.is_sampled and before.last_at < day_of(now):
            seen[sight] = Seen(before.first_at, now, count)
        else:
            seen[sight] = before
    return seen


def day_of(instant: int) -> int:
    """The start of the UTC day of an instant."""
    return instant - instant % DAY_MS
