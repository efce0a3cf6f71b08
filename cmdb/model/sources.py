"""The kinds of sources: how far each is believed, and what its silence means."""

from __future__ import annotations

from dataclasses import dataclass

MINUTE_MS = 60_000


@dataclass(frozen=True, kw_only=True)
class SourceKind:
    """One kind of source. The highest `rank` wins a value, where `preferences.py` declares nothing else for it.

    `exclusive`: one thing has one such source at a time (two agents alive at once are two machines).
    `period_ms`: how often it reports where its documents do not say; silent for `STALE_PERIODS` of them, it is stale.
    """

    name: str
    about: str
    rank: int
    exclusive: bool
    period_ms: int


STALE_PERIODS = 3
SOURCE_KINDS = {
    kind.name: kind
    for kind in (
        SourceKind(name="agent", about="The agent on the host.", rank=50, exclusive=True, period_ms=5 * MINUTE_MS),
        SourceKind(name="ssh", about="A login without an agent.", rank=40, exclusive=False, period_ms=60 * MINUTE_MS),
        SourceKind(name="snmp", about="The device's SNMP agent.", rank=30, exclusive=False, period_ms=60 * MINUTE_MS),
        SourceKind(name="import", about="A file that a person loaded.", rank=20, exclusive=False,
                   period_ms=30 * 24 * 60 * MINUTE_MS),
    )
}  # fmt: skip


def rank_of_kind(name: str) -> int:
    """How far a kind of source is believed where nothing else is declared; 0 for an unknown one."""
    kind = SOURCE_KINDS.get(name)
    return kind.rank if kind else 0


def fresh_until(last_seen_at: int, period_ms: int) -> int:
    """Until when a source is not silent: epoch ms. Its values count for less than those of others from then on."""
    return last_seen_at + STALE_PERIODS * max(period_ms, 1)
