"""Values that people set end on time though nothing arrives."""

from __future__ import annotations

import pytest

from cmdb.model.vocabulary import Value
from cmdb.observation.document import decode
from cmdb.store.driver import Graph
from cmdb.usecases.events import read_stream
from cmdb.usecases.expiry import settle_expired_values
from cmdb.usecases.manual_values import list_manual_values, set_manual_value
from cmdb.usecases.observe import observe
from cmdb.usecases.past import past_of
from cmdb.usecases.schedule import MINUTE_MS
from tests.support.hosts import START, encoded, host

pytestmark = pytest.mark.neo4j
UNTIL = START + 60 * MINUTE_MS


def stored(graph: Graph, ci_id: str, attribute: str) -> Value | None:
    return graph.ask("MATCH (n:CI {id: $id}) RETURN n[$name] AS value", id=ci_id, name=attribute)[0]["value"]


def put(graph: Graph, ci_id: str, attribute: str, value: Value, until: int | None) -> None:
    set_manual_value(graph, ci_id, attribute, value, "the label says so", until, "alice", START + 1)


@pytest.mark.parametrize("item", ["host", "fs:/"])
def test_what_sources_say_stands_again_when_a_value_has_expired(graph: Graph, item: str) -> None:
    receipt = observe(graph, decode(encoded(host(1))), START)
    ids = {one.key: one.ci_id for one in receipt.items}
    ci = ids.get(item) or graph.ask("MATCH (f:Filesystem) RETURN f.id AS id")[0]["id"]
    attribute, value = ("os_name", "other") if item == "host" else ("mount_point", "/other")
    before = stored(graph, ci, attribute)
    put(graph, ci, attribute, value, UNTIL)
    assert settle_expired_values(graph, UNTIL - 1) is None
    assert stored(graph, ci, attribute) == value
    events = read_stream(graph, None, 100).last
    assert settle_expired_values(graph, UNTIL + 5) == "1 values expired"
    assert stored(graph, ci, attribute) == before
    assert [one.kind for one in read_stream(graph, events, 100).events] == ["changed"]
    listed = list_manual_values(graph, ci, UNTIL + 5).values[0]
    assert (listed.state, listed.value.ended_at) == ("expired", UNTIL)
    assert next(one.value for one in past_of(graph, ci, 10).events if one.attribute == attribute) == value
    assert settle_expired_values(graph, UNTIL + 6) is None


def test_a_value_without_an_end_stays(graph: Graph) -> None:
    receipt = observe(graph, decode(encoded(host(1))), START)
    ci = next(one.ci_id for one in receipt.items if one.key == "host")
    assert ci is not None
    put(graph, ci, "os_name", "other", None)
    put(graph, ci, "memory_bytes", 5, UNTIL)
    assert settle_expired_values(graph, UNTIL) == "1 values expired"
    assert (stored(graph, ci, "os_name"), stored(graph, ci, "memory_bytes")) == ("other", 1 << 30)
