"""Two weeks of a made-up estate: every edit that nobody approved is found, and nothing else is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cmdb.analyse.drift import Drift, Revision, find_drift
from cmdb.observation.claims import claims_of
from cmdb.observation.document import decode
from tests.support.hosts import encoded
from tests.support.replay import Replayed, replay, windows_of
from tests.support.simulation import QUIET, Simulation, simulate

Done = Counter[tuple[str, str, str]]
"""What was done: to which machine, to which attribute of something in it, and the value that it led to."""


def drift_of(simulation: Simulation) -> tuple[Drift, Replayed]:
    replayed = replay(simulation.deliveries)
    return find_drift(replayed.revisions, windows_of(simulation.changes), replayed.within), replayed


def machine(ci: str, within: Mapping[str, str]) -> str:
    while ci in within:
        ci = within[ci]
    return ci


def done(revisions: Iterable[Revision], within: Mapping[str, str]) -> Done:
    return Counter((machine(one.ci, within), one.attribute, repr(one.new)) for one in revisions)


def edited(simulation: Simulation) -> Done:
    return Counter((edit.machine, edit.attribute, repr(edit.new)) for edit in simulation.edits)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 1 << 20))
def test_every_edit_that_nobody_approved_is_found_and_nothing_else(seed: int) -> None:
    simulation = simulate(seed, hosts=30)
    drift, replayed = drift_of(simulation)
    found = [one for finding in drift.judged("unauthorised") for one in finding.revisions]
    assert done(found, replayed.within) == edited(simulation)


def test_two_weeks_of_two_hundred_hosts_lead_to_exactly_the_edits_and_to_few_findings() -> None:
    simulation = simulate(seed=1, hosts=200)
    drift, replayed = drift_of(simulation)
    found = [one for finding in drift.judged("unauthorised") for one in finding.revisions]
    assert done(found, replayed.within) == edited(simulation)
    assert {"port down", "lease moved", "service failed", "re-imaged", "card replaced"} <= simulation.happened.keys()
    (rollout,) = (one for one in drift.findings if one.attribute == "user" and one.revisions[0].new == "nobody")
    assert len(rollout.cis) == simulation.happened["rolled out"]
    assert {(one.type, one.attribute) for one in drift.judged("noise")} == {
        ("NetworkInterface", "address"), ("NetworkInterface", "oper_status"), ("ServiceInstance", "presence"),
        ("ServiceInstance", "product"),
    }  # fmt: skip
    reworded = [one for one in replayed.revisions if one.attribute == "os_name"]
    assert len(reworded) > 150
    assert drift.left_out["observer"] >= len(reworded)
    approved = drift.judged("authorised")
    assert any(len(one.cis) > 10 for one in approved)
    assert all(one.change for one in approved)


def test_each_thing_that_can_happen_to_an_estate_happens() -> None:
    assert simulate(hosts=30).happened.keys() >= {
        "agent brought up", "came late", "card replaced", "edited address", "edited installation", "edited listener",
        "edited mount", "edited name servers", "edited package", "edited port", "edited removal", "edited user",
        "firmware", "lease moved", "machine was off", "partial reading", "port down", "re-imaged", "rolled out",
        "service failed", "upgrade", "wrong clock",
    }  # fmt: skip


def test_a_seed_makes_one_estate_whose_documents_arrive_in_order_and_are_taken_whole() -> None:
    once = simulate(seed=7, hosts=20, days=12)
    assert once == simulate(seed=7, hosts=20, days=12) != simulate(seed=8, hosts=20, days=12)
    arrivals = [delivery.received_at for delivery in once.deliveries]
    assert arrivals == sorted(arrivals)
    for delivery in once.deliveries:
        assert claims_of(decode(encoded(delivery.document)), delivery.received_at).refusals == ()


def test_no_window_lies_near_an_edit_of_its_machine() -> None:
    simulation = simulate(seed=3, hosts=60)
    for edit in simulation.edits:
        windows = [change for change in simulation.changes if edit.machine in change.machines]
        assert all(one.end_at <= edit.at - QUIET or one.start_at >= edit.at + QUIET for one in windows)
