"""What somebody who plans and decides changes does on the pages."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from cmdb.usecases.access import Role
from tests.support.browser import Site, rows

pytestmark = [pytest.mark.neo4j, pytest.mark.browser]


@pytest.fixture
def manager(site: Site) -> Page:
    """A change manager before the shop."""
    site.open_shop()
    return site.visitor(Role.CHANGE_MANAGER)


def test_a_change_is_planned_read_submitted_approved_by_another_and_completed(site: Site, manager: Page) -> None:
    manager.goto("/cis?q=orders-api")
    manager.get_by_role("link", name="orders-api", exact=True).click()
    manager.get_by_role("link", name="Plan a change").click()
    expect(manager.get_by_text("orders-api on orders-1")).to_be_visible()
    manager.get_by_label("Title").fill("Move orders-api to a new release")
    manager.get_by_label("Window begins").fill("2025-11-29T22:00")
    manager.get_by_label("Window ends").fill("2025-11-29T21:00")
    manager.get_by_role("button", name="Save the draft").click()
    expect(manager.get_by_role("alert")).to_have_text("The window ends before it starts")
    expect(manager.get_by_label("Title")).to_have_value("Move orders-api to a new release")
    expect(manager.get_by_text("orders-api on orders-1")).to_be_visible()

    manager.get_by_label("Window ends").fill("2025-11-29T23:30")
    manager.get_by_role("button", name="Save the draft").click()
    expect(manager).to_have_url(re.compile("/changes/CHG-000001$"))
    affected = sorted(row.split(" | ")[0] for row in rows(manager, "Affected services"))
    assert affected == ["Order intake", "Partner billing", "Web shop"]
    expect(manager.locator("svg.picture .box")).to_have_count(6)
    assert any(row.startswith("orders-api on orders-1 | service instance | down | start")
               for row in rows(manager, "Everything that is reached"))  # fmt: skip

    manager.get_by_role("button", name="Submit for approval").click()
    expect(manager.get_by_role("alert")).to_contain_text("Say how to go back if it fails")
    manager.get_by_role("link", name="edit the draft", exact=True).click()
    manager.get_by_label("How to go back").fill("Deploy the former release.")
    manager.get_by_role("button", name="Save the draft").click()
    manager.get_by_role("button", name="Submit for approval").click()
    expect(manager.get_by_text("somebody else decides")).to_be_visible()
    assert manager.get_by_role("button", name="Approve").count() == 0

    other = site.visitor(Role.ADMIN)
    expect(other.get_by_role("link", name="Move orders-api to a new release")).to_be_visible()
    other.get_by_role("link", name="Move orders-api to a new release").click()
    other.locator("summary", has_text="Approve").click()
    other.get_by_label("Note").fill("Sales agree.")
    other.get_by_role("button", name="Approve").click()
    expect(other.locator(".badge.is-approved").first).to_be_visible()

    manager.reload()
    manager.get_by_role("button", name="Start").click()
    manager.locator("summary", has_text="Complete").click()
    manager.get_by_label("How it went").select_option("with issues")
    manager.get_by_role("button", name="Complete").click()
    expect(manager.get_by_text("It is completed.")).to_be_visible()
    expect(manager.locator(".badge.is-with_issues")).to_have_text("with issues")
    expect(manager.locator(".story")).to_contain_text("Sales agree.")


def test_two_who_edit_one_draft_do_not_overwrite_each_other(site: Site, manager: Page) -> None:
    manager.goto("/changes/new")
    manager.get_by_label("Title").fill("Replace a disk")
    manager.get_by_label("What is touched, number 1").fill("db-1")
    manager.get_by_role("button", name="Save the draft").click()
    manager.get_by_role("link", name="Edit the draft").click()
    other = site.visitor(Role.ADMIN)
    other.goto("/changes/CHG-000001/edit")
    other.get_by_label("What is done").fill("Disk sda")
    other.get_by_role("button", name="Save the draft").click()
    expect(other.get_by_text("Disk sda", exact=True)).to_be_visible()
    manager.get_by_label("What is done").fill("Disk sdb")
    manager.get_by_role("button", name="Save the draft").click()
    expect(manager.get_by_role("alert")).to_contain_text("read it again")
    expect(manager.get_by_label("What is done")).to_have_value("Disk sdb")


def test_a_service_is_declared_by_naming_where_it_enters_and_then_counts(manager: Page) -> None:
    manager.goto("/teams/new")
    manager.get_by_label("Name").fill("Finance")
    manager.get_by_role("button", name="Save").click()
    expect(manager.get_by_role("heading", level=1)).to_have_text("Finance")
    manager.goto("/services/new")
    manager.get_by_label("Name").fill("Sales reports")
    manager.get_by_label("Enters at").last.fill("redis@cache-1")
    manager.get_by_label("Criticality").select_option("medium")
    manager.get_by_role("group", name="Owned by").get_by_label("Finance").check()
    manager.get_by_role("button", name="Save").click()
    expect(manager.get_by_role("alert")).to_contain_text("There is a BusinessService called 'Sales reports' already")
    expect(manager.get_by_role("group", name="Owned by").get_by_label("Finance")).to_be_checked()
    manager.get_by_label("Name").fill("Session store")
    manager.get_by_role("button", name="Save").click()
    expect(manager.get_by_role("heading", level=1)).to_have_text("Session store")
    manager.goto("/impact?ci=cache-1")
    assert any(row.startswith("Session store | down | medium | Finance") for row in rows(manager, "Affected services"))
    manager.goto("/services")
    manager.get_by_role("link", name="Session store").click()
    manager.locator("summary", has_text="End this service").click()
    manager.get_by_role("button", name="End it").click()
    expect(manager.get_by_role("link", name="Session store")).to_have_count(0)


def test_what_a_machine_needs_and_who_answers_for_it_is_declared_on_its_page(manager: Page) -> None:
    manager.goto("/cis?type=Server")
    manager.get_by_role("link", name="billing-1").click()
    manager.locator("summary", has_text="What it needs").click()
    manager.get_by_label("It needs").fill("sshd")
    manager.get_by_label("Without that").select_option("soft")
    manager.get_by_role("button", name="Say so").first.click()
    manager.get_by_label("sshd on cache-1").check()
    manager.get_by_label("Without that").select_option("soft")
    manager.get_by_role("button", name="Say so").first.click()
    needed = manager.locator("section", has_text="Depends on")
    expect(needed).to_contain_text("sshd")
    manager.locator("summary", has_text="Who answers for it").click()
    manager.get_by_role("group", name="Owned by").get_by_label("Web platform").check()
    manager.get_by_role("button", name="Say so").last.click()
    expect(manager.locator("section", has_text="Is owned by")).to_contain_text("Web platform")
    manager.goto("/impact?ci=sshd@cache-1")
    assert any(row.startswith("billing-1 | server | degraded | 1") for row in rows(manager, "Everything"))
    manager.goto("/teams")
    manager.get_by_role("link", name="Web platform").click()
    expect(manager.locator("section", has_text="Owns")).to_contain_text("billing-1")
