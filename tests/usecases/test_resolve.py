"""What people may call a CI by."""

from __future__ import annotations

import pytest

from cmdb.errors import Invalid, NotFound
from cmdb.observation.document import decode
from cmdb.store.driver import Graph
from cmdb.usecases.observe import observe
from cmdb.usecases.resolve import Ambiguous, resolve
from tests.support.hosts import START, encoded, host

pytestmark = pytest.mark.neo4j


@pytest.fixture
def estate(graph: Graph) -> Graph:
    """`nginx` on web-1 and web-2, `postgres` on web-1, `cache` bound to the loopback address of web-2."""
    both = (("nginx", "tcp 0.0.0.0:80"),)
    first = host(1, services=(*both, ("postgres", "tcp 10.0.0.1:5432")))
    first["items"][0]["attributes"]["fqdn"] = "web-1.example.org"
    observe(graph, decode(encoded(first), None), START)
    observe(graph, decode(encoded(host(2, services=(*both, ("cache", "tcp 127.0.0.1:6379")))), None), START)
    return graph


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("10.0.0.1:5432", "postgres on web-1"),
        ("web-1:5432", "postgres on web-1"),
        ("tcp 10.0.0.1:80", "nginx on web-1"),
        ("web-1.example.org:80", "nginx on web-1"),
        ("localhost:6379", "cache on web-2"),
        ("[::1]:80", None),
        ("10.0.0.2", "web-2"),
        ("WEB-2", "web-2"),
        ("web-1.example.org", "web-1"),
        ("postgres", "postgres on web-1"),
        ("postgres.service", "postgres on web-1"),
        ("nginx@web-2", "nginx on web-2"),
    ],
)
def test_an_address_a_name_or_a_far_end_means_one_ci(estate: Graph, text: str, meant: str | None):
    if meant is None:
        with pytest.raises(Ambiguous):
            resolve(estate, text)
    else:
        assert resolve(estate, text).label == meant


def test_an_ambiguous_name_lists_what_it_could_be_with_ids(estate: Graph):
    with pytest.raises(Ambiguous) as caught:
        resolve(estate, "nginx", "cis[0]")
    assert [one.label for one in caught.value.candidates] in (
        ["nginx on web-1", "nginx on web-2"],
        ["nginx on web-2", "nginx on web-1"],
    )
    assert caught.value.field == "cis[0]"
    for one in caught.value.candidates:
        assert one.id in str(caught.value)
        assert resolve(estate, one.id) == one


@pytest.mark.parametrize(
    "text", ["web-9", "10.9.9.9", "10.0.0.1:1", "web-1:99999", "nginx@web-9", 'a"b\\', "web-1.other.org"]
)
def test_what_nobody_knows_is_refused(estate: Graph, text: str):
    with pytest.raises(Invalid, match="nothing is known"):
        resolve(estate, text)


def test_an_id_that_nobody_has_is_not_found(estate: Graph):
    with pytest.raises(NotFound):
        resolve(estate, "ci_nobody")


def test_a_former_id_still_means_its_ci(estate: Graph):
    found = resolve(estate, "web-1")
    estate.tell("MATCH (n:CI {id: $id}) CREATE (:Alias {id: 'ci_former'})-[:NOW]->(n)", id=found.id)
    assert resolve(estate, "ci_former").id == found.id
