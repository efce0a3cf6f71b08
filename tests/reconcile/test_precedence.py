"""Which value wins: the order of sources, what a person says, and that the order in which they came does not matter."""

from __future__ import annotations

from itertools import permutations
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmdb.identify.sighting import SightingKey
from cmdb.model.preferences import rank_of
from cmdb.model.sections import SECTIONS
from cmdb.model.sources import SOURCE_KINDS
from cmdb.model.vocabulary import Attribute, Value
from cmdb.observation.claims import claims_of
from cmdb.observation.document import decode
from cmdb.reconcile.content import EMPTY, Content, ContentItem
from cmdb.reconcile.manual import ManualValue, latest, override
from cmdb.reconcile.overlay import overlay
from cmdb.reconcile.precedence import Contender, Ground, choose, fresh, ground_of, ranked
from cmdb.reconcile.projection import Member, Projection, project
from tests.support.hosts import START, encoded, host

WHOLE = Attribute(name="os_version", about="A test's.", section="operating_system")
UNION = Attribute(name="listed", about="A test's.", section="network", kind="texts", merge="union")


def contender(value: Value, kind: str = "agent", *, fresh: bool = True, since: int = 1, scope: str = "") -> Contender:
    return Contender(value, scope or f"{kind}|{value}", rank_of(kind, "Server", "os_version"), fresh, since)


CASES: list[tuple[str, list[Contender], Value, Ground]] = [
    ("one source", [contender("a")], "a", "alone"),
    ("all say the same", [contender("a"), contender("a", "ssh")], "a", "agreed"),
    ("rank", [contender("a", "snmp", since=9), contender("b", "ssh", since=1)], "b", "rank"),
    ("a silent agent", [contender("a", fresh=False, since=9), contender("b", "import")], "b", "fresh"),
    ("all silent", [contender("a", fresh=False), contender("b", "ssh", fresh=False)], "a", "rank"),
    ("the later claim", [contender("a", since=5), contender("b", since=6)], "b", "later"),
    ("the key", [contender("a", scope="x"), contender("b", scope="y")], "b", "key"),
    ("a value of nothing", [contender(0, since=2), contender(7, since=1)], 0, "later"),
]


@pytest.mark.parametrize(("contenders", "value", "ground"), [case[1:] for case in CASES], ids=[one[0] for one in CASES])
def test_a_value_wins_for_the_first_reason_that_tells_two_apart(
    contenders: list[Contender], value: Value, ground: Ground
) -> None:
    for order in permutations(contenders):
        assert choose(WHOLE, order)[0] == value
        assert ground_of(WHOLE, ranked(order)) == ground


def test_a_value_that_nobody_claims_has_no_winner() -> None:
    with pytest.raises(ValueError, match="os_version"):
        choose(WHOLE, [])


def test_lists_that_are_joined_hold_what_any_source_lists_each_once() -> None:
    said = [contender(["b", "a"]), contender(["c", "a"], "ssh", fresh=False)]
    assert choose(UNION, said)[0] == ["a", "b", "c"]
    assert ground_of(UNION, ranked(said)) == "joined"
    assert choose(WHOLE, said)[0] == ["b", "a"]


KINDS = st.sampled_from(sorted(SOURCE_KINDS))
CONTENDERS = st.lists(
    st.builds(contender, st.sampled_from("abc"), KINDS, fresh=st.booleans(), since=st.integers(0, 3),
              scope=st.uuids().map(str)),
    min_size=1, max_size=6,
)  # fmt: skip


@given(CONTENDERS, st.randoms(use_true_random=False))
def test_what_wins_depends_on_what_is_said_and_not_on_who_came_first(said: list[Contender], random: Random) -> None:
    mixed = list(said)
    random.shuffle(mixed)
    assert choose(WHOLE, mixed) == choose(WHOLE, said)
    assert ground_of(WHOLE, ranked(mixed)) == ground_of(WHOLE, ranked(said))
    winner = choose(WHOLE, said)[1]
    assert winner.is_fresh or not any(one.is_fresh for one in said)


def test_the_silent_lose_and_where_all_are_silent_nothing_turns_around() -> None:
    until = {"agent": 100, "ssh": 500}
    assert fresh(until, 100) == {"agent", "ssh"}
    assert fresh(until, 101) == {"ssh"}
    assert fresh(until, 10_000) == {"ssh"}
    assert fresh({}, 7) == frozenset()


def manual(number: int, value: Value = "x", *, anchor: str = "a", at: int = 1, until: int | None = None) -> ManualValue:
    return ManualValue(
        id=f"m{number}", anchor=anchor, births=(anchor,), scope="s", attribute="os_version", value=value, reason="r",
        set_by="alice", set_at=at, expires_at=until,
    )  # fmt: skip


def test_what_a_person_set_counts_until_the_instant_at_which_it_expires() -> None:
    assert manual(1, until=10).holds(9)
    assert not manual(1, until=10).holds(10)
    assert manual(1).holds(10**15)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_of_what_several_people_set_the_last_counts(order: tuple[int, ...]) -> None:
    values = [manual(1, "old", at=1), manual(2, "new", at=2), manual(3, "same time", at=2)]
    assert latest(values[place] for place in order)["os_version"].value == "same time"


def member(kind: str, since: int, *, fresh: bool = True, **values: Value) -> Member:
    key = SightingKey(f"{kind}|target", "host", 0)
    item = ContentItem("Server", None, dict(values), {}, "host", since, since)
    port = ContentItem(
        "NetworkInterface", "host", {"name": "eth0", "if_index": since, "duplex": kind}, {}, "eth0", since, since
    )
    read_at = {section.name: since for section in SECTIONS}
    return Member(key, key.scope, "default", kind, fresh, Content(items={"host": item, "eth0": port}, read_at=read_at))


MEMBERS = (
    member("agent", 3, name="web", os_version="13", sys_descr="Linux web 6"),
    member("ssh", 2, name="web", os_version="13.1", vendor="ACME"),
    member("snmp", 1, name="WEB", os_version="6.12", sys_descr="Linux web", vendor="net-snmp"),
)


def values_of(members: tuple[Member, ...], values: list[ManualValue]) -> dict[str, dict[str, Value]]:
    found = project("ci", list(members), lambda _scope, _item: None)
    override(found, values)
    return {node.type: node.values for node in found.nodes.values()}


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_agent_ssh_and_snmp_give_the_same_values_in_every_order(order: tuple[int, ...]) -> None:
    found = values_of(tuple(MEMBERS[place] for place in order), [])
    assert found["Server"] == {"name": "web", "os_version": "13", "sys_descr": "Linux web", "vendor": "ACME"}
    assert found["NetworkInterface"] == {"name": "eth0", "if_index": 1, "duplex": "agent"}


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_what_a_person_set_wins_over_all_of_them_in_every_order(order: tuple[int, ...]) -> None:
    members = tuple(MEMBERS[place] for place in order)
    said = [manual(1, "14", anchor="ssh|target|host|0"), manual(2, "15", anchor="snmp|target|host|0", at=2)]
    assert values_of(members, said)["Server"]["os_version"] == "15"
    assert values_of(members, said[:1])["Server"]["os_version"] == "14"
    assert values_of(members, [manual(3, "16", anchor="elsewhere")])["Server"]["os_version"] == "13"


def document(kind: str, number: int, said: dict[str, Any]) -> dict[str, Any]:
    """The n-th document of one source of the host."""
    found = host(1, at=START + number, packages=0, services=(), document_id=f"document-{kind}-{number}")
    found["source"]["kind"] = kind
    found["items"][0]["attributes"] = {"name": "web-1"} | said
    return found


SAID = st.fixed_dictionaries({}, optional={
    "os_version": st.sampled_from(["12", "13"]), "sys_descr": st.sampled_from(["a", "b"]),
    "memory_bytes": st.integers(1, 2),
})  # fmt: skip
DOCUMENTS = st.lists(st.tuples(st.sampled_from(["agent", "ssh", "snmp"]), SAID), min_size=1, max_size=7)


@settings(max_examples=60, deadline=None)
@given(DOCUMENTS, st.randoms(use_true_random=False))
def test_documents_in_any_order_give_the_same_values(
    told: list[tuple[str, dict[str, Any]]], random: Random
) -> None:  # fmt: skip
    of_kind: dict[str, list[dict[str, Any]]] = {}
    for kind, said in told:
        ours = of_kind.setdefault(kind, [])
        ours.append(document(kind, len(ours), said))

    def values(order: list[str]) -> dict[str, dict[str, Value]]:
        left = {kind: iter(documents) for kind, documents in of_kind.items()}
        contents: dict[str, Content] = {}
        for kind in order:
            told = next(left[kind])
            claims = claims_of(decode(encoded(told)), told["observed_at"])
            contents[kind] = overlay(contents.get(kind, EMPTY), claims, False)
        members = [
            Member(SightingKey(kind, "host", 0), kind, "default", kind, True, content)
            for kind, content in contents.items()
        ]
        found = project("ci", members, lambda _scope, _item: None)
        return {node_id: node.values for node_id, node in found.nodes.items()}

    kinds = [kind for kind, _ in told]
    mixed = list(kinds)
    random.shuffle(mixed)
    assert values(mixed) == values(kinds)


def test_what_a_person_set_locks_the_attribute_and_names_the_thing() -> None:
    found = project("ci", list(MEMBERS), lambda _scope, _item: None)
    before = Projection(nodes=dict(found.nodes))
    named = ManualValue(
        id="m", anchor="agent|target|host|0", births=(), scope="s", attribute="name", value="shop", reason="r",
        set_by="alice", set_at=1,
    )  # fmt: skip
    override(found, [named])
    assert (found.nodes["ci"].title, found.locked) == ("shop", {("ci", "name")})
    assert before.nodes["ci"].title == "web"


def test_a_value_of_an_attribute_that_the_type_lacks_is_left_out() -> None:
    found = project("ci", list(MEMBERS), lambda _scope, _item: None)
    before = dict(found.nodes)
    override(found, [ManualValue(
        id="m", anchor="agent|target|host|0", births=(), scope="s", attribute="colour", value="red", reason="r",
        set_by="alice", set_at=1,
    )])  # fmt: skip
    assert found.nodes == before
