"""What a purged sighting leaves to those that were one thing with it: its birth, and what people decided of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from cmdb.identify.outcome import seniority
from cmdb.identify.sighting import Birth, Decisions, Pair, Sighting, SightingKey


def heir_of(gone: Sighting, others: Iterable[Sighting]) -> Sighting | None:
    """Who of its cluster takes over when a sighting is purged, with what it inherits; None where nobody is left.

    The id of the CI does not change by it. A purged key is not to be used for another thing while its birth is
    remembered: the epochs under it go on counting.
    """
    rest = sorted((one for one in others if one.key != gone.key), key=seniority)
    if not rest:
        return None
    births = gone.inherited | {Birth(gone.first_effective_at, gone.key)}
    return replace(rest[0], inherited=rest[0].inherited | births)


def handed_on(decisions: Decisions, gone: SightingKey, heir: SightingKey) -> Decisions:
    """The decisions with the heir in the place of what was purged; what it disavowed is gone with it."""

    def moved(pairs: Iterable[Pair]) -> list[Pair]:
        named = [(heir if a == gone else a, heir if b == gone else b) for a, b in pairs]
        return [pair for pair in named if pair[0] != pair[1]]

    return Decisions.of(
        must=moved(decisions.must),
        cannot=moved(decisions.cannot),
        disavowed=(claim for claim in decisions.disavowed if claim[0] != gone),
    )
