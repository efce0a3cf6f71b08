"""The blast radius in a ticket's words: which services, whose teams, how many of what."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from cmdb.analyse.answer import Reached, Reason, shown_state
from cmdb.analyse.impact import Impact

SERVICE_TYPES = frozenset({"BusinessService", "Application"})


@dataclass(frozen=True, slots=True)
class AffectedService:
    """A service that is reached, and why."""

    service: Reached
    reason: Reason


@dataclass(frozen=True, slots=True)
class TeamShare:
    """A team and the CIs of the blast radius that it is responsible for, the worst first."""

    team_id: str
    cis: tuple[Reached, ...]


@dataclass(frozen=True, slots=True)
class TypeCount:
    """How many CIs of a type are down, degraded, and otherwise up but isolated, or else at risk."""

    type: str
    down: int
    degraded: int
    at_risk: int
    isolated: int = 0


@dataclass(frozen=True, slots=True)
class Blast:
    """A summary of an impact: services and teams with the worst first, types by number."""

    services: tuple[AffectedService, ...]
    teams: tuple[TeamShare, ...]
    counts: tuple[TypeCount, ...]


def summarise(
    impact: Impact,
    teams: Mapping[str, Collection[str]],
    service_types: Collection[str] = SERVICE_TYPES,
) -> Blast:
    """The summary of this impact; `teams` gives the ids of the teams responsible for each CI id."""
    worst_first = sorted(impact.reached, key=_severity)
    shares: dict[str, list[Reached]] = {}
    for reached in worst_first:
        for team_id in sorted(set(teams.get(reached.ci.id, ()))):
            shares.setdefault(team_id, []).append(reached)
    return Blast(
        services=tuple(
            AffectedService(reached, impact.reason(reached.ci.id))
            for reached in worst_first
            if reached.ci.type in service_types
        ),
        teams=tuple(TeamShare(team_id, tuple(cis)) for team_id, cis in shares.items()),
        counts=_count(impact.reached),
    )


def _severity(reached: Reached) -> tuple[int, int, str]:
    return (("down", "degraded", "up").index(reached.state), reached.distance, reached.ci.id)


def _count(reached: Collection[Reached]) -> tuple[TypeCount, ...]:
    by_state = Counter((r.ci.type, shown_state(r.state, isolated=r.isolated)) for r in reached)
    by_type = Counter(r.ci.type for r in reached)
    return tuple(
        TypeCount(kind, *(by_state[kind, state] for state in ("down", "degraded", "at_risk", "isolated")))
        for kind, _ in sorted(by_type.items(), key=lambda item: (-item[1], item[0]))
    )
