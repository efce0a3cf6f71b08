"""Recorded devices in the graph: as many CIs as there are devices, however much they look alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest
from cmdb_agent.wire.document import encode, with_age

from cmdb.observation.document import decode
from cmdb.store.driver import Graph
from cmdb.usecases.observe import observe
from tests.collectors.snmp.expected_links import document
from tests.support import snmprec

pytestmark = pytest.mark.neo4j
NOW = 1_764_000_000_000
SYS_NAME = (1, 3, 6, 1, 2, 1, 1, 5, 0)
GROUP_ADDRESSED = {"fortigate_60fospfv3"}
"""Whose neighbours were given MACs with the group bit when the recording was made anonymous: no chassis has one."""


def take(graph: Graph, recordings: Iterable[Path]) -> list[str]:
    """Take every recording in as a target of its own; what the core did not take of it."""
    refused: list[str] = []
    for number, path in enumerate(recordings):
        body = with_age(encode(document(path)), 0, is_uncertain=False)
        receipt = observe(graph, decode(body), NOW + number)
        assert receipt.status == "accepted"
        refused += [f"{path.stem}: {one.where} {one.message}" for one in receipt.problems]
    return refused


def machines(graph: Graph) -> int:
    """CIs of the machine family, and none of them made of two targets."""
    found = graph.ask("MATCH (g:Sighting)-[:IS]->(c:CI) RETURN count(DISTINCT c) AS cis, count(g) AS sightings")[0]
    assert found["cis"] == found["sightings"]
    return found["cis"]


def test_the_recordings_are_as_many_devices_although_many_share_a_name(graph: Graph) -> None:
    recordings = snmprec.recordings()
    names = Counter(snmprec.read(path).get(SYS_NAME) for path in recordings)
    assert names.most_common(1)[0][1] > len(recordings) / 2
    refused = take(graph, recordings)
    assert {one.partition(":")[0] for one in refused} <= GROUP_ADDRESSED
    assert machines(graph) == len(recordings)
    assert graph.ask("MATCH (g:Sighting) WHERE g.held RETURN g.key AS key") == []


def test_the_labs_own_recordings_are_five_machines_with_the_cables_between_them(graph: Graph) -> None:
    assert take(graph, snmprec.own()) == []
    assert machines(graph) == len(snmprec.own())
    cables = graph.ask("MATCH (:NetworkInterface)-[l:LINKED_TO]->(:NetworkInterface) RETURN l.is_mutual AS both")
    assert [one["both"] for one in cables] == [True] * 4
