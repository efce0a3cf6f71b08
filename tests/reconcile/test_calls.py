from __future__ import annotations

from cmdb.reconcile.calls import Derived, FarEndState, Listener, Use, derive
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
