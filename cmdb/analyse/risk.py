"""How likely a change makes trouble, from how changes like it went: rates shrunk towards those of what they belong to.

Few changes fail, and of any one CI few are known. So a rate starts as that of the level above (all, team, type of
change, type of CI, CI) and moves away from it as far as its own evidence goes: a Beta-binomial at each level, whose
strength is fitted. What is known of the change itself then moves it further, each by what it was worth so far.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import exp, lgamma, log, sqrt

from cmdb.analyse.calendars import DAY_MS
from cmdb.analyse.intervals import Z_95

LEVELS = ("team", "change type", "CI type", "CI")
FACTORS = ("test plan", "backout plan", "lead time", "size", "conflicts", "recent incidents", "drift")
"""What may be known of a change, in the order in which it is weighed."""
CAN_BE_ALTERED = ("test plan", "backout plan", "lead time", "size", "conflicts")

STRENGTHS = (2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 300.0)
"""How many changes the level above may count for, of which the likeliest is taken."""
FACTOR_STRENGTH = 10.0
"""Expected troubles that a factor has to outweigh before it counts half."""
FEWEST_CHANGES = 50
FEWEST_TROUBLES = 5
WIDEST = 0.5

TOO_FEW = (
    "Too little evidence: {changes} closed changes, {troubles} of them with trouble; it takes {needed} and {least}."
)
TOO_WIDE = "Too little evidence: anything from {low:.0%} to {high:.0%} is possible."


_Key = tuple[str | None, ...]  # the team, or team and type of change, and so on down


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a change: where it belongs (None: unknown), and a word for each factor that is known."""

    team: str | None = None
    change_type: str | None = None
    ci_type: str | None = None
    ci: str | None = None
    factors: Mapping[str, str] = field(default_factory=dict[str, str])

    def path(self) -> list[_Key]:
        """The keys of what it belongs to, from the team down."""
        whole = (self.team, self.change_type, self.ci_type, self.ci)
        return [whole[:depth] for depth in range(1, len(whole) + 1)]


@dataclass(frozen=True, slots=True)
class ClosedChange:
    """A change that is over: what was known when it was decided on, and whether it made trouble; epoch milliseconds."""

    facts: Facts
    decided_at: int
    closed_at: int
    trouble: bool


@dataclass(frozen=True, slots=True)
class Contribution:
    """What moved the likelihood: by how much, in log odds, and on which evidence."""

    name: str
    value: str | None
    log_odds: float
    changes: int
    troubles: int


@dataclass(frozen=True, slots=True)
class Lowering:
    """What could be altered, from one word to another, and the likelihood that would be left."""

    factor: str
    now: str
    then: str
    probability: float


@dataclass(frozen=True, slots=True)
class Trouble:
    """How likely trouble is, with a 95 % interval and everything that moved it away from the base rate.

    `abstains` says why the number should not be relied on, else None.
    """

    probability: float
    low: float
    high: float
    base_rate: float
    contributions: tuple[Contribution, ...]
    would_lower: tuple[Lowering, ...]
    abstains: str | None


@dataclass(frozen=True, slots=True)
class _Tally:
    changes: int = 0
    troubles: int = 0
    expected: float = 0.0

    def plus(self, *, trouble: bool, expected: float = 0.0) -> "_Tally":
        return _Tally(self.changes + 1, self.troubles + trouble, self.expected + expected)


@dataclass(frozen=True, slots=True)
class RiskModel:
    """What was learnt from closed changes."""

    total: _Tally
    levels: tuple[Mapping[_Key, _Tally], ...]
    strengths: tuple[float, ...]
    factors: Mapping[tuple[str, str], _Tally]

    @property
    def base_rate(self) -> float:
        """The share of changes that made trouble, a little towards one half where few are known."""
        return (self.total.troubles + 0.5) / (self.total.changes + 1)

    def trouble(self, facts: Facts) -> Trouble:
        """How likely a change of which this is known makes trouble."""
        rate, evidence, contributions = self.by_place(facts)
        odds = _log_odds(rate)
        variance = 1 / (rate * evidence + 0.5) + 1 / ((1 - rate) * evidence + 0.5)
        for factor in FACTORS:
            value = facts.factors.get(factor)
            tally = self.factors.get((factor, value or ""))
            if value is not None and tally is not None:
                shift = _shift(tally)
                odds += shift
                variance += 1 / (tally.troubles + FACTOR_STRENGTH)
                contributions.append(Contribution(factor, value, shift, tally.changes, tally.troubles))
        half = Z_95 * sqrt(variance)
        low, high = _probability(odds - half), _probability(odds + half)
        return Trouble(
            probability=_probability(odds),
            low=low,
            high=high,
            base_rate=self.base_rate,
            contributions=tuple(contributions),
            would_lower=self._lowerings(facts, odds),
            abstains=self._abstains(low, high),
        )

    def by_place(self, facts: Facts) -> tuple[float, float, list[Contribution]]:
        """The rate where it belongs, the changes that it rests on, and how each level moved it.

        A level whose changes are those of the level above says nothing new, and moves nothing.
        """
        rate, evidence, above = self.base_rate, self.total.changes + 1.0, self.total
        contributions: list[Contribution] = []
        for name, tallies, strength, key in zip(LEVELS, self.levels, self.strengths, facts.path(), strict=True):
            tally = tallies.get(key, _Tally())
            if key[-1] is None or not tally.changes:
                break
            if tally.changes < above.changes:
                shrunk = _shrunk(tally, rate, strength)
                shift = _log_odds(shrunk) - _log_odds(rate)
                contributions.append(Contribution(name, key[-1], shift, tally.changes, tally.troubles))
                rate, evidence = shrunk, min(evidence, tally.changes + strength)
            above = tally
        return rate, evidence, contributions

    def _lowerings(self, facts: Facts, odds: float) -> tuple[Lowering, ...]:
        found: list[Lowering] = []
        for factor in CAN_BE_ALTERED:
            now = facts.factors.get(factor)
            known = self.factors.get((factor, now or ""))
            if now is None or known is None:
                continue
            others = [(_shift(tally), word) for (name, word), tally in self.factors.items() if name == factor]
            shift, then = min(others)
            if then != now and shift < _shift(known):
                found.append(Lowering(factor, now, then, _probability(odds - _shift(known) + shift)))
        return tuple(sorted(found, key=lambda one: (one.probability, one.factor)))

    def _abstains(self, low: float, high: float) -> str | None:
        changes, troubles = self.total.changes, self.total.troubles
        if changes < FEWEST_CHANGES or troubles < FEWEST_TROUBLES:
            return TOO_FEW.format(changes=changes, troubles=troubles, needed=FEWEST_CHANGES, least=FEWEST_TROUBLES)
        return TOO_WIDE.format(low=low, high=high) if high - low > WIDEST else None


def learn(history: Sequence[ClosedChange]) -> RiskModel:
    """What these changes teach; nothing of them is left out, so the caller decides which were known when."""
    total = _Tally()
    levels: list[dict[_Key, _Tally]] = [{} for _ in LEVELS]
    for change in history:
        total = total.plus(trouble=change.trouble)
        for tallies, key in zip(levels, change.facts.path(), strict=True):
            tallies[key] = tallies.get(key, _Tally()).plus(trouble=change.trouble)
    model = RiskModel(total, tuple(levels), (), {})
    strengths: list[float] = []
    rates: dict[_Key, float] = {(): model.base_rate}
    above: Mapping[_Key, _Tally] = {(): total}
    for tallies in levels:
        known = {key: tally for key, tally in tallies.items() if key[-1] is not None and key[:-1] in rates}
        new = {key: tally for key, tally in known.items() if tally.changes < above[key[:-1]].changes}
        strength = max(STRENGTHS, key=_fit_of([(tally, rates[key[:-1]]) for key, tally in new.items()]))
        strengths.append(strength)
        for key, tally in known.items():
            rates[key] = _shrunk(tally, rates[key[:-1]], strength) if key in new else rates[key[:-1]]
        above = tallies
    model = replace(model, strengths=tuple(strengths))
    return replace(model, factors=_learn_factors(model, history))


def lead_time(lead_ms: int) -> str:
    """The word for how long before its window a change was planned."""
    for days, word in ((1, "under a day"), (7, "under a week"), (30, "under a month")):
        if lead_ms < days * DAY_MS:
            return word
    return "a month or more"


def size(cis: int) -> str:
    """The word for how many CIs a change touches."""
    return "one" if cis <= 1 else "a few" if cis <= 5 else "many"


def _learn_factors(model: RiskModel, history: Sequence[ClosedChange]) -> dict[tuple[str, str], _Tally]:
    """One factor after the other, each judged by what the levels and the factors before it leave unexplained."""
    odds = [_log_odds(model.by_place(change.facts)[0]) for change in history]
    found: dict[tuple[str, str], _Tally] = {}
    for factor in FACTORS:
        for change, of in zip(history, odds, strict=True):
            if (word := change.facts.factors.get(factor)) is not None:
                tally = found.get((factor, word), _Tally())
                found[factor, word] = tally.plus(trouble=change.trouble, expected=_probability(of))
        for number, change in enumerate(history):
            if (word := change.facts.factors.get(factor)) is not None:
                odds[number] += _shift(found[factor, word])
    return found


def _fit_of(tallies: Sequence[tuple[_Tally, float]]) -> Callable[[float], float]:
    """How likely these tallies are under a strength: the logarithm of the Beta-binomial, its constants left out."""

    def fit(strength: float) -> float:
        return sum(
            _log_beta(tally.troubles + rate * strength, tally.changes - tally.troubles + (1 - rate) * strength)
            - _log_beta(rate * strength, (1 - rate) * strength)
            for tally, rate in tallies
        )

    return fit


def _shrunk(tally: _Tally, rate: float, strength: float) -> float:
    return (tally.troubles + rate * strength) / (tally.changes + strength)


def _shift(tally: _Tally) -> float:
    return log((tally.troubles + FACTOR_STRENGTH) / (tally.expected + FACTOR_STRENGTH))


def _log_beta(one: float, other: float) -> float:
    return lgamma(one) + lgamma(other) - lgamma(one + other)


def _log_odds(probability: float) -> float:
    return log(probability / (1 - probability))


def _probability(log_odds: float) -> float:
    return 1 / (1 + exp(-log_odds))
