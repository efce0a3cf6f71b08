"""How likely each CI goes down, given how likely what is touched fails: exact where small, else sampled with its error.

Everything is played in one graph, so a cause that several redundant members share fails them together. What nobody
can know is how the failures of one hazard hang together: by themselves, or all from one cause. Both are
computed.
"""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache
from itertools import chain, pairwise, product
from math import log, log1p, prod
from random import Random
from typing import Literal

from cmdb.analyse.answer import Effect
from cmdb.analyse.intervals import wilson
from cmdb.analyse.neighbourhood import Neighbourhood, Node
from cmdb.analyse.scenarios import Outcome, play

Pace = Literal["together", "rolling"]
EXACT_SCENARIOS = 1 << 14
SAMPLES = 10_000
MAX_STEPS = 500
_DIGITS = 24  # of a probability in binary, when bits are drawn
_RARE = 0.02


@dataclass(frozen=True, slots=True)
class Touch:
    """A CI that may come to fail, with this probability."""

    ci_id: str
    probability: float
    effect: Effect = "down"


@dataclass(frozen=True, slots=True)
class Hazard:
    """What may fail for one reason: a change with its CIs, or one CI by itself.

    `rolling` touches one CI after the other, and each is well again before the next: what counts is each failure
    alone, never two of them at once. `together` has them failed at the same time.
    """

    touches: tuple[Touch, ...]
    pace: Pace = "together"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A probability; `low` and `high` are its 95 % interval from sampling, and equal to it where it is exact."""

    probability: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Likely:
    """How likely a CI goes down, and is degraded or worse, by the failures.

    `independent` lets the CIs of a hazard fail each by itself, `correlated` lets the likelier fail whenever one less
    likely does: a pair is safest under the first, what needs both under the second, so the truth usually lies between.
    """

    ci: Node
    down_independent: Estimate
    down_correlated: Estimate
    affected_independent: Estimate
    affected_correlated: Estimate


@dataclass(frozen=True, slots=True)
class Likelihood:
    """The CIs that may be affected, the likeliest to go down first. `samples` None: the numbers are exact."""

    cis: tuple[Likely, ...]
    samples: int | None


def likelihood(
    neighbourhood: Neighbourhood,
    hazards: Sequence[Hazard],
    excluded: Set[str] = frozenset(),
    context: Set[str] = frozenset(),
    seed: int = 0,
    samples: int = SAMPLES,
) -> Likelihood:
    """How likely everything is affected by these hazards, which are independent of each other.

    `context` is down in any case. Raises ValueError for ids outside of the neighbourhood, probabilities
    outside of 0 and 1, a CI that a hazard touches twice, and more steps of rolling hazards than MAX_STEPS.
    """
    n = neighbourhood
    _check(hazards)
    numbered = [[(number, touch) for touch in hazard.touches] for number, hazard in enumerate(hazards)]
    paces: list[Pace] = [hazard.pace for hazard in hazards]
    steps = list(product(*map(_steps, paces, numbered)))
    blocked = {n.index_of(ci_id) for ci_id in excluded if ci_id in n}
    always = [n.index_of(ci_id) for ci_id in context]
    independent = [(one,) for hazard in numbered for one in hazard]
    correlated = numbered
    is_exact = all(_size(causes) <= EXACT_SCENARIOS for causes in (independent, correlated))
    found: list[tuple[Outcome, Callable[[int], Estimate]]] = []
    alike = all(len(hazard) <= 1 for hazard in numbered)  # then the two are one
    for causes in (independent,) if alike else (independent, correlated):
        drawn = _enumerate(causes) if is_exact else _sample(causes, samples, Random(seed))  # noqa: S311 - no secret
        found.append((_play_all(n, drawn, steps, always, blocked), drawn.estimate))
    (one, of_one), (other, of_other) = found[0], found[-1]
    cis = [
        Likely(n.node(node), of_one(one.down[node]), of_other(other.down[node]),
               of_one(one.touched[node]), of_other(other.touched[node]))
        for node in range(len(n.ids))
        if node not in n.groups and (one.touched[node] or other.touched[node])
    ]  # fmt: skip
    cis.sort(key=lambda likely: (-_worst(likely), likely.ci.id))
    return Likelihood(tuple(cis), None if is_exact else samples)


_Numbered = tuple[int, Touch]  # the number of its hazard, and the touch
_Cause = Sequence[_Numbered]


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Scenarios: in which of them each touch fails, how many there are, and how likely a set of them is."""

    fails: Mapping[_Numbered, int]
    everything: int
    estimate: Callable[[int], Estimate]


def _check(hazards: Sequence[Hazard]) -> None:
    for hazard in hazards:
        if len({touch.ci_id for touch in hazard.touches}) != len(hazard.touches):
            raise ValueError("a hazard touches a CI twice")
        for touch in hazard.touches:
            if not 0 <= touch.probability <= 1:
                raise ValueError(f"a probability lies between 0 and 1, not at {touch.probability}")
    if (count := prod(len(hazard.touches) for hazard in hazards if hazard.pace == "rolling")) > MAX_STEPS:
        raise ValueError(f"rolling changes that overlap have {count} steps to look at, more than {MAX_STEPS}")


def _steps(pace: Pace, touches: _Cause) -> list[_Cause]:
    """What of a hazard can be failed at one time."""
    return [touches] if pace == "together" else [[one] for one in touches]


def _size(causes: Sequence[_Cause]) -> int:
    return prod(len(_outcomes(cause)) for cause in causes)


def _outcomes(cause: _Cause) -> list[tuple[float, frozenset[_Numbered]]]:
    """What may become of one cause, with the probability of each: the likelier fails whenever the less likely does."""
    falling = sorted({touch.probability for _, touch in cause} | {0.0, 1.0}, reverse=True)
    return [
        (upper - lower, frozenset(one for one in cause if one[1].probability >= upper))
        for upper, lower in pairwise(falling)
    ]


def _enumerate(causes: Sequence[_Cause]) -> _Drawn:
    """Every combination of outcomes, as one scenario each, numbered with the last cause running fastest."""
    outcomes = [_outcomes(cause) for cause in causes]
    widths = [prod(map(len, outcomes[at + 1 :])) for at in range(len(outcomes))]
    count = prod(map(len, outcomes))
    everything = (1 << count) - 1
    fails: dict[_Numbered, int] = {}
    for of, width in zip(outcomes, widths, strict=True):
        block = (1 << width) - 1
        every = everything // ((1 << width * len(of)) - 1)
        for number, (_, failed) in enumerate(of):
            for one in failed:
                fails[one] = fails.get(one, 0) | (block << number * width) * every

    @cache
    def weigh(scenarios: int, at: int) -> float:
        if not scenarios:
            return 0.0
        if at == len(outcomes):
            return 1.0
        block = (1 << widths[at]) - 1
        parts = ((weight, scenarios >> number * widths[at] & block) for number, (weight, _) in enumerate(outcomes[at]))
        return sum(weight * weigh(part, at + 1) for weight, part in parts)

    def estimate(scenarios: int) -> Estimate:
        probability = min(1.0, weigh(scenarios, 0))
        return Estimate(probability, probability, probability)

    return _Drawn(fails, everything, estimate)


def _sample(causes: Sequence[_Cause], samples: int, random: Random) -> _Drawn:
    everything = (1 << samples) - 1
    fails: dict[_Numbered, int] = {}
    for cause in causes:
        drawn, before = everything, 1.0
        for one in sorted(cause, key=lambda one: -one[1].probability):
            if one[1].probability < before:
                drawn &= _bernoulli(one[1].probability / before, samples, random)
                before = one[1].probability
            fails[one] = drawn

    @cache
    def estimate(scenarios: int) -> Estimate:
        hits = scenarios.bit_count()
        return Estimate(hits / samples, *wilson(hits, samples))

    return _Drawn(fails, everything, estimate)


def _bernoulli(probability: float, count: int, random: Random) -> int:
    """So many bits, each set with this probability."""
    if probability >= 1:
        return (1 << count) - 1
    if probability < _RARE:
        return _rare_bits(probability, count, random)
    digits, drawn = round(probability * (1 << _DIGITS)), 0
    for place in range(_DIGITS):  # the binary digits of the probability, from the last, choose between or and and
        if drawn or digits >> place & 1:
            bits = random.getrandbits(count)
            drawn = drawn | bits if digits >> place & 1 else drawn & bits
    return drawn


def _rare_bits(probability: float, count: int, random: Random) -> int:
    """The same by the gaps between bits that are set, which costs what is set and not what is drawn."""
    drawn = 0
    if probability > 0:
        at, log_of_none = -1, log1p(-probability)
        while (at := at + 1 + int(log(1 - random.random()) / log_of_none)) < count:
            drawn |= 1 << at
    return drawn


def _play_all(
    n: Neighbourhood,
    drawn: _Drawn,
    steps: Sequence[Sequence[_Cause]],
    always: Sequence[int],
    blocked: Set[int],
) -> Outcome:
    """What is affected at any of the steps, by scenario."""
    whole = Outcome([0] * len(n.ids), [0] * len(n.ids))
    for step in steps:
        down = dict.fromkeys(always, drawn.everything)
        degraded: dict[int, int] = {}
        for one in chain.from_iterable(step):
            stated = down if one[1].effect == "down" else degraded
            node = n.index_of(one[1].ci_id)
            stated[node] = stated.get(node, 0) | drawn.fails.get(one, 0)
        outcome = play(n, down, degraded, blocked)
        for node in range(len(n.ids)):
            whole.touched[node] |= outcome.touched[node]
            whole.down[node] |= outcome.down[node]
    return whole


def _worst(likely: Likely) -> float:
    return max(likely.down_independent.probability, likely.down_correlated.probability)
