"""What people say is always, or never, noise."""

from __future__ import annotations

from cmdb.analyse.drift import PRESENCE, NoiseRule
from cmdb.analyse.presence import ADDRESS, CABLE
from cmdb.errors import Invalid, NotFound
from cmdb.model.types import BY_LABEL
from cmdb.store.driver import Graph, Transaction
from cmdb.store.queries import drift_rules as stored
from cmdb.store.queries.drift_rules import StoredRule
from cmdb.usecases.drift_words import is_package
from cmdb.usecases.resolve import resolve
from cmdb.usecases.tickets import checked_text

__all__ = ["StoredRule", "end_rule", "list_rules", "make_rule", "rules_in_force"]

MAX_ATTRIBUTE = 300


def make_rule(
    graph: Graph, *, type: str, attribute: str, is_noise: bool, reason: str | None, by: str, now: int,
    ci: str | None = None, expires_at: int | None = None,
) -> StoredRule:  # fmt: skip
    """Say that an attribute always (`is_noise`) or never is noise: of every CI of a type, or of `ci` and what is in it.

    It counts from the next look for drift on, also for what is open. `ci`: as `resolve` takes it. Raises Invalid, and
    what `resolve` raises.
    """
    words = checked_text(reason, "reason")
    if words is None:
        raise Invalid("say why", "reason")
    _check(type, attribute)
    if expires_at is not None and expires_at <= now:
        raise Invalid("this is over already", "expires_at")
    named = resolve(graph, ci, "ci").id if ci else None
    rule_id = graph.write(
        lambda tx: stored.create_rule(
            tx, type=type, attribute=attribute, ci=named, is_noise=is_noise, reason=words, by=by, at=now,
            expires_at=expires_at,
        )
    )  # fmt: skip
    return next(one for one in list_rules(graph) if one.id == rule_id)


def list_rules(graph: Graph) -> list[StoredRule]:
    """Every rule, newest first, those that are over among them."""
    return graph.read(stored.all_rules)


def end_rule(graph: Graph, rule_id: str, by: str, now: int) -> None:
    """A rule counts no more; raises NotFound where none of this id stands."""
    if not graph.write(lambda tx: stored.end_rule(tx, rule_id, now, by)):
        raise NotFound("rule in force", rule_id)


def rules_in_force(tx: Transaction, now: int) -> list[NoiseRule]:
    """The rules that count at an instant, newest first."""
    return [
        NoiseRule(
            id=one.id, type=one.type, attribute=one.attribute, ci=one.ci, is_noise=one.is_noise, reason=one.reason
        )
        for one in stored.all_rules(tx)
        if one.is_in_force(now)
    ]  # fmt: skip


def _check(ci_type: str, attribute: str) -> None:
    if ci_type not in BY_LABEL:
        raise Invalid(f"there is no type {ci_type!r}", "type")
    known = attribute in BY_LABEL[ci_type].by_name or attribute in (PRESENCE, ADDRESS, CABLE)
    if len(attribute) > MAX_ATTRIBUTE or not (known or is_package(attribute)):
        raise Invalid(
            f"{ci_type} has no {attribute!r}: name an attribute, {PRESENCE}, {ADDRESS}, {CABLE}, or a package as a "
            "finding does",
            "attribute",
        )
