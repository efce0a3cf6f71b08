"""Redundancy groups that what was discovered suggests; each is hard until a person accepts it."""

from collections.abc import Iterable, Set
from dataclasses import dataclass
from typing import Literal

from cmdb.analyse.neighbourhood import Mode

Basis = Literal["listeners", "cluster", "pool", "replicas", "power", "uplinks"]


@dataclass(frozen=True, slots=True)
class Alternative:
    """One of several that may do for a holder, on what basis: a listener that it calls, a node of its cluster.

    `shared` names what the alternatives have in common: product and port, the name of the cluster or of the pool.
    """

    holder: str
    member: str
    basis: Basis
    shared: str


@dataclass(frozen=True, slots=True)
class ProposedGroup:
    """Members of which `k` are assumed to be needed, for holders with the same alternatives; all ids are sorted.

    `key` is the same for the same members on the same basis, so that what a person decided holds.
    """

    key: str
    holders: tuple[str, ...]
    members: tuple[str, ...]
    k: int
    mode: Mode
    why: str


@dataclass(frozen=True, slots=True)
class _Suggestion:
    majority: bool
    mode: Mode
    why: str


_SUGGESTIONS: dict[Basis, _Suggestion] = {
    "listeners": _Suggestion(False, "standby", "It calls {count} that are the same: {shared}."),
    "cluster": _Suggestion(True, "standby", "These {count} are the cluster {shared}; most of them are needed."),
    "pool": _Suggestion(False, "capacity", "A load balancer spreads over {count} of them: {shared}."),
    "replicas": _Suggestion(False, "standby", "They hold the same data {count} times: {shared}."),
    "power": _Suggestion(False, "standby", "It is fed from {count} sides."),
    "uplinks": _Suggestion(False, "capacity", "It has {count} uplinks: {shared}."),
}


def propose_groups(
    alternatives: Iterable[Alternative], decided: Set[str], covered: Set[tuple[str, frozenset[str]]]
) -> tuple[ProposedGroup, ...]:
    """A group wherever a holder has at least two alternatives on one basis, by key.

    Left out are keys that a person decided on (`decided`), either way, and holders that have a group with all
    these members (`covered`: holder and members).
    """
    members_of: dict[tuple[str, Basis, str], set[str]] = {}
    for one in alternatives:
        members_of.setdefault((one.holder, one.basis, one.shared), set()).add(one.member)
    holders: dict[tuple[Basis, str, tuple[str, ...]], set[str]] = {}
    for (holder, basis, shared), members in members_of.items():
        known = any(of == holder and members <= group for of, group in covered)
        if len(members - {holder}) > 1 and not known:
            holders.setdefault((basis, shared, tuple(sorted(members - {holder}))), set()).add(holder)
    found = [_proposed(basis, shared, members, of) for (basis, shared, members), of in holders.items()]
    return tuple(sorted((one for one in found if one.key not in decided), key=lambda one: one.key))


def _proposed(basis: Basis, shared: str, members: tuple[str, ...], holders: Set[str]) -> ProposedGroup:
    suggestion, count = _SUGGESTIONS[basis], len(members)
    return ProposedGroup(
        key=f"{basis}:{shared}:{'~'.join(members)}",
        holders=tuple(sorted(holders)),
        members=members,
        k=count // 2 + 1 if suggestion.majority else 1,
        mode=suggestion.mode,
        why=suggestion.why.format(count=count, shared=shared),
    )
