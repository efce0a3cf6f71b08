"""As of any instant equals what stood when only the documents up to it had come, and differences lead to the next."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cmdb.model.sources import MINUTE_MS
from cmdb.store.driver import Graph
from cmdb.usecases.as_of import show_ci_at
from cmdb.usecases.differences import ci_difference
from cmdb.usecases.inventory import Wanted, find_cis
from cmdb.usecases.relations import Relations, relations
from cmdb.usecases.show import Shown, show_ci
from tests.support.estate import send
from tests.support.hosts import START, host

pytestmark = pytest.mark.neo4j


@dataclass(frozen=True)
class Reading:
    """What one document of a machine says. `redis` None: the service does not run."""

    is_login: bool
    os_version: str
    vendor: str | None
    redis: str | None
    packages: int
    lacks_services: bool

    def document(self, at: int) -> dict[str, Any]:
        services = (("nginx", "tcp 0.0.0.0:80"),) + ((("redis", "tcp 0.0.0.0:6379"),) if self.redis else ())
        unread = {"services": "not_read"} if self.lacks_services or self.is_login else {}
        found = host(1, at=at, packages=self.packages, services=services, sections=unread)
        for item in found["items"]:
            if item["key"] == "host":
                item["attributes"] |= {"os_version": self.os_version} | ({"vendor": self.vendor} if self.vendor else {})
            if item["key"] == "svc:unit:redis":
                item["attributes"]["version"] = self.redis
        if unread:
            found["items"] = [item for item in found["items"] if item["type"] != "ServiceInstance"]
        if self.is_login:
            found["source"] = {"kind": "ssh", "name": "cmdb-collect", "version": "1", "instance": "site-a"}
            found["scope"]["key"] = "10.0.0.1:22"
            found["document_id"] = f"by-ssh-{at}"
            found["items"][0]["identifiers"].pop("agent_id")
            found["items"] = [item for item in found["items"] if item["type"] != "SoftwareRelease"]
            found["sections"]["packages"] = "not_read"
        return found


READINGS = st.lists(
    st.builds(
        Reading, st.booleans(), st.sampled_from("123"), st.sampled_from([None, "ACME", "Emca"]),
        st.sampled_from([None, "6", "7"]), st.integers(0, 2), st.booleans(),
    ),
    min_size=3, max_size=6,
)  # fmt: skip

State = tuple[str, dict[str, Any], set[tuple[str, ...]]]


def ids(graph: Graph, now: int) -> list[str]:
    return [one.ci.id for one in find_cis(graph, Wanted(state="any"), 500, now)]


def state_of(shown: Shown, related: Relations) -> State:
    values = {one.name: one.value for one in shown.values if not one.is_volatile}
    return shown.state, values, {
        (one.direction, one.type, one.ci.id if one.ci else one.far_end.title if one.far_end else "")
        for one in related.relationships
    }  # fmt: skip


def at(graph: Graph, ci: str, instant: int) -> State:
    return state_of(show_ci_at(graph, ci, instant), relations(graph, ci, limit=500, as_of=instant))


@given(READINGS)
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_instant_is_told_as_it_stood_then_and_differences_lead_from_one_to_the_other(
    graph: Graph, readings: list[Reading]
) -> None:
    graph.tell("MATCH (n) WHERE NOT n:Migration DETACH DELETE n")
    instants = [START + number * 2 * MINUTE_MS for number in range(len(readings))]
    stood: list[dict[str, State]] = []
    for instant, reading in zip(instants, readings, strict=True):
        send(graph, reading.document(instant))
        stood.append({
            ci: state_of(show_ci(graph, ci, instant), relations(graph, ci, limit=500)) for ci in ids(graph, instant)
        })  # fmt: skip
    everything, now = ids(graph, instants[-1]), instants[-1]
    for instant, then in zip(instants, stood, strict=True):
        for ci in everything:
            told = at(graph, ci, instant)
            expected = then.get(ci)
            if expected is None or expected[0] == "retired":
                assert told[0] != "active" or not told[2]
            else:
                assert told == expected
    for start, end in [*pairwise(instants), (instants[0], instants[-1])]:
        for ci in everything:
            before, after = at(graph, ci, start), at(graph, ci, end)
            found = ci_difference(graph, ci, start, end, now)
            assert (found.state_before, found.state_after) == (before[0], after[0])
            values = before[1] | {one.name: one.new for one in found.values}
            assert {name: value for name, value in values.items() if value is not None} == after[1]
            changed = {
                began: {(one.direction, one.verb, one.other or one.other_title) for one in found.relations
                        if one.began is began}
                for began in (True, False)
            }  # fmt: skip
            assert changed[False] <= before[2]
            assert (before[2] - changed[False]) | changed[True] == after[2]
