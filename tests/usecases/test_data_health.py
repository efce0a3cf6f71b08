"""The health of the data on a real graph: what counts, what stands behind each number, and what is kept of it."""

from __future__ import annotations

from typing import Any

import pytest

from cmdb.analyse.data_health import BY_KEY, RULES, Figure, Health, Measure
from cmdb.errors import Invalid, NotFound
from cmdb.model.types import BY_LABEL
from cmdb.store.driver import Graph
from cmdb.store.queries.data_health import counting, listing
from cmdb.store.queries.health_rules import FAULTS
from cmdb.usecases.data_health import Scope, affected_cis, data_health, history, keep_todays_figures
from cmdb.usecases.dependencies import declare_dependency, withdraw_dependency
from cmdb.usecases.manual_values import set_manual_value
from cmdb.usecases.services import declare_service
from cmdb.usecases.teams import create_team, set_responsible
from tests.store.test_statements import explained
from tests.support.estate import ci_of, send
from tests.support.hosts import START, host

DAY_MS = 86_400_000
MINUTE_MS = 60_000

pytestmark = pytest.mark.neo4j


def of(health: Health, key: str) -> Measure:
    return next(one for one in health.measures if one.rule.key == key)


def counts(figures: tuple[Figure, ...]) -> dict[str, tuple[int, int]]:
    return {one.title: (one.considered, one.affected) for one in figures}


def behind(graph: Graph, key: str, now: int = START, **scope: str) -> list[str]:
    """The titles of the CIs behind a number."""
    return [one.title for one in affected_cis(graph, key, Scope(**scope), 500, now)]


def with_os(document: dict[str, Any], os_id: str | None, os_version: str | None, **more: str) -> dict[str, Any]:
    """The document of a host that says which system it runs, and more."""
    said = {"os_id": os_id, "os_version": os_version} | more
    document["items"][0]["attributes"] |= {name: value for name, value in said.items() if value is not None}
    return document


def test_every_rule_has_its_query_and_every_query_its_rule() -> None:
    assert FAULTS.keys() == BY_KEY.keys()


def test_the_engine_finds_what_is_asked_of_each_type_by_an_index(shared_graph: Graph) -> None:
    queries = {counting(rule.key for rule in RULES if label in rule.types) for label in BY_LABEL}
    for query in (*queries, *map(listing, BY_KEY)):
        operators = explained(shared_graph, query)
        assert not {kind for kind in operators if "LabelScan" in kind or "AllNodesScan" in kind}, query


def test_an_empty_graph_has_nothing_wrong(graph: Graph) -> None:
    health = data_health(graph, START)
    assert {(one.considered, one.affected) for one in health.aspects} == {(0, 0)}
    assert behind(graph, "orphan") == []


def test_missing_attributes_are_counted_by_type_source_team_and_attribute(graph: Graph) -> None:
    send(graph, host(1))
    send(graph, with_os(host(2), "debian", "12", vendor="Acme", model="R640", serial_number="CZ1234", cpu_model="X",
                        kernel_version="6.1", architecture="x86_64"))  # fmt: skip
    create_team(graph, "Databases", "ann", START, contact="db@example.org", members="ann")
    set_responsible(graph, "web-1", "support", ["Databases"], "ann", START)
    found = of(data_health(graph, START), "missing-recommended")
    by_type, by_source, by_team = counts(found.by_type), counts(found.by_source), counts(found.by_team)
    assert by_type["Server"] == (2, 1)
    assert by_type["ServiceInstance"] == (4, 4)
    assert by_source["agent"] == (found.total.considered - 1, found.total.affected)
    assert by_source["person"] == (1, 0)  # the team
    assert by_team["Databases"][1] == 5  # web-1, its interface, its filesystem and its two services
    missing = {(one.type, one.attribute): (one.considered, one.affected) for one in found.by_attribute}
    assert missing["Server", "os_version"] == (2, 1)
    assert behind(graph, "missing-recommended", type="Server") == ["web-1"]
    assert behind(graph, "missing-recommended", type="Server", attribute="os_version") == ["web-1"]
    one = affected_cis(graph, "missing-recommended", Scope(type="Server"), 1, START)[0]
    assert "os_id" in one.missing
    assert "name" not in one.missing


def test_every_number_is_the_length_of_the_list_behind_it(graph: Graph) -> None:
    send(graph, host(1))
    send(graph, with_os(host(2), "debian", "10", serial_number="S1"))
    send(graph, with_os(host(3), "plan9", "4", serial_number="S1"))
    team = create_team(graph, "Databases", "ann", START).id
    set_responsible(graph, "web-1", "owner", ["Databases"], "ann", START)
    now = START + 16 * MINUTE_MS
    for found in data_health(graph, now).measures:
        key = found.rule.key
        assert len(behind(graph, key, now)) == found.total.affected, key
        for figure in found.by_type:
            assert len(behind(graph, key, now, type=figure.name)) == figure.affected, (key, figure)
        for figure in found.by_source:
            assert len(behind(graph, key, now, source=figure.name)) == figure.affected, (key, figure)
        for figure in found.by_team:
            assert figure.name in (team, "none")
            assert len(behind(graph, key, now, team=figure.name)) == figure.affected, (key, figure)
        for lacking in found.by_attribute:
            listed = behind(graph, key, now, type=lacking.type, attribute=lacking.attribute)
            assert len(listed) == lacking.affected, (key, lacking)


def test_a_machine_is_stale_when_all_of_its_sources_have_been_silent_for_three_periods(graph: Graph) -> None:
    send(graph, host(1))
    send(graph, host(2, at=START + MINUTE_MS))
    assert of(data_health(graph, START + 15 * MINUTE_MS), "stale").total == Figure("", "", 2, 0)
    now = START + 15 * MINUTE_MS + 1
    assert of(data_health(graph, now), "stale").total == Figure("", "", 2, 1)
    assert behind(graph, "stale", now) == ["web-1"]


def test_what_nobody_has_any_more_is_an_orphan(graph: Graph) -> None:
    send(graph, host(1, packages=2))
    assert behind(graph, "orphan") == []
    send(graph, host(1, packages=1, at=START + MINUTE_MS, address="10.0.0.77"))
    create_team(graph, "Idle", "ann", START)
    assert behind(graph, "orphan") == ["10.0.0.1", "p1 1", "Idle"]


def test_two_machines_with_one_serial_number_are_suspected_to_be_one(graph: Graph) -> None:
    send(graph, with_os(host(1), "debian", "12", serial_number="CZ123", vendor="Acme"))
    send(graph, with_os(host(2), "debian", "12", serial_number="CZ123"))
    send(graph, with_os(host(3), "debian", "12", serial_number="CZ123", vendor="Other"))
    send(graph, with_os(host(4), "debian", "12", serial_number="CZ999"))
    assert behind(graph, "duplicate-suspect") == ["web-1", "web-2", "web-3"]


def test_two_makers_may_give_the_same_serial_number(graph: Graph) -> None:
    send(graph, with_os(host(1), "debian", "12", serial_number="1", vendor="Acme"))
    send(graph, with_os(host(2), "debian", "12", serial_number="1", vendor="Other"))
    assert behind(graph, "duplicate-suspect") == []


def test_one_name_is_suspected_with_an_address_in_common_and_not_without(graph: Graph) -> None:
    send(graph, host(1, name="db"))
    send(graph, host(2, name="db"))
    assert behind(graph, "duplicate-suspect") == []
    send(graph, host(3, name="db", address="10.0.0.1"))
    assert behind(graph, "duplicate-suspect") == ["db", "db"]


def test_a_loopback_address_is_in_common_to_everyone_and_suspects_nobody(graph: Graph) -> None:
    send(graph, host(1, name="localhost", address="127.0.0.1"))
    send(graph, host(2, name="localhost", address="127.0.0.1"))
    assert behind(graph, "duplicate-suspect") == []


def test_servers_and_services_without_an_owner_are_counted(graph: Graph) -> None:
    send(graph, host(1))
    send(graph, host(2))
    create_team(graph, "Sales", "ann", START)
    declare_service(graph, {"name": "Shop", "entry_points": ["nginx@web-1"], "owners": ["Sales"]}, "ann", START)
    declare_service(graph, {"name": "Post", "entry_points": ["postgres@web-2"]}, "ann", START)
    send(graph, host(2, services=(("nginx", "tcp 0.0.0.0:80"),), at=START + MINUTE_MS))
    set_responsible(graph, "web-1", "owner", ["Sales"], "ann", START)
    found = of(data_health(graph, START), "no-owner")
    assert counts(found.by_type) == {"Server": (2, 1), "BusinessService": (2, 1)}
    assert behind(graph, "no-owner") == ["Post", "web-2"]
    assert behind(graph, "no-owner", source="person") == ["Post"]
    assert behind(graph, "no-entry-point") == ["Post"]
    assert behind(graph, "missing-required", type="BusinessService", attribute="criticality") == ["Post", "Shop"]


def test_a_system_is_unsupported_from_the_day_after_its_last(graph: Graph) -> None:
    send(graph, with_os(host(1), "debian", "11"))
    send(graph, with_os(host(2), "debian", "12"))
    send(graph, with_os(host(3), "rhel", "7.9"))
    send(graph, with_os(host(4), "plan9", "4"))
    last = 1_788_134_400_000  # 2026-08-31T00:00Z
    assert behind(graph, "os-unsupported", last + DAY_MS - 1) == ["web-3"]
    assert behind(graph, "os-unsupported", last + DAY_MS) == ["web-1", "web-3"]
    assert behind(graph, "os-support-unknown") == ["web-4"]
    why = affected_cis(graph, "os-unsupported", Scope(), 1, last + DAY_MS)[0].why
    assert why == "debian 11: supported until 2026-08-31 (Debian wiki, page LTS)"


def presenting(document: dict[str, Any], service: int, fingerprint: str, not_after_at: int) -> dict[str, Any]:
    """The document of a host one of whose services presents a certificate."""
    key = [item["key"] for item in document["items"] if item["type"] == "ServiceInstance"][service]
    document["sections"]["certificates"] = "read"
    document["items"].append({
        "key": f"cert:{fingerprint}@{key}", "type": "Certificate", "in": key,
        "attributes": {"fingerprint_sha256": fingerprint, "name": f"{fingerprint}.example.org",
                       "not_after_at": not_after_at},
    })  # fmt: skip
    return document


def test_a_certificate_is_brought_up_before_and_after_its_end_while_a_service_presents_it(graph: Graph) -> None:
    until = START + 31 * DAY_MS
    send(graph, presenting(presenting(host(1), 0, "abc1", until), 1, "abc1", until))
    send(graph, presenting(host(2), 0, "abc1", until))
    team = create_team(graph, "Databases", "ann", START).id
    set_responsible(graph, "web-1", "owner", ["Databases"], "ann", START)
    soon, expired = "certificate-expires-soon", "certificate-expired"
    assert (behind(graph, soon, START + DAY_MS), behind(graph, soon, START + DAY_MS + 1)) == ([], ["abc1.example.org"])
    assert (behind(graph, expired, until), behind(graph, expired, until + 1)) == ([], ["abc1.example.org"])
    assert behind(graph, soon, until + 1) == []
    found = of(data_health(graph, until + 1), expired)
    assert (found.total, counts(found.by_source), counts(found.by_team)) == (
        Figure("", "", 1, 1), {"agent": (1, 1)}, {"Databases": (1, 1)}
    )  # fmt: skip
    [one] = affected_cis(graph, expired, Scope(source="agent", team=team), 10, until + 1)
    assert one.why == "holds until 2025-12-25"
    assert one.place is not None
    assert one.place[1] in ("nginx on web-1", "postgres on web-1", "nginx on web-2")
    renewed = START + 90 * DAY_MS
    for number in (1, 2):
        send(graph, presenting(host(number, at=START + DAY_MS), 0, "abc2", renewed))
    assert behind(graph, expired, until + 1) == []
    assert behind(graph, "orphan", until + 1, type="Certificate") == ["abc1.example.org"]


def test_a_manual_value_that_expired_is_brought_up_until_it_is_set_anew(graph: Graph) -> None:
    server = ci_of(send(graph, host(1)))
    assert server is not None

    def put(expires_at: int, now: int) -> None:
        set_manual_value(graph, server, "vendor", "Acme", "as its label says", expires_at, "ann", now)

    put(START + DAY_MS, START)
    assert behind(graph, "manual-value-expired", START + DAY_MS - 1) == []
    assert behind(graph, "manual-value-expired", START + DAY_MS) == ["web-1"]
    assert behind(graph, "manual-value-expired", START + 31 * DAY_MS) == []
    send(graph, host(1, at=START + DAY_MS + MINUTE_MS))
    assert behind(graph, "manual-value-expired", START + 2 * DAY_MS) == ["web-1"]
    put(START + 9 * DAY_MS, START + 2 * DAY_MS)
    assert behind(graph, "manual-value-expired", START + 3 * DAY_MS) == []


def test_a_list_goes_on_where_a_page_ended_across_types(graph: Graph) -> None:
    send(graph, host(1, name="same"))
    send(graph, host(2, name="same"))
    every = [one.id for one in affected_cis(graph, "missing-recommended", Scope(), 500, START)]
    paged: list[str] = []
    after: tuple[str, str, str] | None = None
    while some := affected_cis(graph, "missing-recommended", Scope(), 3, START, after):
        paged += [one.id for one in some]
        after = (some[-1].type, some[-1].title, some[-1].id)
    assert len(every) == 10
    assert paged == every


def test_a_retired_ci_counts_for_nothing(graph: Graph) -> None:
    send(graph, host(1, services=(("nginx", "tcp 0.0.0.0:80"),)))
    send(graph, host(1, services=(("apache", "tcp 0.0.0.0:80"),), at=START + MINUTE_MS))
    assert counts(of(data_health(graph, START), "missing-recommended").by_type)["ServiceInstance"] == (1, 1)


def test_the_first_figures_of_a_day_are_kept_and_later_ones_are_not(graph: Graph) -> None:
    send(graph, host(1))
    data_health(graph, START)
    create_team(graph, "Sales", "ann", START)
    set_responsible(graph, "web-1", "owner", ["Sales"], "ann", START)
    assert of(data_health(graph, START + MINUTE_MS), "no-owner").total.affected == 0
    tomorrow = START + DAY_MS
    days = history(graph, tomorrow, ("no-owner",))
    assert [(one.day, one.considered, one.affected) for one in days] == [("2025-11-24", 1, 1), ("2025-11-25", 1, 0)]
    assert history(graph, tomorrow, ("no-owner",), "type", "Server") == days
    assert [one.day for one in history(graph, tomorrow, ("no-owner",), days=1)] == ["2025-11-25"]
    assert [one.measure for one in history(graph, tomorrow, days=1)] == ["completeness", "correctness", "compliance"]
    assert graph.ask("MATCH (h:HealthSnapshot) RETURN count(h) AS count") == [{"count": 2}]


def test_a_job_keeps_the_figures_of_each_day_once(graph: Graph) -> None:
    send(graph, host(1))
    assert keep_todays_figures(graph, START) == "the figures of 2025-11-24 kept"
    assert keep_todays_figures(graph, START + MINUTE_MS) is None
    assert keep_todays_figures(graph, START + DAY_MS) == "the figures of 2025-11-25 kept"
    assert [one.day for one in history(graph, START + DAY_MS, ("no-owner",))] == ["2025-11-24", "2025-11-25"]


def test_a_dependency_on_what_is_gone_is_brought_up_until_it_is_withdrawn(graph: Graph) -> None:
    send(graph, host(1))
    send(graph, host(2))
    declare_service(graph, {"name": "Shop", "entry_points": ["nginx@web-1"]}, "ann", START)
    declare_dependency(graph, "nginx@web-1", "postgres@web-2", "hard", "ann", START)
    declare_dependency(graph, "Shop", "web-2", "soft", "ann", START)
    assert behind(graph, "broken-dependency") == []
    send(graph, host(2, services=(("nginx", "tcp 0.0.0.0:80"),), at=START + MINUTE_MS))
    assert behind(graph, "broken-dependency") == ["nginx"]
    assert affected_cis(graph, "broken-dependency", Scope(), 1, START)[0].why == "postgres is retired"
    withdraw_dependency(graph, "nginx@web-1", "postgres@web-2", START + 2 * MINUTE_MS)
    assert behind(graph, "broken-dependency") == []
    graph.tell("MATCH (n:CI {title: 'web-2'}) SET n.state = 'stale'")
    [one] = affected_cis(graph, "broken-dependency", Scope(), 10, START)
    assert (one.title, one.why) == ("Shop", "web-2 is stale")


def test_what_there_is_no_figure_for_is_refused(graph: Graph) -> None:
    with pytest.raises(NotFound):
        affected_cis(graph, "beauty", Scope(), 1, START)
    with pytest.raises(Invalid, match="does not look at the type"):
        affected_cis(graph, "no-owner", Scope(type="Subnet"), 1, START)
    with pytest.raises(Invalid, match="does not look at the attribute"):
        affected_cis(graph, "missing-required", Scope(attribute="colour"), 1, START)
    for wrong in ({"measures": ("beauty",)}, {"by": "moon"}, {"by": "type"}, {"name": "Server"}, {"days": 0}):
        with pytest.raises(Invalid):
            history(graph, START, **wrong)  # pyright: ignore[reportArgumentType]
