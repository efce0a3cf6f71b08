"""What people decide, and what they are asked."""

from __future__ import annotations

import pytest

from cmdb.identify.decisions import disputes, joining, separating, together
from cmdb.identify.heritage import handed_on, heir_of
from cmdb.identify.outcome import ci_id
from cmdb.identify.proposals import proposals
from cmdb.identify.sighting import Decisions, Identifier, Sighting, SightingKey
from tests.support.identity import DAY, HOUR, MINUTE, NO_DECISIONS, RULES, Estate, divide, scopes, sighting, standing


def groups(*names: str) -> set[frozenset[str]]:
    """Each word is one CI, of the scopes whose letters make it up."""
    return {frozenset(name) for name in names}


def of(scope: str) -> SightingKey:
    return SightingKey(scope, "host", 0)


def test_separating_disavows_what_the_odd_one_claims_and_not_the_identifier_for_everyone() -> None:
    a, b, odd = (sighting(scope, "serial:v|1", source="ssh") for scope in "abo")
    assert scopes(divide(a, b, odd)) == groups("abo")
    found = divide(a, b, odd, decisions=separating(odd, [a, b, odd], RULES))
    assert scopes(found) == groups("ab", "o")
    assert not found.set_aside
    assert not found.held


def test_what_a_person_separated_stays_apart_when_new_evidence_would_join_it_and_that_is_shown() -> None:
    a, b = (sighting(scope, "serial:v|1", source="ssh") for scope in "ab")
    decisions = separating(b, [a], RULES)
    a, b = (sighting(scope, "serial:v|1 mac:m1", source="ssh") for scope in "ab")
    found = divide(a, b, decisions=decisions)
    assert scopes(found) == groups("a", "b")
    assert set(found.set_aside) == {Identifier("permanent_macs", "m1")}


def test_a_disavowed_claim_contradicts_nothing_either() -> None:
    agent = sighting("a", "agent:a uuid:u1 mac:m1")
    snmp = sighting("s", "uuid:u2 mac:m1", source="snmp")
    wrong = Decisions.of(disavowed=[(snmp.key, Identifier("system_uuid", "u2"))])
    assert scopes(divide(agent, snmp, decisions=wrong)) == groups("as")


def test_what_must_be_one_closes_first_and_its_pairs_are_exempt_from_derived_clashes() -> None:
    a, b, c = (sighting(scope, f"agent:{scope} uuid:{scope}") for scope in "abc")
    found = divide(a, b, c, decisions=joining([a.key, b.key, c.key]))
    assert scopes(found) == groups("abc")
    assert not found.set_aside


def test_a_join_that_would_close_over_a_separation_is_refused_and_the_rest_of_it_too() -> None:
    a, b, c, d = (sighting(scope, f"agent:{scope}") for scope in "abcd")
    said = Decisions.of(must=[(a.key, b.key), (b.key, c.key)], cannot=[(c.key, a.key)])
    assert disputes(said) == {(a.key, c.key)}
    assert scopes(divide(a, b, c, d, decisions=said)) == groups("a", "b", "c", "d")
    agreed = Decisions.of(must=[(a.key, b.key)], cannot=[(c.key, a.key)])
    assert not disputes(agreed)
    assert scopes(divide(a, b, c, d, decisions=agreed)) == groups("ab", "c", "d")


def test_a_merge_that_would_put_a_separated_pair_together_is_not_made() -> None:
    a = sighting("a", "serial:v|1", source="ssh")
    between = sighting("m", "serial:v|1 uuid:u2", source="snmp")
    b = sighting("b", "uuid:u2", source="ssh")
    assert scopes(divide(a, between, b)) == groups("amb")
    found = divide(a, between, b, decisions=Decisions.of(cannot=[(a.key, b.key)]))
    assert {len(cluster.members) for cluster in found.clusters} == {1}
    assert set(found.set_aside) == {Identifier("system_serial", "v|1"), Identifier("system_uuid", "u2")}


def test_a_decision_undone_leaves_everything_as_it_was_before() -> None:
    estate = Estate()
    for scope in "abo":
        estate.take(sighting(scope, "serial:v|1 mac:m1", source="ssh"))
    estate.take(sighting("x", "mac:m2", source="ssh"))
    before = dict(estate.clusters), dict(estate.held), standing(estate.aside)
    separated = separating(estate.stored[of("o")], estate.stored.values(), RULES)
    estate.decide(separated)
    estate.decide(together(separated, joining([of("a"), of("b"), of("x")])))
    assert {cluster.members for cluster in estate.clusters.values()} == {(of("a"), of("b"), of("x")), (of("o"),)}
    estate.decide(NO_DECISIONS)
    assert (dict(estate.clusters), dict(estate.held), standing(estate.aside)) == before
    assert not estate.differences()


def test_an_id_outlives_the_purge_of_the_sighting_that_founded_it() -> None:
    estate = Estate()
    estate.take(sighting("a", "uuid:u1", born=0), sighting("b", "uuid:u1", source="ssh", born=5))
    estate.purge(of("a"))
    assert estate.clusters[of("b")].id == ci_id(of("a"))
    estate.take(sighting("c", "uuid:u1", source="snmp", born=3))
    assert {cluster.id for cluster in estate.clusters.values()} == {ci_id(of("a"))}
    estate.purge(of("b"))
    assert estate.clusters[of("c")].id == ci_id(of("a"))


def test_what_people_decided_of_a_purged_sighting_goes_to_its_heir() -> None:
    a, b = sighting("a", "uuid:u1"), sighting("b", "uuid:u1", source="ssh", born=5)
    heir = heir_of(a, [a, b])
    assert heir is not None
    assert heir.key == b.key
    said = Decisions.of(must=[(a.key, b.key), (a.key, of("x"))], cannot=[(of("y"), a.key)],
                        disavowed=[(a.key, Identifier("system_uuid", "u2"))])  # fmt: skip
    assert handed_on(said, a.key, b.key) == Decisions.of(must=[(b.key, of("x"))], cannot=[(b.key, of("y"))])
    assert heir_of(a, [a]) is None


BOOT = DAY - 3 * HOUR


def card(scope: str, *, booted_at: int = BOOT, addresses: str = "default/10.0.0.9", evidence: str = "") -> Sighting:
    """The management card of a UPS: it says its addresses and how long it has been up."""
    return sighting(scope, evidence, source="snmp", lives=[(booted_at, DAY)], born=DAY - HOUR, addresses=addresses)


def test_two_readings_of_a_ups_card_that_list_one_address_and_booted_at_one_time_are_proposed_once() -> None:
    a, b = card("a", addresses="default/10.0.0.9 default/10.0.1.9"), card("b", booted_at=BOOT + 900)
    (proposal,) = proposals([b, a], {}, NO_DECISIONS, RULES)
    assert proposal.pair == (a.key, b.key)
    assert [found.address for found in proposal.addresses] == ["10.0.0.9"]
    assert proposal.booted_at == (BOOT, BOOT + 900)
    for answer in (Decisions.of(must=[(a.key, b.key)]), Decisions.of(cannot=[(a.key, b.key)])):
        assert not proposals([a, b], {}, answer, RULES)
    assert not proposals([a, b], {a.key: "ci_one", b.key: "ci_one"}, NO_DECISIONS, RULES)


@pytest.mark.parametrize(
    "other",
    [
        card("b", booted_at=BOOT + 2 * MINUTE),
        card("b", addresses="other/10.0.0.9"),
        card("b", evidence="engine:e2"),
        sighting("b", source="snmp", lives=[(BOOT, DAY)], born=BOOT, addresses="default/10.0.0.9"),
        sighting("b", source="snmp", lives=[(BOOT, BOOT + MINUTE)], born=BOOT + 1, addresses="default/10.0.0.9"),
        sighting("b", source="snmp", family="controller", lives=[(BOOT, DAY)], born=DAY, addresses="default/10.0.0.9"),
    ],
    ids=["booted later", "another network", "evidence to compare", "boot unknown", "long gone", "another family"],
)
def test_nobody_is_asked_where_something_speaks_against_it(other: Sighting) -> None:
    one = sighting("a", "engine:e1", source="snmp", lives=[(BOOT, DAY)], born=DAY - HOUR, addresses="default/10.0.0.9")
    if other.last_seen_at < DAY:
        one = sighting("a", source="snmp", lives=[(BOOT + 2 * MINUTE, DAY)], born=DAY, addresses="default/10.0.0.9")
    assert not proposals([one, other], {}, NO_DECISIONS, RULES)
