"""What trouble would cost: the services that would go down, through the redundancy, by criticality, users and money."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Criticality = Literal["low", "medium", "high", "critical"]
Level = Literal["low", "moderate", "high", "very high"]

CRITICALITIES: tuple[Criticality, ...] = ("low", "medium", "high", "critical")
UNKNOWN: Criticality = "medium"
"""What a service counts as whose criticality nobody declared."""
MATTERS_FROM = 0.05
"""The chance from which on a service decides how grave the consequence is called."""

LEVELS: tuple[Level, ...] = ("low", "moderate", "high", "very high")
LIKELIHOODS = (0.02, 0.1, 0.3)
"""Where a likelihood of trouble becomes moderate, high and very high."""
MATRIX: tuple[tuple[Level, Level, Level, Level], ...] = (
    ("low", "low", "moderate", "moderate"),
    ("low", "moderate", "moderate", "high"),
    ("moderate", "moderate", "high", "very high"),
    ("moderate", "high", "very high", "very high"),
)
"""The level of a risk by its likelihood (down) and its consequence (across), each from low to very high."""


@dataclass(frozen=True, slots=True)
class Exposed:
    """A service, and the chance that it is down if the change goes wrong: redundancy makes it small.

    None is unknown. `cost_per_hour` is in the currency of the installation; `budget_minutes` is the downtime that its
    SLA still allows in the running period.
    """

    service_id: str
    chance: float
    criticality: Criticality | None = None
    users: int | None = None
    cost_per_hour: float | None = None
    budget_minutes: float | None = None


@dataclass(frozen=True, slots=True)
class Consequence:
    """What is to be expected if the change goes wrong, for an outage of this many hours.

    `users` and `cost` are expectations over the services for which they are known, None where they are for none;
    `unpriced` are the services at risk whose cost nobody declared. `breached` are the services whose SLA the outage
    alone would break.
    """

    level: Level
    services: tuple[Exposed, ...]
    users: float | None
    cost: float | None
    unpriced: tuple[str, ...]
    breached: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Risk:
    """Likelihood times consequence. `expected_cost` None: no cost is known."""

    level: Level
    likelihood: Level
    consequence: Level
    expected_cost: float | None


def consequence(services: Sequence[Exposed], outage_hours: float) -> Consequence:
    """What an outage of this length would mean; services come out with the gravest first."""
    exposed = sorted(
        (one for one in services if one.chance > 0),
        key=lambda one: (-one.chance * (1 + _grade(one)), one.service_id),
    )
    users = [one.chance * one.users for one in exposed if one.users is not None]
    costs = [one.chance * one.cost_per_hour * outage_hours for one in exposed if one.cost_per_hour is not None]
    grades = [_grade(one) for one in exposed if one.chance >= MATTERS_FROM]
    return Consequence(
        level=LEVELS[max(grades, default=0)],
        services=tuple(exposed),
        users=sum(users) if users else None,
        cost=sum(costs) if costs else None,
        unpriced=tuple(one.service_id for one in exposed if one.cost_per_hour is None),
        breached=tuple(
            one.service_id
            for one in exposed
            if one.budget_minutes is not None and outage_hours * 60 > one.budget_minutes
        ),
    )


def risk(likelihood: float, of: Consequence) -> Risk:
    """The risk of trouble that is as likely as this and has this consequence."""
    grade = sum(likelihood >= edge for edge in LIKELIHOODS)
    across = LEVELS.index(of.level)
    return Risk(
        level=MATRIX[grade][across],
        likelihood=LEVELS[grade],
        consequence=of.level,
        expected_cost=None if of.cost is None else likelihood * of.cost,
    )


def _grade(one: Exposed) -> int:
    return CRITICALITIES.index(one.criticality or UNKNOWN)
