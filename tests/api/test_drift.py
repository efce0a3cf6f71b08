from __future__ import annotations

from typing import Any

import pytest

from tests.support.estate import send
from tests.support.hosts import START, host

pytestmark = pytest.mark.neo4j
HOUR = 3_600_000
ADDRESS = "/api/v1/drift"


def with_user(user: str, at: int) -> dict[str, Any]:
    document = host(1, at=at, services=(("nginx", "tcp 0.0.0.0:80"),))
    for item in document["items"]:
        if item["type"] == "ServiceInstance":
            item["attributes"]["user"] = user
    return document


def test_drift_tells_what_changed_on_which_machine_and_why_nothing_explains_it(api: Any, reader: Any) -> None:
    send(api.core.graph, with_user("www-data", START - 2 * HOUR))
    send(api.core.graph, with_user("root", START - HOUR))
    said = reader.get(ADDRESS).json()
    (finding,) = said["findings"]
    (revision,) = finding["revisions"]
    assert (finding["verdict"], finding["attribute"], finding["change"]) == ("unauthorised", "user", None)
    assert finding["reason"] == "no approved change is about it or what it runs on"
    assert (revision["ci"]["title"], revision["place"]["title"]) == ("nginx", "web-1")
    assert (revision["old"], revision["new"]) == ("www-data", "root")
    assert (revision["changed_after"], revision["seen_at"]) == ("2025-11-24T14:00:00.000Z", "2025-11-24T15:00:00.000Z")
    assert said["counts"] == {"unauthorised": 1, "authorised": 0, "noise": 0}
    assert (said["left_out"], said["is_cut"]) == ({}, False)


def test_drift_is_asked_for_by_time_and_verdict(api: Any, reader: Any) -> None:
    send(api.core.graph, with_user("www-data", START - 2 * HOUR))
    send(api.core.graph, with_user("root", START - HOUR))
    assert reader.get(ADDRESS, params={"verdict": "noise"}).json()["findings"] == []
    assert reader.get(ADDRESS, params={"until": "2025-11-24T14:30:00Z"}).json()["findings"] == []
    assert len(reader.get(ADDRESS, params={"since": "2025-11-24T14:30:00Z"}).json()["findings"]) == 1
    refused = reader.get(ADDRESS, params={"since": "2025-11-25T00:00:00Z", "until": "2025-11-24T00:00:00Z"})
    assert refused.status_code == 422
    assert refused.json()["field"] == "until"
