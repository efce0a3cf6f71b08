"""Whether the risk of changes can be relied on: every closed change foretold from those that were closed before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from cmdb.analyse.intervals import wilson
from cmdb.analyse.risk import ClosedChange, learn

BLOCKS = 50
"""How often the model is learnt anew; the changes of a block know nothing of one another."""
EDGES = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class Reliability:
    """Of the changes foretold between `from_` and `to`: the mean of what was foretold, and what came of them.

    `low` and `high` are the 95 % interval of `observed`.
    """

    from_: float
    to: float
    changes: int
    foretold: float
    observed: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Brier scores (the mean of the squared errors; 0 is best) of the model, and of the base rate of the time.

    Over `changes` that were foretold; `abstained` are those of which the model says too little is known; `troubles` is
    how many of the foretold made trouble. Scores are None where none was foretold.
    """

    changes: int
    abstained: int
    troubles: int
    brier: float | None
    brier_of_base_rate: float | None
    table: tuple[Reliability, ...]

    @property
    def skill(self) -> float | None:
        """The share of the base rate's error that the model saves: 1 is perfect, 0 no better, below 0 worse."""
        if self.brier is None or not self.brier_of_base_rate:
            return None
        return 1 - self.brier / self.brier_of_base_rate


def evaluate(history: Sequence[ClosedChange], blocks: int = BLOCKS) -> Evaluation:
    """Foretell each of these changes in the order of their decisions, from what had been closed by then."""
    ordered = sorted(history, key=lambda change: change.decided_at)
    length = max(1, -(-len(ordered) // blocks))
    foretold: list[tuple[float, float, bool]] = []
    abstained = 0
    for start in range(0, len(ordered), length):
        block = ordered[start : start + length]
        known = [change for change in ordered if change.closed_at <= block[0].decided_at]
        model = learn(known)
        for change in block:
            trouble = model.trouble(change.facts)
            if trouble.abstains is not None:
                abstained += 1
            else:
                foretold.append((trouble.probability, trouble.base_rate, change.trouble))
    count = len(foretold)
    return Evaluation(
        changes=count,
        abstained=abstained,
        troubles=sum(came for *_, came in foretold),
        brier=sum((p - came) ** 2 for p, _, came in foretold) / count if count else None,
        brier_of_base_rate=sum((base - came) ** 2 for _, base, came in foretold) / count if count else None,
        table=_table([(p, came) for p, _, came in foretold]),
    )


def _table(foretold: Sequence[tuple[float, bool]]) -> tuple[Reliability, ...]:
    rows: list[Reliability] = []
    for lower, upper in pairwise(EDGES):
        within = [(p, came) for p, came in foretold if lower <= p < upper or p == upper == EDGES[-1]]
        if within:
            count, hits = len(within), sum(came for _, came in within)
            mean = sum(p for p, _ in within) / count
            rows.append(Reliability(lower, upper, count, mean, hits / count, *wilson(hits, count)))
    return tuple(rows)
