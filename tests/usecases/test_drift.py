"""Drift over the graph, from documents and changes as they come in."""

from __future__ import annotations

from typing import Any

import pytest

from cmdb.analyse.drift import Finding
from cmdb.errors import Invalid
from cmdb.store.driver import Graph
from cmdb.usecases.change_steps import move_change
from cmdb.usecases.drift import DAY_MS, drift_between
from cmdb.usecases.manual_values import set_manual_value
from tests.support.drifting import HOUR, approved, read
from tests.support.estate import ci_of, send
from tests.support.hosts import START, host

pytestmark = pytest.mark.neo4j


def used_by(user: str, at: int) -> dict[str, Any]:
    document = host(1, at=at)
    for item in document["items"]:
        if item["type"] == "ServiceInstance":
            item["attributes"]["user"] = user
    return document


def findings(graph: Graph, since: int = START - DAY_MS, until: int = START + 30 * DAY_MS) -> list[Finding]:
    return list(drift_between(graph, since, until, until).drift.findings)


def test_a_22_00_change_that_a_06_00_reading_sees_is_authorised_and_the_next_edit_is_not(graph: Graph) -> None:
    send(graph, read(START, os_version="12"))
    change = approved(graph, START + 16 * HOUR, START + 17 * HOUR)
    send(graph, read(START + 24 * HOUR, os_version="13"))
    send(graph, read(START + 48 * HOUR, os_version="12"))
    edit, upgrade = findings(graph)
    assert (upgrade.verdict, upgrade.change, upgrade.attribute) == ("authorised", change, "os_version")
    assert (edit.verdict, edit.reason) == ("unauthorised", f"it cannot have happened within the window of {change}")
    ends = [(one.old, one.new, one.changed_after, one.seen_at) for one in (*upgrade.revisions, *edit.revisions)]
    assert ends == [
        ("12", "13", START, START + 24 * HOUR),
        ("13", "12", START + 24 * HOUR, START + 48 * HOUR),
    ]


def test_a_change_of_the_machine_covers_its_services_and_ends_where_it_is_cancelled(graph: Graph) -> None:
    send(graph, used_by("app", START))
    change = approved(graph, START + HOUR, START + 2 * HOUR)
    send(graph, used_by("root", START + 3 * HOUR))
    (found,) = findings(graph)
    assert (found.verdict, found.type, len(found.cis)) == ("authorised", "ServiceInstance", 2)
    move_change(graph, change, "cancelled", None, "ann", START, "not needed")
    assert [one.verdict for one in findings(graph)] == ["unauthorised"]


def test_a_new_agent_that_words_values_anew_is_no_drift(graph: Graph) -> None:
    send(graph, read(START, os_name="Debian GNU/Linux"))
    send(graph, read(START + HOUR, os_name="Debian", version="0.2.0"))
    drift = drift_between(graph, START, START + DAY_MS, START).drift
    assert drift.findings == ()
    assert drift.left_out == {"observer": 1}


def test_a_partial_run_ends_nothing_and_drifts_nothing(graph: Graph) -> None:
    send(graph, read(START, os_version="12"))
    half = {"services": "partial", "packages": "not_read", "operating_system": "not_read"}
    send(graph, host(1, at=START + HOUR, services=(), packages=0, sections=half))
    assert findings(graph) == []


def test_what_a_person_sets_is_no_drift(graph: Graph) -> None:
    receipt = send(graph, read(START, os_version="12"))
    set_manual_value(graph, str(ci_of(receipt)), "os_version", "13", "planned", None, "ann", START + HOUR)
    assert findings(graph) == []


def test_an_attribute_that_flaps_is_noise_learned_from_the_week_before(graph: Graph) -> None:
    for day in range(6):
        send(graph, read(START + day * DAY_MS, default_gateways=[f"10.0.0.{1 + day % 2}"]))
    (found,) = findings(graph, since=START + 4 * DAY_MS)
    assert (found.verdict, found.attribute, len(found.revisions)) == ("noise", "default_gateways", 1)


def test_the_same_edit_on_several_hosts_is_one_finding_that_names_them(graph: Graph) -> None:
    for number in (1, 2, 3):
        send(graph, read(START, number, dns_servers=["10.0.0.53"]))
    for number in (1, 2, 3):
        send(graph, read(START + HOUR + number, number, dns_servers=["192.0.2.66"]))
    found = drift_between(graph, START, START + DAY_MS, START)
    (finding,) = found.drift.findings
    assert [found.cis[ci].title for ci in sorted(finding.cis, key=lambda ci: found.cis[ci].title)] == [
        "web-1", "web-2", "web-3",
    ]  # fmt: skip
    assert not found.is_cut


def test_a_time_has_a_beginning_before_its_end_and_is_bounded(graph: Graph) -> None:
    with pytest.raises(Invalid, match="ends before it begins"):
        drift_between(graph, START, START, START)
    with pytest.raises(Invalid, match="at most 90 days"):
        drift_between(graph, START, START + 91 * DAY_MS, START)
