"""What somebody on call does on the pages."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from cmdb.usecases.access import Role
from tests.support import showcase
from tests.support.browser import Site, rows
from tests.support.hosts import START

pytestmark = [pytest.mark.neo4j, pytest.mark.browser]

MINUTE_MS = 60_000


@pytest.fixture
def responder(site: Site) -> Page:
    """A responder before the shop, in which PostgreSQL was upgraded ten minutes ago."""
    site.open_shop()
    showcase.take_all(site.api.core.graph, showcase.with_postgresql("16.4", START + 10 * MINUTE_MS))
    site.api.clock.advance(20 * MINUTE_MS)
    return site.visitor(Role.RESPONDER)


def test_a_responder_finds_a_database_and_reads_what_an_incident_on_it_affects_and_why(responder: Page) -> None:
    responder.get_by_label("Find anything you run").fill("postgres")
    responder.get_by_role("button", name="Search").click()
    responder.get_by_role("link", name="postgresql", exact=True).click()
    expect(responder.get_by_role("heading", level=1)).to_have_text("postgresql on db-1")
    expect(responder.get_by_role("table", name="Values")).to_contain_text("16.4")
    expect(responder.locator(".timeline")).to_contain_text(re.compile(r"Version:\s+15\.8\s+→ 16\.4"))

    responder.get_by_role("link", name="Open an incident").click()
    responder.get_by_label("Title").fill("Orders fail")
    responder.get_by_role("button", name="Open the incident").click()

    expect(responder).to_have_url(re.compile("/incidents/INC-000001$"))
    affected = sorted(row.split(" | ")[:3] for row in rows(responder, "Affected services"))
    assert affected == [
        ["Order intake", "down", "high"],
        ["Partner billing", "down", "medium"],
        ["Sales reports", "down", "low"],
        ["Web shop", "degraded", "critical"],
    ]
    responder.locator("summary", has_text="Web shop depends on Order intake").first.click()
    why = responder.locator("details[open] .hops").first
    expect(why).to_contain_text("Web shop depends on Order intake soft, declared by a person")
    expect(why).to_contain_text("nginx on edge-2 calls orders-api on orders-1 hard, observed on the network")
    expect(why).to_contain_text("orders-api on orders-1 calls postgresql on db-1")
    picture = responder.locator("svg.picture")
    expect(picture.locator("title").first).to_have_text("What INC-000001 affects")
    expect(picture.locator(".box")).to_have_count(9)
    expect(picture.locator(".tag-text").first).to_have_text("down")
    expect(picture.locator(".line.is-soft")).to_have_count(1)
    teams = responder.locator("h2#teams + ul")
    expect(teams).to_contain_text("stores@shop.example")
    assert any("postgresql on db-1" in row and "15.8 → 16.4" in row for row in rows(responder, "What changed"))


def test_a_responder_works_an_incident_to_its_end(responder: Page) -> None:
    responder.goto("/incidents/new")
    responder.get_by_label("What failed, number 1").fill("10.0.0.41:6379")
    responder.get_by_label("Effect on number 1").select_option("degraded")
    responder.get_by_role("button", name="Open the incident").click()
    expect(responder.get_by_role("heading", level=1)).to_contain_text("redis on cache-1: degraded")

    responder.get_by_role("button", name="Start work").click()
    expect(responder.locator(".badge.is-in_progress").first).to_be_visible()

    responder.locator("summary", has_text="Put on hold").click()
    responder.get_by_label("Waits for").select_option("awaiting_caller")
    responder.get_by_role("button", name="Put on hold").click()
    expect(responder.get_by_role("alert")).to_have_text("A comment must tell the caller what is asked of them")
    responder.get_by_label("What is asked for").fill("Is it still slow?")
    responder.get_by_role("button", name="Put on hold").click()
    expect(responder.locator(".badge.is-on_hold").first).to_be_visible()

    responder.get_by_label("Add a comment").fill("<b>Restarted</b> it.")
    responder.get_by_role("button", name="Add", exact=True).click()
    expect(responder.locator(".story")).to_contain_text("<b>Restarted</b> it.")

    responder.locator("summary", has_text="Resolve").click()
    responder.get_by_label("How it was resolved").fill("Gave it more memory.")
    responder.get_by_role("button", name="Resolve").click()
    expect(responder.locator(".badge.is-resolved").first).to_be_visible()
    responder.get_by_role("button", name="Close").click()
    expect(responder.get_by_text("It is closed.")).to_be_visible()
    story = responder.locator(".story").inner_text()
    assert story.index("Is it still slow?") < story.index("Gave it more memory.")

    responder.goto("/incidents")
    expect(responder.get_by_text("No incident is open.")).to_be_visible()
    responder.goto("/incidents?state=closed")
    assert rows(responder, "Incidents")[0].startswith("INC-000001 | redis on cache-1: degraded | closed")


def test_a_name_that_fits_several_things_is_settled_by_choosing_one(responder: Page) -> None:
    responder.goto("/incidents/new")
    responder.get_by_label("What failed, number 1").fill("sshd")
    responder.get_by_label("What is wrong").fill("Nobody gets in.")
    responder.get_by_role("button", name="Open the incident").click()
    expect(responder.get_by_role("alert")).to_have_text("Several things go by this name. Choose one of them.")
    expect(responder.get_by_label("What is wrong")).to_have_value("Nobody gets in.")
    responder.get_by_label("sshd on db-1").check()
    responder.get_by_role("button", name="Open the incident").click()
    expect(responder.get_by_role("heading", level=1)).to_have_text("sshd on db-1: down")
    expect(responder.get_by_text("No declared service is reached.")).to_be_visible()


def test_what_another_incident_explains_already_is_not_told_twice(responder: Page) -> None:
    for name in ("db-1", "orders-api@orders-1"):
        responder.goto("/incidents/new")
        responder.get_by_label("What failed, number 1").fill(name)
        responder.get_by_role("button", name="Open the incident").click()
    expect(responder.get_by_text("INC-000002").first).to_be_visible()
    expect(responder.get_by_text("No declared service is reached.")).to_be_visible()
    assert "already down before" in rows(responder, "Everything that is reached")[0]


def test_impact_is_asked_without_a_ticket_and_in_both_directions(responder: Page) -> None:
    responder.goto("/impact")
    responder.get_by_label("What fails").first.fill("cache-1")
    responder.get_by_label("Depth in hops").fill("2")
    responder.get_by_role("button", name="Show").click()
    expect(responder.get_by_role("heading", level=1)).to_have_text("If cache-1 is down")
    expect(responder.get_by_text(re.compile("beyond the depth of 2 hops"))).to_be_visible()
    assert any(
        row.startswith("redis on cache-1 | service instance | down | 1") for row in rows(responder, "Everything")
    )
    responder.get_by_label("Question").select_option("needs")
    responder.get_by_label("Depth in hops").fill("")
    responder.get_by_role("button", name="Show").click()
    expect(responder.get_by_text("It needs nothing that is known.")).to_be_visible()
    responder.goto("/impact?ci=nothing-of-the-kind")
    expect(responder.get_by_role("alert")).to_contain_text("Nothing is known by 'nothing-of-the-kind'")
