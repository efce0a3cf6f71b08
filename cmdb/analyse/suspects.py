"""Which change is behind an incident: ranked with reasons, and silence where chance would do as well.

A score says little by itself: on a busy estate something has always changed just before. So the best score is compared
with what the same question would have found at about 200 quiet instants of the same hour and weekday.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil, log2
from typing import Literal
from zoneinfo import ZoneInfo

from cmdb.analyse.calendars import DAY_MS

HOUR_MS = DAY_MS // 24
LOOKED_BACK_MS = 7 * DAY_MS
RARITY_OVER_MS = 30 * DAY_MS
PAST_INSTANTS = 200
FEWEST_INSTANTS = 40
MUST_BEAT = 0.95

NOTHING_CHANGED = "Nothing that the affected CIs depend on changed in the seven days before."
TOO_LITTLE_PAST = "Too little past to tell a cause from chance: {count} instants are known, and it takes {needed}."
NO_BETTER_THAN_CHANCE = (
    "No suspect: at {share:.0%} of {count} quiet instants of this hour and weekday, something looked as guilty."
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that changed: a change under way, drift, a deployment.

    It began after `began_after` (epoch milliseconds; None: as early as it was seen) and at `began_at` at the latest.
    `size` counts what it altered, from 1. Those with one `signature` are of one kind, and rare where there are few.
    `reaches` are the CIs of its own blast radius, itself included.
    """

    id: str
    cis: frozenset[str]
    began_after: int | None
    began_at: int
    size: int
    signature: str
    reaches: frozenset[str]


Aspect = Literal["time", "distance", "explains", "rarity", "size"]


@dataclass(frozen=True, slots=True)
class Reason:
    """One factor of a score, above 0 and at most 1, and in words why."""

    aspect: Aspect
    factor: float
    why: str


@dataclass(frozen=True, slots=True)
class Suspect:
    """A candidate with its score, the product of its reasons' factors.

    `beats` is the share of the past instants at which nothing scored as high; None where there were too few.
    """

    candidate: Candidate
    score: float
    beats: float | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Everything ranked, the most suspicious first. `abstains` says why none of it is called a suspect, else None."""

    ranked: tuple[Suspect, ...]
    abstains: str | None
    past_instants: int

    @property
    def suspects(self) -> tuple[Suspect, ...]:
        """Those that beat chance; none where the answer abstains."""
        return () if self.abstains else tuple(one for one in self.ranked if (one.beats or 0) >= MUST_BEAT)


def find_suspects(
    at: int, affected: Set[str], candidates: Sequence[Candidate], distances: Mapping[str, int], past: Sequence[int]
) -> Suspicion:
    """Who is behind what befell the affected CIs at `at` (epoch milliseconds).

    `candidates` go back as far as `past`, the quiet instants to compare with (see `past_instants`).
    `distances` counts the hops from the affected CIs, along what they need, to each CI of their cone; what touches no
    CI of it is no candidate.
    """
    ranking = _Ranking(affected, candidates, distances)
    ranked = ranking.at(at)
    if not ranked:
        return Suspicion((), NOTHING_CHANGED, len(past))
    if len(past) < FEWEST_INSTANTS:
        unjudged = tuple(Suspect(one, score, None, reasons) for one, score, reasons in ranked)
        return Suspicion(unjudged, TOO_LITTLE_PAST.format(count=len(past), needed=FEWEST_INSTANTS), len(past))
    best = sorted(ranking.best_at(instant) for instant in past)
    found = tuple(Suspect(one, score, bisect_left(best, score) / len(best), reasons) for one, score, reasons in ranked)
    beats = found[0].beats or 0.0
    if beats < MUST_BEAT:
        return Suspicion(found, NO_BETTER_THAN_CHANCE.format(share=1 - beats, count=len(past)), len(past))
    return Suspicion(found, None, len(past))


def nearest_most_recent(at: int, candidates: Sequence[Candidate], distances: Mapping[str, int]) -> list[Candidate]:
    """The simplest rule, to be measured beside: the nearest first, of those as near the most recent."""
    eligible = [one for one in candidates if _is_eligible(one, at) and one.cis & distances.keys()]
    return sorted(eligible, key=lambda one: (_distance(one, distances), _age(one, at), one.id))


def past_instants(at: int, since: int, zone: str, count: int = PAST_INSTANTS) -> list[int]:
    """Instants before `at` in the same hour of the same weekday by the clocks of a zone, back to `since`.

    As many in each week as it takes to come to `count`, at most one a minute; none in the last week before.
    """
    local = datetime.fromtimestamp(at / 1000, UTC).astimezone(ZoneInfo(zone)).replace(minute=0, second=0, microsecond=0)
    weeks = (at - since - LOOKED_BACK_MS) // (7 * DAY_MS)
    if weeks < 1:
        return []
    each = min(60, ceil(count / weeks))
    found: list[int] = []
    for week in range(1, weeks + 1):
        hour = local - timedelta(weeks=week)
        for number in range(each):
            instant = hour + timedelta(minutes=60 * number / each)
            found.append(round(instant.timestamp() * 1000))
    return [one for one in found if since + LOOKED_BACK_MS <= one < at][:count]


class _Ranking:
    """Scores of the candidates at any instant, for one affected set and its cone."""

    def __init__(self, affected: Set[str], candidates: Sequence[Candidate], distances: Mapping[str, int]) -> None:
        in_cone = [one for one in candidates if one.cis & distances.keys()]
        self._candidates = sorted(in_cone, key=lambda one: (_earliest(one), one.id))
        self._starts = [_earliest(one) for one in self._candidates]
        self._alike: dict[str, list[int]] = {}
        for one in sorted(in_cone, key=lambda one: one.began_at):
            self._alike.setdefault(one.signature, []).append(one.began_at)
        self._distances = distances
        self._affected = affected

    def at(self, at: int) -> list[tuple[Candidate, float, tuple[Reason, ...]]]:
        """The candidates of the days before an instant, by falling score."""
        found: list[tuple[Candidate, float, tuple[Reason, ...]]] = []
        for one in self._candidates[: bisect_left(self._starts, at)]:
            if _is_eligible(one, at):
                reasons = self._reasons(one, at)
                score = 1.0
                for reason in reasons:
                    score *= reason.factor
                found.append((one, score, reasons))
        return sorted(found, key=lambda each: (-each[1], each[0].id))

    def best_at(self, at: int) -> float:
        """The highest score at an instant, 0 where nothing had changed."""
        return max((score for _, score, _ in self.at(at)), default=0.0)

    def _reasons(self, one: Candidate, at: int) -> tuple[Reason, ...]:
        hours, distance = _age(one, at) / HOUR_MS, _distance(one, self._distances)
        hit, affected = len(one.reaches & self._affected), len(self._affected)
        overlap = 2 * hit / max(1, len(one.reaches) + affected)
        times = self._alike[one.signature]
        alike = max(0, bisect_right(times, at) - bisect_left(times, at - RARITY_OVER_MS) - 1)
        when = f"It began {_ago(hours)} before." if hours else "It may have begun at that very moment."
        where = f"It lies {distance} hops away." if distance else "What it touched is affected itself."
        what = f"It reaches {hit} of {affected} that are affected, and {len(one.reaches) - hit} that are not."
        return (
            Reason("time", 1 / (1 + hours), when),
            Reason("distance", 1 / (1 + distance), where),
            Reason("explains", 0.1 + 0.9 * overlap, what),
            Reason("rarity", 1 / (1 + log2(1 + alike)), f"In 30 days there were {alike} more like it."),
            Reason("size", one.size / (one.size + 1), f"It altered {one.size}."),
        )


def _earliest(one: Candidate) -> int:
    return one.began_at if one.began_after is None else min(one.began_after, one.began_at)


def _is_eligible(one: Candidate, at: int) -> bool:
    return _earliest(one) < at and one.began_at > at - LOOKED_BACK_MS


def _age(one: Candidate, at: int) -> int:
    """The least that a candidate can be old, in milliseconds."""
    return max(0, at - one.began_at)


def _distance(one: Candidate, distances: Mapping[str, int]) -> int:
    return min(distances[ci] for ci in one.cis if ci in distances)


def _ago(hours: float) -> str:
    if hours < 1:
        return f"{hours * 60:.0f} min"
    return f"{hours:.1f} h" if hours < 48 else f"{hours / 24:.1f} days"
