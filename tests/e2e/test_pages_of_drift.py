"""Drift as a change manager and a reader meet it in a browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from cmdb.usecases.access import Role
from cmdb.usecases.drift_rules import make_rule
from cmdb.usecases.drift_watch import watch_drift
from tests.e2e.test_pages_everywhere import FAULTS
from tests.support.browser import DESKTOP, PHONE, Site, rows
from tests.support.estate import send
from tests.support.hosts import host

pytestmark = [pytest.mark.neo4j, pytest.mark.browser]
HOUR = 3_600_000


@pytest.fixture
def edited(site: Site) -> None:
    """Three machines got another system and one another service, and a gateway moved to and fro; one rule stands."""
    graph, now = site.api.core.graph, site.api.core.now()
    for at, version in ((now - 5 * HOUR, "12"), (now - HOUR, "13")):
        for number in (1, 2, 3):
            services = (("nginx", "tcp 0.0.0.0:80"), ("miner", "tcp 0.0.0.0:4444"))[: 2 if at > now - 2 * HOUR else 1]
            document = host(number, at=at, services=services if number == 2 else services[:1])
            document["items"][0]["attributes"]["os_version"] = version
            send(graph, document)
    for turn in range(5):
        document = host(4, at=now - (5 - turn) * HOUR)
        document["items"][0]["attributes"]["default_gateways"] = [f"10.0.0.{turn % 2}"]
        send(graph, document)
    make_rule(graph, type="Server", attribute="kernel_version", is_noise=True, reason="Rolling", by="Ann", now=now)
    watch_drift(graph, now)


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desktop", "phone"])
def test_the_pages_of_drift_can_be_read_by_everyone(
    site: Site, edited: None, size: tuple[int, int], scheme: str
) -> None:
    page = site.visitor(Role.CHANGE_MANAGER, size=size, scheme=scheme)
    for address in ("/drift", "/drift?state=accepted", "/drift/DRF-000001", "/drift/DRF-000002", "/drift/noise"):
        page.goto(address)
        assert page.evaluate(FAULTS) == [], address


def test_a_reader_finds_what_changed_and_is_offered_no_decision(site: Site, edited: None) -> None:
    page = site.visitor(Role.READER)
    page.goto("/")
    page.get_by_role("link", name="Drift", exact=True).click()
    assert len(rows(page, "Findings, newest first")) == 2
    page.get_by_role("link", name="os_version: 12 → 13 on web-1 and 2 more").click()
    assert [row.split(" | ")[0] for row in rows(page, "What changed")] == ["web-1", "web-2", "web-3"]
    assert page.locator("form[method=post]:not([action='/sign-out'])").count() == 0
    page.get_by_role("link", name="web-2").click()
    expect(page.get_by_text("Changed without an approved change")).to_be_visible()
    expect(page.get_by_role("link", name="service instance miner came on web-2")).to_be_visible()


def test_a_change_manager_rejects_one_and_records_a_change_for_another(site: Site, edited: None) -> None:
    page = site.visitor(Role.CHANGE_MANAGER)
    page.goto("/drift")
    page.get_by_role("link", name="service instance miner came on web-2").click()
    page.get_by_text("Reject", exact=True).first.click()
    page.locator("#f-reason-rejected").fill("Nobody asked for it")
    page.get_by_role("button", name="Reject").click()
    expect(page.locator(".badge.is-rejected").first).to_be_visible()
    page.goto("/drift")
    page.get_by_role("link", name="os_version: 12 → 13 on web-1 and 2 more").click()
    page.get_by_text("Record a change", exact=True).first.click()
    page.get_by_label("Who had it done").fill("Ann")
    page.locator("#f-reason-recorded").fill("The upgrade was urgent")
    page.get_by_role("button", name="Record a change").click()
    page.get_by_role("link", name="CHG-000001").first.click()
    expect(page.get_by_text("recorded afterwards").first).to_be_visible()
    expect(page.get_by_text("Ann").first).to_be_visible()
