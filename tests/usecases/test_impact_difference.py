"""What became exposed to a failure between two instants."""

from __future__ import annotations

import pytest

from cmdb.errors import Invalid
from cmdb.store.driver import Graph
from cmdb.usecases.dependencies import declare_dependency
from cmdb.usecases.impact_difference import ImpactDifference, impact_difference
from tests.support.hosts import START
from tests.support.shop import BATCH, MINUTE, report

pytestmark = pytest.mark.neo4j
NOW = START + 60 * MINUTE


def told(found: ImpactDifference) -> list[tuple[str, str | None, str | None]]:
    return [(one.ci.name, one.before, one.after) for one in found.cis]


def test_what_depends_on_it_since_is_exposed_and_the_reason_is_the_new_way(shop: Graph) -> None:
    declare_dependency(shop, "batch", "postgres@web-1", "hard", "ann", START + 2 * MINUTE)
    found = impact_difference(shop, {"postgres@web-1": "down"}, START + MINUTE, NOW, NOW)
    assert told(found) == [("batch on web-3", None, "down")]
    assert [hop.verb for hop in found.cis[0].reason.hops] == ["DEPENDS_ON"]
    assert (found.exposed_count, found.relieved_count, found.changed_count) == (1, 0, 0)


def test_what_no_longer_depends_and_what_depends_otherwise_is_told_after_it(shop: Graph) -> None:
    declare_dependency(shop, "batch", "postgres@web-1", "hard", "ann", START)
    declare_dependency(shop, "batch", "postgres@web-1", "soft", "ann", START + 2 * MINUTE)
    report(shop, 2, at=START + 4 * MINUTE, services=BATCH)
    found = impact_difference(shop, {"postgres@web-1": "down"}, START + MINUTE, NOW, NOW)
    assert told(found) == [("batch on web-3", "down", "degraded"), ("app on web-2", "down", None),
                           ("Shop", "down", None)]  # fmt: skip
    assert (found.exposed_count, found.relieved_count, found.changed_count) == (0, 2, 1)


def test_nothing_differs_where_nothing_happened_and_instants_the_wrong_way_round_are_refused(shop: Graph) -> None:
    assert told(impact_difference(shop, {"web-1": "down"}, START + MINUTE, NOW, NOW)) == []
    with pytest.raises(Invalid, match="after the second"):
        impact_difference(shop, {"web-1": "down"}, NOW, START, NOW)
