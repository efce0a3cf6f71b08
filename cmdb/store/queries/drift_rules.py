"""What people said is always, or never, noise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import LiteralString

from cmdb.store.driver import Transaction, row, rows
from cmdb.store.queries.counters import next_number

MAX_RULES = 1_000

_CREATE: LiteralString = """
CREATE (r:NoiseRule {id: $id, number: $number, type: $type, attribute: $attribute, is_noise: $is_noise, reason: $reason,
                     made_by: $by, made_at: $at, expires_at: $expires_at, names_ci: $ci IS NOT NULL})
WITH r
OPTIONAL MATCH (x:CI {id: $ci})
FOREACH (ci IN CASE WHEN x IS NULL THEN [] ELSE [x] END | CREATE (r)-[:ABOUT]->(ci))
"""

# One that names a CI which is gone is about nothing any more, and not about everything.
_ALL: LiteralString = """
MATCH (r:NoiseRule)
OPTIONAL MATCH (r)-[:ABOUT]->(x:CI)
WITH r, x ORDER BY r.number DESC LIMIT $limit
RETURN collect([r.id, r.type, r.attribute, r.is_noise, r.reason, r.made_by, r.made_at, r.expires_at, r.ended_by,
                r.ended_at, r.names_ci, x.id, x.title]) AS rules
"""

_END: LiteralString = """
MATCH (r:NoiseRule {id: $id}) WHERE r.ended_at IS NULL
SET r.ended_at = $at, r.ended_by = $by
RETURN r.id AS id
"""


@dataclass(frozen=True, slots=True)
class StoredRule:
    """A rule. `expires_at` None: it stands until somebody ends it; `ended_at` None: nobody has.

    `ci`, `ci_title`: the CI that it is about alone; None: all, or with `names_ci` one that is gone.
    """

    id: str
    type: str
    attribute: str
    is_noise: bool
    reason: str
    made_by: str
    made_at: int
    expires_at: int | None
    ended_by: str | None
    ended_at: int | None
    names_ci: bool
    ci: str | None
    ci_title: str | None

    def is_in_force(self, now: int) -> bool:
        """Whether it counts at an instant (epoch ms)."""
        is_over = self.ended_at is not None or (self.expires_at is not None and self.expires_at <= now)
        return not is_over and not (self.names_ci and self.ci is None)


def create_rule(
    tx: Transaction, *, type: str, attribute: str, ci: str | None, is_noise: bool, reason: str, by: str, at: int,
    expires_at: int | None,
) -> str:  # fmt: skip
    """Keep a rule; returns its id, such as NSE-000001."""
    number = next_number(tx, "noise")
    rule_id = f"NSE-{number:06d}"
    rows(
        tx, _CREATE, id=rule_id, number=number, type=type, attribute=attribute, is_noise=is_noise, reason=reason, by=by,
        at=at, expires_at=expires_at, ci=ci,
    )  # fmt: skip
    return rule_id


def all_rules(tx: Transaction) -> list[StoredRule]:
    """The rules, newest first, at most the newest `MAX_RULES`."""
    return [StoredRule(*one) for one in row(tx, _ALL, limit=MAX_RULES)["rules"]]


def end_rule(tx: Transaction, rule_id: str, at: int, by: str) -> bool:
    """End a rule; False where there is none that stands."""
    return bool(rows(tx, _END, id=rule_id, at=at, by=by))
