from __future__ import annotations

from cmdb.reconcile.calls import Derived, FarEndState, Interval, Listener, Use, derive
from cmdb.reconcile.edges import Edge, EdgeKey

NOW = 10_000_000
KEY = "default|tcp|10.0.0.2|5432"


def state(
    *listeners: Listener, uses: tuple[str, ...] = ("app",), derived: dict[EdgeKey, Edge] | None = None
) -> FarEndState:
    users = tuple(Use(service, Edge(1, "scope", 2)) for service in uses)
    return FarEndState(KEY, "tcp", "10.0.0.2", 5432, users, listeners, derived or {})


def listener(service: str, machine: str = "db", seen: int = NOW, listens: str = "tcp 0.0.0.0:5432") -> Listener:
    return Listener(service, machine, (listens,), seen, 1_000)


def called(found: Derived) -> list[tuple[str, str, str]]:
    return [(key.verb, key.start, key.end) for key in found.edges]


def test_one_machine_that_listens_is_called() -> None:
    assert called(derive(state(listener("postgres")), NOW)) == [("CALLS", "app", "postgres")]


def test_a_service_does_not_call_itself() -> None:
    assert called(derive(state(listener("app")), NOW)) == []


def test_whoever_held_the_address_before_and_fell_silent_does_not_answer_for_the_machine_that_has_it_now() -> None:
    found = derive(state(listener("old", "gone", seen=NOW - 1_000_000), listener("new", "here")), NOW)
    assert called(found) == [("CALLS", "app", "new")]


def test_where_all_are_silent_the_last_one_seen_answers() -> None:
    found = derive(state(listener("a", "m1", seen=100), listener("b", "m2", seen=200)), NOW)
    assert called(found) == [("CALLS", "app", "b")]


def test_two_live_holders_are_a_group_of_which_one_will_do() -> None:
    found = derive(state(listener("a", "m1"), listener("b", "m2")), NOW)
    assert found.group
    assert called(found) == [
        ("NEEDS", "app", found.group), ("ANY_OF", found.group, "a"), ("ANY_OF", found.group, "b"),
    ]  # fmt: skip


def test_a_call_stays_while_nobody_answers_and_goes_with_its_caller() -> None:
    edge = {EdgeKey("CALLS", "app", "postgres", KEY): Edge(1, "scope", 2)}
    assert called(derive(state(derived=edge), NOW)) == [("CALLS", "app", "postgres")]
    assert called(derive(state(uses=(), derived=edge), NOW)) == []


def since(found: Derived) -> dict[str, int]:
    """When the relationships to each began."""
    return {key.end: edge.valid_from for key, edge in found.edges.items()}


def at(service: str, machine: str, ran: tuple[Interval, ...], reached: tuple[Interval, ...]) -> Listener:
    return Listener(service, machine, ("tcp 0.0.0.0:5432",), NOW, 1_000, ran, reached)


def test_a_call_begins_when_its_service_ran_there_and_the_machine_had_the_address() -> None:
    assert since(derive(state(at("db", "m", ((5, None),), ((3, None),))), NOW)) == {"db": 5}
    assert since(derive(state(at("db", "m", ((5, None),), ((8, None),))), NOW)) == {"db": 8}
    assert since(derive(state(at("db", "m", ((0, None),), ())), NOW)) == {"db": 1}


def test_a_call_began_before_its_service_was_away_for_a_while() -> None:
    assert since(derive(state(at("db", "m", ((0, 4), (9, None)), ((0, None),))), NOW)) == {"db": 1}
    assert since(derive(state(at("db", "m", ((2, 4), (9, None)), ((5, None),))), NOW)) == {"db": 9}


def test_a_group_begins_when_a_second_machine_can_have_answered() -> None:
    found = derive(state(at("a", "m1", ((0, None),), ()), at("b", "m2", ((7, None),), ())), NOW)
    assert found.group
    assert since(found) == {found.group: 7, "a": 7, "b": 7}
