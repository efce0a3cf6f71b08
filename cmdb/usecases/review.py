"""The review queue: what evidence cannot decide, each with both sides, and what a person may say about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from cmdb.errors import Invalid, NotFound
from cmdb.identify.proposals import proposals
from cmdb.store.driver import Graph, Transaction
from cmdb.store.identity_text import key_of
from cmdb.store.queries import review as queries
from cmdb.store.queries import sightings
from cmdb.store.queries.proofs import briefs
from cmdb.usecases.evidence import RULES
from cmdb.usecases.evidence_words import aside_words, identifier_words, kind_words
from cmdb.usecases.review_sides import MAX_SIDES, Compared, Side, compare, sides_of
from cmdb.usecases.settling import standing_decisions

__all__ = ["KINDS", "Action", "Compared", "Kind", "Review", "Side", "list_reviews", "show_review"]

Kind = Literal["aside", "ending", "held", "proposal", "replacement"]
MAX_PROPOSED = 500


@dataclass(frozen=True, slots=True)
class Action:
    """What a person may say of a question: a decision ready to be made."""

    kind: Literal["join", "separate"]
    words: str
    sightings: tuple[str, ...]
    apart_from: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Review:
    """One question. `key` names it as long as it stands; `identifier` is the piece of evidence it is about.

    `sides`: at most `MAX_SIDES`, of `side_count`. `scope`: the source that an ending is held by.
    """

    key: str
    kind: Kind
    title: str
    why: str
    identifier: str | None = None
    reason: str | None = None
    scope: str | None = None
    side_count: int = 0
    sides: tuple[Side, ...] = ()
    compared: tuple[Compared, ...] = ()
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class _Question:
    """A review before its sides are looked up: groups of sightings by key; CIs are completed by all their sightings."""

    review: Review
    groups: tuple[tuple[str, ...], ...] = ()


def list_reviews(graph: Graph, kinds: Iterable[Kind] = (), limit: int = 20, after: str = "") -> list[Review]:
    """Open questions by key, from behind the one with this key. `kinds`: none means all."""
    wanted = sorted(set(kinds) or KINDS)
    after_kind, _, after_key = after.partition(":")

    def read(tx: Transaction) -> list[Review]:
        found: list[_Question] = []
        for kind in wanted:
            if kind >= after_kind and len(found) < limit:
                rest = after_key if kind == after_kind else ""
                found += _FINDERS[kind](tx, limit - len(found), rest, None)
        return _completed(tx, found)

    return graph.read(read)


def show_review(graph: Graph, key: str) -> Review:
    """One open question; raises NotFound where it does not stand (any more)."""
    kind, _, rest = key.partition(":")
    finder = next((find for known, find in _FINDERS.items() if known == kind), None)
    if finder is None:
        raise Invalid(f"{key!r} is no key of a review: it begins with one of {', '.join(KINDS)}", "key")
    found = graph.read(lambda tx: _completed(tx, finder(tx, 1, "", rest)))
    if not found:
        raise NotFound("open review", key)
    return found[0]


def _asides(tx: Transaction, limit: int, after: str, key: str | None) -> list[_Question]:
    return [
        _Question(
            Review(
                key=f"aside:{one.aside.identifier}",
                kind="aside",
                title=f"Several things have the {identifier_words(one.aside.identifier)}",
                why=f"It is set aside: {aside_words(one.aside)}.",
                identifier=one.aside.identifier,
                reason=one.aside.reason,
            ),
            tuple((holder,) for holder in _witnesses_first(one.holders, one.aside.witness)),
        )
        for one in queries.asides(tx, limit, after, key)
    ]


def _held(tx: Transaction, limit: int, after: str, key: str | None) -> list[_Question]:
    return [
        _Question(
            Review(
                key=f"held:{one.key}",
                kind="held",
                title="Something was seen, and nothing tells which CI it is",
                why=f"What would identify it is set aside: {', '.join(map(identifier_words, one.lost))}."
                if one.lost
                else "Nothing in it identifies a machine.",
            ),
            ((one.key,), *((other,) for other in one.like)),
        )
        for one in queries.held(tx, limit, after, key)
    ]


def _proposals(tx: Transaction, limit: int, after: str, key: str | None) -> list[_Question]:
    beside, ci_of = queries.beside_held(tx, MAX_PROPOSED)
    found = proposals(beside, {key_of(text): ci for text, ci in ci_of.items()}, standing_decisions(tx), RULES)
    questions: list[_Question] = []
    for one in found:
        a, b = (each.text for each in one.pair)
        addresses = ", ".join(address.address for address in one.addresses)
        questions.append(
            _Question(
                Review(
                    key=f"proposal:{a}~{b}",
                    kind="proposal",
                    title="Two sources may have seen one thing",
                    why=f"Both list the address {addresses}, and both started at the same time; nothing else compares.",
                ),
                ((a,), (b,)),
            )
        )
    name = f"proposal:{key}" if key is not None else None
    return [
        one for one in sorted(questions, key=lambda question: question.review.key)
        if one.review.key == name or (name is None and one.review.key > f"proposal:{after}")
    ][:limit]  # fmt: skip


def _replacements(tx: Transaction, limit: int, after: str, key: str | None) -> list[_Question]:
    return [
        _Question(
            Review(
                key=f"replacement:{one.key}",
                kind="replacement",
                title="A new thing took another's place",
                why="It answers under the same name and address, and the two were never alive together. What people "
                "declared of the former follows the new one.",
            ),
            (one.new, one.old),
        )
        for one in queries.replacements(tx, limit, after, key)
    ]


def _endings(tx: Transaction, limit: int, after: str, key: str | None) -> list[_Question]:
    return [
        _Question(
            Review(
                key=f"ending:{one.scope}",
                kind="ending",
                title=f"{one.count} things vanished at once{f' from {one.ci.title}' if one.ci else ''}",
                why="Its next document ends them: somebody said that they are gone."
                if one.is_released
                else "The source does not list them any more. So much at a time is more often a fault of reading than "
                "the truth, so they stay until somebody says that they are gone.",
                scope=one.scope,
            )
        )
        for one in queries.endings(tx, limit, after, key)
    ]


_FINDERS: dict[Kind, Callable[[Transaction, int, str, str | None], list[_Question]]] = {
    "aside": _asides, "ending": _endings, "held": _held, "proposal": _proposals, "replacement": _replacements,
}  # fmt: skip
KINDS: tuple[Kind, ...] = tuple(_FINDERS)


def _witnesses_first(holders: Sequence[str], witness: Sequence[str]) -> list[str]:
    return [key for key in witness if key in holders] + [key for key in holders if key not in witness]


def _completed(tx: Transaction, questions: Sequence[_Question]) -> list[Review]:
    """The reviews with their sides: sightings of one CI are one side, with all that this CI consists of."""
    named = {key for one in questions for group in one.groups for key in group}
    standing = {key.text: one for key, one in sightings.standing_of(tx, map(key_of, named)).items()} if named else {}
    members = queries.sightings_of_cis(tx, {one.ci for one in standing.values() if one.ci}) if named else {}
    groups_of: list[list[tuple[str, ...]]] = []
    for question in questions:
        groups: dict[str, tuple[str, ...]] = {}
        for group in question.groups:
            for key in group:
                ci = standing[key].ci if key in standing else None
                groups.setdefault(ci or key, members.get(ci, (key,)) if ci else (key,))
        groups_of.append(list(groups.values()))
    shown = {key for groups in groups_of for group in groups[:MAX_SIDES] for key in group}
    found = {one.key: one for one in briefs(tx, shown)} if shown else {}
    return [
        _with_sides(question.review, sides_of(groups[:MAX_SIDES], found), len(groups))
        for question, groups in zip(questions, groups_of, strict=True)
    ]


def _with_sides(review: Review, sides: tuple[Side, ...], count: int) -> Review:
    title = review.title
    if review.kind == "held" and sides:
        title = f"{sides[0].name} was seen, and nothing tells which CI it is"
    return Review(
        review.key, review.kind, title, review.why, review.identifier, review.reason, review.scope, count, sides,
        compare(sides), tuple(_actions(review, sides)) if len(sides) > 1 else (),
    )  # fmt: skip


def _actions(review: Review, sides: Sequence[Side]) -> Iterable[Action]:
    keys = [tuple(one.key for one in side.sightings) for side in sides]
    if review.kind == "held":
        for side, others in zip(sides[1:], keys[1:], strict=True):
            yield Action("join", f"It is {side.name}", (*keys[0], *others))
        yield Action("separate", "It is a thing of its own", keys[0], tuple(key for one in keys[1:] for key in one))
        return
    if len(sides) == 2:
        yield Action("join", "They are one thing", (*keys[0], *keys[1]))
    if review.kind == "proposal":
        yield Action("separate", "They are two things", keys[0], keys[1])
    elif review.kind == "aside":
        kind = kind_words((review.identifier or "").partition(":")[0])
        for number, side in enumerate(sides):
            others = tuple(key for index, one in enumerate(keys) if index != number for key in one)
            yield Action("separate", f"The {kind} is not {side.name}'s", keys[number], others)
