"""What it takes to say that sightings are one thing, or that one of them is another: the pairs behind a word."""

from __future__ import annotations

from collections.abc import Iterable

from cmdb.identify.evidence import linking_identifiers
from cmdb.identify.rules import Rules
from cmdb.identify.sighting import Claim, Decisions, Identifier, Pair, Sighting, SightingKey


def joining(keys: Iterable[SightingKey]) -> Decisions:
    """That all of these are one thing; each but the first is bound to the first."""
    first, *others = sorted(set(keys))
    return Decisions.of(must=((first, other) for other in others))


def separating(odd: Sighting, others: Iterable[Sighting], rules: Rules) -> Decisions:
    """That `odd` is none of the others, and that what it has in common with them is not its own.

    The others keep what they share among themselves: an identifier is set aside for everyone only where nobody
    says whose it is.
    """
    rest = [one for one in others if one.key != odd.key]
    common = frozenset[Identifier]().union(*(linking_identifiers(one, rules) for one in rest))
    return Decisions.of(
        cannot=((odd.key, one.key) for one in rest),
        disavowed=((odd.key, one) for one in linking_identifiers(odd, rules) & common),
    )


def together(*decisions: Decisions) -> Decisions:
    """All that several decisions say."""
    return Decisions(
        must=frozenset[Pair]().union(*(one.must for one in decisions)),
        cannot=frozenset[Pair]().union(*(one.cannot for one in decisions)),
        disavowed=frozenset[Claim]().union(*(one.disavowed for one in decisions)),
    )


def disputes(decisions: Decisions) -> frozenset[Pair]:
    """The separated pairs that joins would make one all the same; whoever decides so is refused."""
    set_of: dict[SightingKey, set[SightingKey]] = {}
    for a, b in decisions.must:
        joined = set_of.get(a, {a}) | set_of.get(b, {b})
        set_of.update(dict.fromkeys(joined, joined))
    return frozenset((a, b) for a, b in decisions.cannot if b in set_of.get(a, ()))
