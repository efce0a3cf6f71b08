"""The stream of events: what is told, in which order, and that nobody who follows it misses one."""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from cmdb.errors import Invalid
from cmdb.model.events import CHANGED
from cmdb.reconcile.events import MAX_LISTED, Draft
from cmdb.store.driver import Graph, Transaction
from cmdb.store.queries.events import order_events
from cmdb.usecases.decisions import Said, make_decision, undo_decision
from cmdb.usecases.dependencies import declare_dependency, withdraw_dependency
from cmdb.usecases.events import DAY_MS, Event, Wanted, read_stream, remove_old_events, tell
from cmdb.usecases.manual_values import set_manual_value
from cmdb.usecases.services import change_service, declare_service, retire_service
from cmdb.usecases.teams import change_team, create_team, retire_team, set_responsible
from tests.support.devices import base_mac, lldp, switch
from tests.support.estate import ci_of, count, send
from tests.support.hosts import START, host

pytestmark = pytest.mark.neo4j
MINUTE = 60_000


def told(graph: Graph, after: int | None = None, **wanted: Any) -> list[Event]:
    """Every event after a position, page by page."""
    found: list[Event] = []
    while True:
        page = read_stream(graph, after, 100, Wanted(**wanted))
        found += page.events
        if not page.more:
            return found
        after = page.after


def draft(ci: str) -> Draft:
    return Draft(CHANGED.name, ci, "Server", ci)


def test_a_first_document_of_a_host_with_300_packages_is_one_event_with_counts(graph: Graph) -> None:
    receipt = send(graph, host(1, packages=300))
    (event,) = told(graph)
    assert (event.kind, event.ci, event.type, event.title) == ("created", ci_of(receipt), "Server", "web-1")
    assert (event.at, event.recorded_at, event.position) == (START, START, 1)
    assert event.details["relationships"]["HAS_INSTALLED"] == {"began": 300}
    assert event.details["parts"] == {
        "NetworkInterface": {"created": 1}, "BlockDevice": {"created": 1}, "Filesystem": {"created": 1},
        "ServiceInstance": {"created": 2},
    }  # fmt: skip
    assert "listed" not in event.details


def test_an_unchanged_document_writes_no_event(graph: Graph) -> None:
    send(graph, host(1, calls=(("nginx", "10.0.0.9", 5432),)))
    send(graph, host(1, at=START + 5 * MINUTE, calls=(("nginx", "10.0.0.9", 5432),)))
    send(graph, host(1, at=START + 2 * DAY_MS, calls=(("nginx", "10.0.0.9", 5432),)))  # the call is seen anew
    assert [event.kind for event in told(graph)] == ["created"]
    assert count(graph, "Event") == 1


def test_a_change_names_old_and_new_values_and_the_parts_that_came_and_went(graph: Graph) -> None:
    send(graph, host(1))
    send(graph, host(1, at=START + MINUTE, name="db-1", packages=6, services=(("nginx", "tcp 0.0.0.0:81"),)))
    event = told(graph)[-1]
    assert (event.kind, event.title, event.at) == ("changed", "db-1", START + MINUTE)
    assert event.details["attributes"] == [{"name": "name", "old": "web-1", "new": "db-1"}]
    assert event.details["parts"] == {"ServiceInstance": {"ended": 1, "changed": 1}}
    assert event.details["relationships"] == {"HAS_INSTALLED": {"began": 1}}
    listed = [(one["what"], one["type"], one["title"]) for one in event.details["listed"]]
    assert listed == [
        ("ended", "ServiceInstance", "postgres"), ("changed", "ServiceInstance", "nginx"),
        ("began", "HAS_INSTALLED", "p5 1"),
    ]  # fmt: skip


def shapes(events: list[Event]) -> list[tuple[str, str, dict[str, Any]]]:
    """Kind, title and counts of relationships of each."""
    return [(one.kind, one.title, one.details.get("relationships", {})) for one in events]


def test_a_call_is_told_at_both_ends_once_it_is_known_who_answers(graph: Graph) -> None:
    send(graph, host(1, calls=(("nginx", "10.0.0.2", 5432),)))
    after = told(graph)[-1].position
    send(graph, host(2, at=START + MINUTE))
    created, *changed = told(graph, after)
    assert (created.kind, created.title) == ("created", "web-2")
    call = {"CALLS": {"began": 1}}
    assert sorted(shapes(changed), key=lambda one: one[1]) == [("changed", "web-1", call), ("changed", "web-2", call)]
    listed = {one.title: one.details["listed"] for one in changed}
    assert listed["web-1"] == [{"what": "began", "type": "CALLS", "title": "postgres on web-2"}]
    assert listed["web-2"] == [{"what": "began", "type": "CALLS", "title": "nginx on web-1", "direction": "in"}]
    send(graph, host(1, at=START + 2 * MINUTE, calls=(("nginx", "10.0.0.2", 5432),)))
    assert told(graph, changed[-1].position) == []


def test_a_call_within_one_machine_is_told_once(graph: Graph) -> None:
    send(graph, host(1, calls=(("nginx", "10.0.0.1", 5432),)))
    assert [one for one in shapes(told(graph)) if "CALLS" in one[2]] == [("changed", "web-1", {"CALLS": {"began": 1}})]


def test_an_address_that_two_machines_hold_makes_a_group_that_is_told(graph: Graph) -> None:
    send(graph, host(1, calls=(("nginx", "10.0.0.9", 5432),)))
    for number in (2, 3):
        document = host(number, at=START + number)
        document["items"].append(
            {"key": "addr:vip", "type": "IPAddress", "in": "if:eth0", "attributes": {"address": "10.0.0.9"}}
        )
        send(graph, document)
    (group,) = told(graph, types=("RedundancyGroup",))
    assert (group.kind, group.title) == ("created", "10.0.0.9:5432")
    assert group.details["relationships"]["ANY_OF"] == {"began": 2}
    assert {title for kind, title, moved in shapes(told(graph)) if "NEEDS" in moved} == {"web-1", "10.0.0.9:5432"}


def test_a_cable_is_told_at_both_ends_and_not_again_when_the_other_end_tells_of_it_too(graph: Graph) -> None:
    send(graph, switch(1, neighbours={1: lldp(base_mac(2), "Gi0/3")}))
    send(graph, switch(2, at=START + MINUTE))
    cables = [one for one in told(graph) if "LINKED_TO" in one.details.get("relationships", {})]
    assert {(one.title, one.details["relationships"]["LINKED_TO"]["began"]) for one in cables} == {
        ("sw-1", 1), ("sw-2", 1)
    }  # fmt: skip
    send(graph, switch(2, at=START + 2 * MINUTE, neighbours={3: lldp(base_mac(1), "Gi0/1")}))
    later = [one for one in told(graph, cables[-1].position) if "LINKED_TO" in one.details.get("relationships", {})]
    assert later == []
    send(graph, switch(2, at=START + 3 * MINUTE))
    send(graph, switch(1, at=START + 4 * MINUTE))
    ended = [one for one in told(graph) if one.details.get("relationships", {}).get("LINKED_TO") == {"ended": 1}]
    assert {one.title for one in ended} == {"sw-1", "sw-2"}


def test_what_people_declare_is_told_with_their_name(graph: Graph) -> None:
    send(graph, host(1))
    send(graph, host(2))
    after = told(graph)[-1].position
    team = create_team(graph, "Sales", "ann", START, contact="sales@example.org")
    made = declare_service(
        graph, {"name": "Shop", "entry_points": ["nginx@web-1"], "owners": ["Sales"]}, "ann", START + 1
    )
    changed = change_service(graph, made.id, {"criticality": "high", "owners": []}, made.revision, "bob", START + 2)
    declare_dependency(graph, "nginx@web-1", "postgres@web-2", "hard", "ann", START + 3)
    withdraw_dependency(graph, "nginx@web-1", "postgres@web-2", START + 4, "bob")
    set_responsible(graph, "web-1", "owner", ["Sales"], "ann", START + 5)
    retire_service(graph, made.id, changed.revision, "ann", START + 6)
    retire_team(graph, team.id, None, "ann", START + 7)
    events = told(graph, after)
    assert shapes(events) == [
        ("created", "Sales", {}),
        ("created", "Shop", {"PROVIDED_BY": {"began": 1}, "OWNED_BY": {"began": 1}}),
        ("changed", "Shop", {"OWNED_BY": {"ended": 1}}),
        *((("changed", title, {"DEPENDS_ON": {"began": 1}})) for title in titles_of(events[3:5])),
        *((("changed", title, {"DEPENDS_ON": {"ended": 1}})) for title in titles_of(events[5:7])),
        ("changed", "web-1", {"OWNED_BY": {"began": 1}}),
        ("ended", "Shop", {"PROVIDED_BY": {"ended": 1}}),
        ("ended", "Sales", {}),
    ]
    assert set(titles_of(events[3:5])) == set(titles_of(events[5:7])) == {"web-1", "web-2"}
    assert events[2].details["attributes"] == [{"name": "criticality", "old": None, "new": "high"}]
    assert [one.details["by"] for one in events] == [
        "ann",
        "ann",
        "bob",
        "ann",
        "ann",
        "bob",
        "bob",
        "ann",
        "ann",
        "ann",
    ]
    assert change_team_to_what_it_is(graph) == []


def titles_of(events: list[Event]) -> list[str]:
    return [one.title for one in events]


def change_team_to_what_it_is(graph: Graph) -> list[Event]:
    """The events of saying of a team what had been said."""
    team = create_team(graph, "Support", "ann", START)
    after = told(graph)[-1].position
    change_team(graph, team.id, {"name": "Support"}, team.revision, "ann", START)
    return told(graph, after)


def test_what_is_listed_by_name_is_bounded_and_says_how_much_it_leaves_out(graph: Graph) -> None:
    send(graph, host(1, packages=1))
    send(graph, host(1, at=START + MINUTE, packages=101))
    details = told(graph)[-1].details
    assert details["relationships"] == {"HAS_INSTALLED": {"began": 100}}
    assert (len(details["listed"]), details["left_out"]) == (MAX_LISTED, 100 - MAX_LISTED)


def test_a_value_that_a_person_sets_is_a_change(graph: Graph) -> None:
    ci = ci_of(send(graph, host(1))) or ""
    set_manual_value(graph, ci, "name", "shop-1", "it is called so", None, "ann", START + MINUTE)
    event = told(graph)[-1]
    assert (event.kind, event.ci, event.at) == ("changed", ci, START + MINUTE)
    assert event.details["attributes"] == [{"name": "name", "old": "web-1", "new": "shop-1"}]


def test_a_machine_that_ends_and_comes_back_is_told_so(graph: Graph) -> None:
    document = host(1)
    container = {"key": "c", "type": "Container", "in": "host", "identifiers": {"container_id": "0a1b" * 16},
                 "attributes": {"name": "c", "container_id": "0a1b" * 16}}  # fmt: skip
    document["items"].append(container)
    send(graph, document)
    send(graph, host(1, at=START + MINUTE))
    back = host(1, at=START + 2 * MINUTE)
    back["items"].append(container)
    send(graph, back)
    kinds = [event.kind for event in told(graph, types=("Container",))]
    assert kinds == ["created", "ended", "returned"]


def test_a_merge_and_its_undoing_are_told_with_the_other_id(graph: Graph) -> None:
    a, b = (ci_of(send(graph, host(n, at=START + n))) or "" for n in (1, 2))
    made = make_decision(graph, Said("join", cis=(a, b), reason="one box"), "ann", START + MINUTE)
    merged = told(graph)[-1]
    assert (merged.kind, {merged.ci, merged.other}) == ("merged", {a, b})
    undo_decision(graph, made.decision.id, "ann", START + 2 * MINUTE)
    split = next(event for event in told(graph)[::-1] if event.kind == "split")
    assert (split.ci, split.other) == (merged.other, merged.ci)


def test_events_of_a_ci_are_found_under_every_id_it_had(graph: Graph) -> None:
    a, b = (ci_of(send(graph, host(n, at=START + n))) or "" for n in (1, 2))
    send(graph, host(3))
    make_decision(graph, Said("join", cis=(a, b), reason="one box"), "ann", START + MINUTE)
    assert [e.kind for e in told(graph, ci=a)] == [e.kind for e in told(graph, ci=b)]
    assert [e.kind for e in told(graph, ci=a)][:2] == ["created", "created"]
    assert told(graph, ci="ci_unknown") == []
    graph.tell("MATCH (n:CI) WHERE n.title = 'web-3' DETACH DELETE n")
    purged = next(event.ci for event in told(graph) if event.title == "web-3")
    assert [event.kind for event in told(graph, ci=purged)] == ["created"]


def test_filters_choose_kinds_and_types_and_an_unknown_kind_is_refused(graph: Graph) -> None:
    send(graph, host(1))
    send(graph, host(1, at=START + MINUTE, packages=6))
    assert [event.kind for event in told(graph, kinds=("changed",))] == ["changed"]
    assert told(graph, types=("NetworkDevice",)) == []
    with pytest.raises(Invalid, match="no event is called"):
        Wanted(kinds=("exploded",))


def test_a_transaction_that_fails_tells_nothing(graph: Graph) -> None:
    def work(tx: Transaction) -> None:
        tell(tx, [draft("ci_a")], START, START)
        raise Invalid("no")

    with pytest.raises(Invalid):
        graph.write(work)
    assert told(graph) == []


def test_a_slow_transaction_that_commits_after_later_ones_were_read_is_not_skipped(graph: Graph) -> None:
    def slow(tx: Transaction) -> list[Event]:
        tell(tx, [draft("ci_slow")], START, START)
        graph.write(lambda other: tell(other, [draft("ci_quick")], START, START))
        return told(graph)

    meanwhile = graph.write(slow)
    assert [event.ci for event in meanwhile] == ["ci_quick"]
    assert [event.ci for event in told(graph, meanwhile[-1].position)] == ["ci_slow"]


def test_two_readers_who_follow_thirty_writers_see_every_event_once_and_each_ci_in_order(graph: Graph) -> None:
    writers, each = 30, 15

    def write(number: int) -> None:
        rng = random.Random(number)
        for turn in range(each):

            def work(tx: Transaction, turn: int = turn) -> None:
                tell(tx, [draft(f"{number}.{turn}.0")], turn, START)
                time.sleep(rng.random() / 50)  # others commit meanwhile
                tell(tx, [draft(f"{number}.{turn}.1")], turn, START)

            graph.write(work)

    def follow() -> list[Event]:
        seen: list[Event] = []
        after = 0
        while len(seen) < 2 * writers * each:
            page = read_stream(graph, after, 37)
            seen += page.events
            after = page.after
        return seen

    with ThreadPoolExecutor(writers + 2) as pool:
        readers = [pool.submit(follow) for _ in range(2)]
        for written in [pool.submit(write, number) for number in range(writers)]:
            written.result()
        first, second = (reader.result(timeout=60) for reader in readers)
    assert first == second
    assert [event.position for event in first] == list(range(1, 2 * writers * each + 1))
    for number in range(writers):
        mine = [event.ci for event in first if event.ci.startswith(f"{number}.")]
        assert mine == [f"{number}.{turn}.{part}" for turn in range(each) for part in range(2)]


def test_documents_of_many_hosts_by_many_writers_are_all_told(graph: Graph) -> None:
    documents = [host(n + 1, at=START + n) for n in range(60)]

    def take(document: dict[str, Any]) -> str | None:
        return ci_of(send(graph, document))

    with ThreadPoolExecutor(8) as pool:
        following = pool.submit(lambda: [read_stream(graph, None, 10).last for _ in range(40)])
        created = set(pool.map(take, documents))
        reached = following.result()
    assert reached == sorted(reached)
    assert {event.ci for event in told(graph, kinds=("created",))} == created


def test_old_events_go_in_batches_and_who_stands_before_them_is_told(graph: Graph) -> None:
    for turn in range(3):
        graph.write(lambda tx, turn=turn: tell(tx, [draft(f"{turn}.{n}") for n in range(900)], START, START))
    now = time.time_ns() // 1_000_000
    assert remove_old_events(graph, now) == 0
    assert remove_old_events(graph, now + 91 * DAY_MS) == 2_700
    graph.write(lambda tx: tell(tx, [draft("new")], START, START))
    assert [event.ci for event in told(graph)] == ["new"]
    assert count(graph, "Event") == 1
    with pytest.raises(Invalid, match="go on after 2700"):
        read_stream(graph, 10, 10)
    assert read_stream(graph, 2_700, 10).events[0].ci == "new"


def test_a_position_that_is_still_to_come_is_refused(graph: Graph) -> None:
    with pytest.raises(Invalid, match="still to come"):
        read_stream(graph, 5, 10)


def test_the_last_few_can_be_asked_for(graph: Graph) -> None:
    graph.write(lambda tx: tell(tx, [draft(str(n)) for n in range(30)], START, START))
    page = read_stream(graph, None, 100, newest=3)
    assert ([event.ci for event in page.events], page.more, page.after) == (["27", "28", "29"], False, 30)


def test_ordering_more_than_a_batch_leaves_nothing_waiting(graph: Graph) -> None:
    graph.write(lambda tx: tell(tx, [draft(str(n)) for n in range(4_500)], START, START))
    assert order_events(graph).last == 4_500
    assert count(graph, "Waiting") == 0
