"""The life of a CI: active, stale while its sources are silent, retired when they stay so, active when heard again."""

from __future__ import annotations

from collections.abc import Callable

from cmdb.config import Keeping
from cmdb.model import events as kinds
from cmdb.model.sources import SOURCE_KINDS, STALE_PERIODS
from cmdb.store.driver import Graph, Transaction
from cmdb.store.queries import life as queries
from cmdb.store.queries.life import Watch
from cmdb.usecases.events import tell
from cmdb.usecases.evidence import period_of
from cmdb.usecases.hearing import event_of_ci, event_of_source
from cmdb.usecases.withdrawal import withdraw_scope

DAY_MS = 86_400_000
BATCH = 200
"""How many sources or CIs one transaction moves: a document that comes meanwhile waits for no more than these."""
GAP_MS = 10 * 60_000
"""When nobody has looked for so long, the server was down: sources are given time to be heard."""


def move_states(graph: Graph, now: int, keeping: Keeping) -> str | None:
    """Mark what has fallen silent, and let go of what has been for too long; what that was, in words. Epoch ms."""
    watching = Watch(
        now, queries.watch(graph, now, GAP_MS), {kind.name: kind.period_ms for kind in SOURCE_KINDS.values()},
        period_of("", None), STALE_PERIODS,
    )  # fmt: skip
    silent = _until_none(graph, lambda tx: _tell_silent(tx, watching))
    stale = 0
    while ids := queries.unheard(graph, BATCH):
        moved = graph.write(lambda tx, ids=ids: _tell_stale(tx, ids, now))
        stale += moved
        if not moved:
            break
    woken = _until_none(graph, lambda tx: _tell_woken(tx, now))
    withdrawn = 0
    silent_before = now - keeping.retire_after_days * DAY_MS
    while keys := queries.long_silent(graph, watching, silent_before, BATCH):
        moved = sum(withdraw_scope(graph, key, silent_before, now) for key in keys)
        withdrawn += moved
        if not moved:
            break
    counts = {
        "sources silent": silent, "CIs stale": stale, "CIs active again": woken, "sources withdrawn": withdrawn
    }  # fmt: skip
    return ", ".join(f"{count:,} {what}" for what, count in counts.items() if count) or None


def _tell_silent(tx: Transaction, watching: Watch) -> int:
    found = queries.mark_silent(tx, watching, BATCH)
    tell(tx, [event_of_source(kinds.SILENT, one) for one in found], watching.now, watching.now)
    return len(found)


def _tell_stale(tx: Transaction, ids: list[str], now: int) -> int:
    found = queries.mark_stale(tx, ids, now)
    tell(tx, [event_of_ci(kinds.STALE, one) for one in found], now, now)
    return len(found)


def _tell_woken(tx: Transaction, now: int) -> int:
    found = queries.wake_others(tx, BATCH)
    tell(tx, [event_of_ci(kinds.RETURNED, one) for one in found], now, now)
    return len(found)


def _until_none(graph: Graph, work: Callable[[Transaction], int]) -> int:
    """How many all transactions of this work moved, until one moves nothing."""
    total = 0
    while moved := graph.write(work):
        total += moved
    return total
