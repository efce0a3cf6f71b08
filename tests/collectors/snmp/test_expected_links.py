"""The recordings of the corpus: every port and every link that is expected, and a reason for each that differs."""

from __future__ import annotations

import pytest
from cmdb_agent.wire.document import encode, with_age

from cmdb.observation.claims import claims_of
from cmdb.observation.document import decode
from tests.collectors.snmp import expected_links
from tests.collectors.snmp.expected_links import Expectation
from tests.collectors.snmp.link_differences import REASONS
from tests.support import snmprec


@pytest.fixture(scope="module")
def found() -> list[Expectation]:
    return list(expected_links.expectations())


def test_every_port_and_link_that_is_expected_is_found_or_has_a_reason(found: list[Expectation]) -> None:
    assert len(found) > 7000
    assert [one for one in found if not one.is_met and one.reason is None] == []


def test_every_link_stands_at_the_port_that_one_of_the_two_expects(found: list[Expectation]) -> None:
    missed = {(one.recording, one.what) for one in found if one.kind == "link" and not one.is_met}
    assert len(missed) == 5  # four that GLPI's agent places by number, and one whose port id is spelled otherwise


def test_every_reason_is_still_needed(found: list[Expectation]) -> None:
    missed = {(one.recording, one.kind, one.expected_by) for one in found if not one.is_met}
    assert REASONS.keys() == missed


def test_the_page_of_differences_is_up_to_date(found: list[Expectation]) -> None:
    assert expected_links.PAGE.read_text(encoding="utf-8") == expected_links.page(found), (
        "run python -m tests.collectors.snmp.expected_links"
    )


def test_the_documents_of_all_recordings_have_every_key_once_and_no_relation_without_its_ends() -> None:
    for path in snmprec.recordings():
        document = expected_links.document(path)
        keys = [item["key"] for item in document["items"]]
        assert len(keys) == len(set(keys)), path.stem
        ends = {one["from"] for one in document["relations"]}
        ends |= {one["to"] for one in document["relations"] if isinstance(one["to"], str)}
        assert ends <= set(keys), path.stem


def test_the_core_takes_all_that_the_recordings_say_but_neighbours_known_by_a_group_address() -> None:
    refused = []
    for path in snmprec.recordings():
        encoded = with_age(encode(expected_links.document(path)), 0, False)
        refused += [(path.stem, one.kind) for one in claims_of(decode(encoded), 1_764_000_000_000).refusals]
    # Whoever published this recording wrote over the addresses of two neighbours.
    assert refused == [("fortigate_60fospfv3", "bad_far_end")] * 2


def test_no_link_is_reported_twice_for_one_pair_of_ports() -> None:
    for path in snmprec.recordings():
        pairs = [
            (one["from"], one["to"]["chassis_id"], one["to"].get("port_id"))
            for one in expected_links.document(path)["relations"]
            if one["verb"] == "LINKED_TO"
        ]
        assert len(pairs) == len(set(pairs)), path.stem
