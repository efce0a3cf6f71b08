"""People join and separate what machines cannot decide, see what it would do first, and undo it exactly."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from cmdb.errors import Conflict, Invalid, NotFound
from cmdb.store.driver import Graph
from cmdb.usecases.decisions import (
    Said,
    list_decisions,
    make_decision,
    preview_decision,
    preview_undo,
    read_decision,
    undo_decision,
)
from cmdb.usecases.dependencies import declare_dependency
from cmdb.usecases.incidents import open_incident
from cmdb.usecases.review import list_reviews, show_review
from cmdb.usecases.teams import create_team, set_responsible
from tests.support.estate import ci_of, picture, relations, send, titles
from tests.support.hosts import START, host

pytestmark = pytest.mark.neo4j
MINUTE = 60_000
UUID = "44454c4c-0031-3510-8052-b4c04f4a4832"
FIRST, SECOND = ("agent|agent-1|host|default|agent-1|host|0", "agent|agent-2|host|default|agent-2|host|0")


def standing(graph: Graph) -> dict[str, Any]:
    """The graph without who decided what, and without when a call was derived."""
    found = picture(graph)
    found["edges"] = [edge for edge in found["edges"] if edge[0] != "ABOUT"]
    return found


def two(graph: Graph, **identifiers: Any) -> tuple[str, str]:
    """Two hosts, the second of which calls the first."""
    first = send(graph, host(1, **identifiers))
    second = send(graph, host(2, at=START + 1, calls=(("nginx", "10.0.0.1", 5432),), **identifiers))
    a, b = ci_of(first), ci_of(second)
    assert a is not None
    assert b is not None
    return a, b


def join(graph: Graph, *cis: str, at: int = START + MINUTE) -> str:
    return make_decision(graph, Said("join", cis=cis, reason="one box"), "ann", at).decision.id


def test_a_person_joins_two_servers_that_contradict_and_undoing_gives_back_the_graph_as_it_was(graph: Graph) -> None:
    a, b = two(graph)
    before = standing(graph)
    made = make_decision(graph, Said("join", cis=(a, b), reason="one box, two boards"), "ann", START + MINUTE)
    assert made.decision.id == "DEC-000001"
    assert titles(graph, "Server") == ["web-2"]  # the later word about its name
    assert graph.ask("MATCH (x:Alias)-[:NOW]->(n:Server) RETURN x.id AS former, n.id AS now") == [
        {"former": b, "now": a}
    ]
    undone = undo_decision(graph, made.decision.id, "bob", START + 2 * MINUTE)
    assert (undone.decision.undone_by, undone.decision.undone_at) == ("bob", START + 2 * MINUTE)
    assert standing(graph) == before


def test_a_decision_holds_in_every_later_ingest_until_it_is_undone(graph: Graph) -> None:
    a, b = two(graph)
    number = join(graph, a, b)
    for at in (START + 2 * MINUTE, START + 3 * MINUTE):
        assert ci_of(send(graph, host(1, at=at, packages=6))) == a
        assert ci_of(send(graph, host(2, at=at, packages=7))) == a
    assert len(titles(graph, "Server")) == 1
    undo_decision(graph, number, "ann", START + 4 * MINUTE)
    assert titles(graph, "Server") == ["web-1", "web-2"]
    assert ci_of(send(graph, host(2, at=START + 5 * MINUTE))) == b


def test_what_people_and_tickets_attached_goes_along_and_comes_back(graph: Graph) -> None:
    a, b = two(graph)
    create_team(graph, "Databases", "ann", START)
    set_responsible(graph, b, "support", ["Databases"], "ann", START)
    third = ci_of(send(graph, host(3)))
    assert third
    declare_dependency(graph, third, b, "hard", "ann", START)
    incident = open_incident(graph, {"cis": {b: "down"}}, "ann", START + 2)
    before = standing(graph)
    preview = preview_decision(graph, Said("join", cis=(a, b)))
    assert {(one.verb, one.title) for one in preview.moves if one.ci == b} >= {
        ("SUPPORTED_BY", "Databases"), ("DEPENDS_ON", "web-3"), ("AFFECTS", incident.title),
    }  # fmt: skip
    number = join(graph, a, b)
    assert relations(graph, "SUPPORTED_BY") == [("web-2", "Databases")]
    back = preview_undo(graph, number)
    assert {one.title for one in back.moves} >= {"Databases", "web-3", incident.title}
    undo_decision(graph, number, "ann", START + 2 * MINUTE)
    assert standing(graph) == before
    assert relations(graph, "SUPPORTED_BY") == [("web-2", "Databases")]


def test_two_merges_one_after_the_other_are_undone_in_any_order(graph: Graph) -> None:
    a, b = two(graph)
    third = ci_of(send(graph, host(3)))
    assert third
    create_team(graph, "Databases", "ann", START)
    set_responsible(graph, b, "support", ["Databases"], "ann", START)
    set_responsible(graph, third, "owner", ["Databases"], "ann", START)
    before = standing(graph)
    first = join(graph, b, third)
    second = join(graph, a, b)
    undo_decision(graph, first, "ann", START + 2 * MINUTE)
    undo_decision(graph, second, "ann", START + 3 * MINUTE)
    now = standing(graph)
    assert set(now["edges"]) - set(before["edges"]) == set()
    assert set(before["edges"]) - set(now["edges"]) == set()
    assert now == before


def test_a_preview_says_what_would_happen_and_changes_nothing(graph: Graph) -> None:
    a, b = two(graph)
    before = standing(graph)
    effect = preview_decision(graph, Said("join", cis=(a, b)))
    assert [(one.into.id, {each.id for each in one.of}) for one in effect.merges] == [(a, {a, b})]
    assert effect.former == ((b, a),)
    assert effect.merged["ServiceInstance"] == 2
    assert not effect.is_nothing
    assert standing(graph) == before
    assert list_decisions(graph) == []


def test_separating_takes_the_odd_sighting_out_and_its_claim_only(graph: Graph) -> None:
    shared = {"permanent_macs": ["00:16:3e:0a:0a:0a"]}
    reports = [
        host(1, **shared),
        by_ssh(host(1, **shared)),
        by_ssh(host(1, **shared, machine_id="another"), "10.0.0.9:22"),
    ]
    ids = {ci_of(send(graph, each)) for each in reports}
    assert len(ids) == 1
    before = standing(graph)
    odd = "ssh|site-a|host|default|10.0.0.9:22|host|0"
    preview = preview_decision(graph, Said("separate", sightings=(odd,)))
    assert [[part.sightings for part in one.parts] for one in preview.splits] == [
        [(FIRST, "ssh|site-a|host|default|10.0.0.1:22|host|0"), (odd,)]
    ]
    made = make_decision(graph, Said("separate", sightings=(odd,), reason="a copied MAC"), "ann", START + MINUTE)
    assert ("permanent_macs", "00:16:3e:0a:0a:0a") in {identifier for _, identifier in made.decision.disavowed}
    assert len(titles(graph, "Server")) == 2
    assert graph.ask("MATCH (i:Identifier) WHERE i.aside_reason IS NOT NULL RETURN i.key AS key") == []
    undo_decision(graph, made.decision.id, "ann", START + 2 * MINUTE)
    assert standing(graph) == before


def test_a_shared_uuid_is_in_use_again_once_somebody_says_whose_it_is(graph: Graph) -> None:
    a, b = two(graph, system_uuid=UUID)
    said = Said("separate", sightings=(SECOND,), apart_from=(FIRST,), reason="the board was flashed with a copy")
    effect = preview_decision(graph, said)
    assert effect.in_use_again == (f"system_uuid:{UUID}",)
    assert effect.is_nothing
    make_decision(graph, said, "ann", START + MINUTE)
    assert graph.ask("MATCH (i:Identifier) WHERE i.aside_reason IS NOT NULL RETURN i.key AS key") == []
    assert ci_of(send(graph, host(1, system_uuid=UUID, at=START + 2 * MINUTE, packages=9))) == a
    assert ci_of(send(graph, host(2, system_uuid=UUID, at=START + 2 * MINUTE, packages=9))) == b


def test_a_held_machine_comes_into_the_graph_when_it_is_joined(graph: Graph) -> None:
    a = ci_of(send(graph, host(1)))
    assert a
    send(graph, host(2, agent_id=None, machine_id=None, permanent_macs=None))
    said = Said("join", sightings=(FIRST, SECOND), reason="the second agent runs without root")
    make_decision(graph, said, "ann", START + MINUTE)
    assert graph.ask("MATCH (g:Sighting {held: true}) RETURN g.key AS key") == []
    assert graph.ask("MATCH (g:Sighting {key: $key})-[:IS]->(c) RETURN c.id AS ci", key=SECOND) == [{"ci": a}]


def test_what_contradicts_a_decision_is_refused_and_names_it(graph: Graph) -> None:
    a, b = two(graph)
    number = join(graph, a, b)
    with pytest.raises(Conflict, match=number):
        make_decision(
            graph, Said("separate", sightings=(SECOND,), apart_from=(FIRST,), reason="no"), "bob", START + MINUTE
        )
    with pytest.raises(Conflict, match="says so already"):
        make_decision(graph, Said("join", sightings=(FIRST, SECOND), reason="again"), "bob", START + MINUTE)
    undo_decision(graph, number, "ann", START + MINUTE)
    with pytest.raises(Conflict, match="undone already"):
        undo_decision(graph, number, "ann", START + MINUTE)
    assert read_decision(graph, number).undone_by == "ann"


def test_a_join_through_a_third_sighting_that_was_separated_is_refused(graph: Graph) -> None:
    a, b = two(graph)
    third = ci_of(send(graph, host(3)))
    assert third
    apart = Said("separate", cis=(a, third), reason="two rooms")
    number = make_decision(graph, apart, "ann", START + MINUTE).decision.id
    join(graph, a, b)
    with pytest.raises(Conflict, match=number):
        preview_decision(graph, Said("join", cis=(b, third)))


def test_what_cannot_be_meant_is_refused_with_its_reason(graph: Graph) -> None:
    a, b = two(graph)
    for said, error, words in (
        (Said("join", cis=(a, b)), Invalid, "say why"),
        (Said("join", cis=(a,), reason="x"), Invalid, "two sightings"),
        (Said("join", reason="x"), Invalid, "either"),
        (Said("join", cis=(a, "ci_none"), reason="x"), NotFound, "ci_none"),
        (Said("join", sightings=("nonsense", FIRST), reason="x"), Invalid, "no key"),
        (Said("separate", sightings=(FIRST,), reason="x"), Invalid, "nothing to separate"),
        (Said("separate", sightings=(FIRST,), apart_from=(FIRST,), reason="x"), Invalid, "from itself"),
    ):
        with pytest.raises(error, match=words):
            make_decision(graph, said, "ann", START)


def test_a_decision_and_documents_at_one_time_end_in_one_server(graph: Graph) -> None:
    a, b = two(graph)

    def report(number: int) -> None:
        for step in range(1, 4):
            send(graph, host(number, at=START + step * MINUTE, packages=5 + step))

    with ThreadPoolExecutor(3) as pool:
        jobs = [pool.submit(report, 1), pool.submit(report, 2), pool.submit(join, graph, a, b)]
        for job in jobs:
            job.result()
    assert len(titles(graph, "Server")) == 1
    pointers = graph.ask("MATCH (g:Sighting)-[:IS]->(c:CI) RETURN g.key AS key, c.id AS ci ORDER BY key")
    assert pointers == [{"key": FIRST, "ci": a}, {"key": SECOND, "ci": a}]


def test_the_queue_asks_once_where_two_sources_list_one_address_and_one_start(graph: Graph) -> None:
    send(graph, host(1))
    bare = by_ssh(host(3, address="10.0.0.1", machine_id=None, permanent_macs=None), "10.0.0.3:161")
    send(graph, bare)
    found = list_reviews(graph, ("proposal",))
    assert [(one.kind, one.side_count) for one in found] == [("proposal", 2)]
    assert {row.kind: row.verdict for row in found[0].compared}["addresses"] == "equal"
    assert show_review(graph, found[0].key).title == found[0].title
    apart = next(one for one in found[0].actions if one.kind == "separate")
    make_decision(graph, Said("separate", apart.sightings, apart.apart_from, reason="its power unit"), "ann", START)
    assert list_reviews(graph) == []
    assert len(titles(graph, "Server")) == 2


def test_what_vanished_at_once_waits_with_its_source(graph: Graph) -> None:
    many = tuple((f"svc{number}", f"tcp 0.0.0.0:{9000 + number}") for number in range(20))
    send(graph, host(1, services=many))
    send(graph, host(1, services=many[:2], at=START + MINUTE))
    found = list_reviews(graph)
    assert [(one.key, one.scope) for one in found] == [
        ("ending:agent|agent-1|host|default|agent-1", "agent|agent-1|host|default|agent-1")
    ]
    assert found[0].title == "18 things vanished at once from web-1"


def test_a_replacement_is_shown_and_a_page_goes_on_where_the_last_one_ended(graph: Graph) -> None:
    two(graph, system_uuid=UUID)
    other = "564d0e25-eb50-0a44-0e3f-3e4eb5b2b7f1"
    swapped = host(1, system_uuid=other, machine_id="new", permanent_macs=["00:16:3e:ff:ff:01"], boot="9",
                   at=START + 60 * MINUTE, booted_at=START + 59 * MINUTE)  # fmt: skip
    send(graph, swapped)
    kinds = [one.kind for one in list_reviews(graph)]
    assert "replacement" in kinds
    paged: list[str] = []
    while page := list_reviews(graph, limit=1, after=paged[-1] if paged else ""):
        paged += [one.key for one in page]
    assert paged == [one.key for one in list_reviews(graph)]


def by_ssh(document: dict[str, Any], target: str = "10.0.0.1:22") -> dict[str, Any]:
    """The same host as a login without an agent reads it."""
    document["source"] = {"kind": "ssh", "name": "cmdb-collect", "version": "1", "instance": "site-a"}
    document["scope"]["key"] = target
    document["document_id"] = f"by-ssh-{target.replace('.', '-').replace(':', '-')}-{document['document_id']}"
    document["items"][0]["identifiers"].pop("agent_id")
    return document
