"""The same question asked of an instant: a query over what is so, made into one over what held then.

A relationship that ended carries the past form of its verb, so that history never slows a question about now. Asked of
an instant, either form counts, where its interval holds that instant. Each query is written once, for now; what is
asked of the past cannot drift away from it.
"""

from __future__ import annotations

import re
from itertools import count
from typing import LiteralString, cast

HELD = "coalesce({0}.valid_from, 0) <= $at AND coalesce({0}.valid_to > $at, true)"
NOW = 2**62
"""An instant for queries that always take one: at it, what has ended has ended, and the rest holds."""

_PAST = "WAS_"
_WERE: LiteralString = """
CALL (nodes) {
  UNWIND nodes AS x
  MATCH (x)-[:HAD]->(c:Claim) WHERE c.attribute IN $weighed AND c.valid_from <= $at AND c.valid_to > $at
  WITH x, c ORDER BY c.valid_from
  RETURN collect([x.id, c.attribute, c.value]) AS were
}
"""
_RELATIONSHIP = re.compile(
    r"(?P<left><?-)\[(?P<name>\w*):(?P<types>[A-Z_|]+)(?:\*(?P<least>\d*)\.\.(?P<most>\w*))?\](?P<right>->?)"
)
_IS_ACTIVE = re.compile(r"(\w+)\.state = 'active'")


def as_of(query: LiteralString) -> LiteralString:
    """The query over what held at `$at` (epoch ms), beside its own parameters.

    A pattern that names past forms itself stays as it is, and so do values of nodes. `type(r)` may be a past form.
    """
    numbers = count(1)

    def held(found: re.Match[str]) -> str:
        types = found["types"].split("|")
        if any(one.startswith(_PAST) for one in types):
            return found[0]
        name = found["name"] or f"held_{next(numbers)}"
        ever = "|".join(form for one in types for form in (one, _PAST + one))
        one_hop = f"{found['left']}[{name}:{ever} WHERE {HELD.format(name)}]{found['right']}"
        if found["least"] is None:
            return one_hop
        return f" ((){one_hop}()){{{found['least']},{found['most']}}} "

    past = _RELATIONSHIP.sub(held, query)
    # Made from the texts of this package, never from input.
    return cast("LiteralString", _IS_ACTIVE.sub(lambda found: HELD.format(found[1]), past))


def as_of_with_values(query: LiteralString) -> LiteralString:
    """The same, for a query that ends with CIs in `nodes` at hand; it then has `were` too.

    Those are [id, attribute, value] of the values of `$weighed` that they had then and have no more; null: none.
    """
    return as_of(query) + _WERE


def verb_of(kind: str) -> str:
    """The verb of a relationship type, which may be a past form."""
    return kind.removeprefix(_PAST)
