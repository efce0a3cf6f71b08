"""What holds for every page: it works without scripts, on a phone, in the dark, and for those who cannot see it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from cmdb.usecases.access import Role
from cmdb.usecases.changes import draft_change
from cmdb.usecases.decisions import Said, make_decision
from cmdb.usecases.incidents import open_incident
from cmdb.usecases.resolve import resolve
from tests.support import showcase
from tests.support.browser import DESKTOP, PHONE, Site, rows
from tests.support.estate import send
from tests.support.hosts import START, host

pytestmark = [pytest.mark.neo4j, pytest.mark.browser]

FAULTS = """
() => {
  const faults = [];
  const say = (what, node) => faults.push(what + ': ' + node.outerHTML.slice(0, 120));
  if (document.documentElement.lang !== 'en') faults.push('no language');
  if (document.querySelectorAll('h1').length !== 1) faults.push('not one h1');
  if (document.documentElement.scrollWidth > window.innerWidth) faults.push('wider than the window: ' +
    document.documentElement.scrollWidth);
  if (document.querySelector('script, style, [style], [onclick]')) faults.push('something inline');
  const ids = [...document.querySelectorAll('[id]')].map(node => node.id);
  ids.filter((id, at) => ids.indexOf(id) !== at).forEach(id => faults.push('twice the id ' + id));
  for (const node of document.querySelectorAll('input:not([type=hidden]), select, textarea'))
    if (!node.labels.length && !node.ariaLabel) say('no label', node);
  for (const node of document.querySelectorAll('table')) {
    if (!node.caption) say('no caption', node);
    for (const head of node.querySelectorAll('th')) if (!head.scope) say('no scope', head);
  }
  for (const name of ['aria-describedby', 'aria-labelledby'])
    for (const node of document.querySelectorAll('[' + name + ']'))
      for (const id of node.getAttribute(name).split(' '))
        if (!document.getElementById(id)) say('nothing has the id ' + id, node);
  const levels = [...document.querySelectorAll('h1, h2, h3, h4')].map(node => +node.tagName[1]);
  levels.forEach((level, at) => { if (at && level > levels[at - 1] + 1) faults.push('a heading skips a level'); });

  const numbers = text => (text.match(/[\\d.]+/g) || []).map(Number);
  const over = (top, ground) => top.map((part, at) => part * top[3] + ground[at] * (1 - top[3])).slice(0, 3);
  const ground = node => {
    if (!node) return numbers(getComputedStyle(document.documentElement).backgroundColor).concat(1).slice(0, 4);
    const [r, g, b, a = 1] = numbers(getComputedStyle(node).backgroundColor);
    return a === 1 ? [r, g, b] : over([r, g, b, a], ground(node.parentElement));
  };
  const light = ([r, g, b]) => [r, g, b].map(part => part / 255)
    .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !node.checkVisibility()) continue;
    if (node.closest('svg, .unseen, .skip, option')) continue;
    const [one, other] = [light(numbers(getComputedStyle(node).color)), light(ground(node))].sort((a, b) => b - a);
    const ratio = (one + 0.05) / (other + 0.05);
    if (ratio < 4.5) say('contrast ' + ratio.toFixed(2), node);
  }
  return faults;
}
"""


@pytest.fixture
def addresses(site: Site) -> list[str]:
    """Every page, on the shop with an incident and a change."""
    site.open_shop()
    graph = site.api.core.graph
    incident = open_incident(graph, {"cis": {"db-1": "down"}, "description": "It is dark."}, "Rita", START)
    change = draft_change(graph, {"title": "Upgrade", "cis": {"redis@cache-1": "degraded"}}, "Chris", START)
    ids = {name: resolve(graph, name).id for name in ("db-1", "postgresql@db-1", "Web shop", "10.0.0.31")}
    for number in (61, 62):
        send(graph, host(number, system_uuid="44454c4c-0031-3510-8052-b4c04f4a4832"))
    apart = Said("separate", cis=(ids["db-1"], resolve(graph, "cache-1").id), reason="Two racks.")
    decision = make_decision(graph, apart, "Chris", START).decision
    team = incident.assessment.teams[0].id if incident.assessment else ""
    return [
        "/", "/cis", "/cis?type=Server&state=any", "/cis?q=nothing+like+it", f"/cis/{ids['db-1']}",
        f"/cis/{ids['postgresql@db-1']}", f"/cis/{ids['db-1']}/relations", f"/cis/{ids['db-1']}/history",
        "/impact", "/impact?ci=db-1", "/impact?ci=haproxy@edge-1&direction=needs", "/impact?ci=sshd", "/incidents",
        "/incidents/new", f"/incidents/{incident.id}", "/changes", "/changes/new", f"/changes/{change.id}",
        f"/changes/{change.id}/edit", "/services", "/services/new", f"/services/{ids['Web shop']}",
        f"/services/{ids['Web shop']}/edit", "/teams", "/teams/new", f"/teams/{team}", f"/teams/{team}/edit",
        "/sources", "/sources/agent|agent-31|host|default|agent-31", "/review", f"/review/decisions/{decision.id}",
        "/events", "/webhooks", "/data-health", "/data-health/no-owner", "/cis/ci_nobody", "/nowhere",
    ]  # fmt: skip


def visited(page: Page, addresses: list[str]) -> Iterator[str]:
    for address in addresses:
        page.goto(address)
        yield address


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desktop", "phone"])
def test_every_page_can_be_read_by_everyone(
    site: Site, addresses: list[str], size: tuple[int, int], scheme: str
) -> None:
    page = site.visitor(Role.ADMIN, size=size, scheme=scheme)
    found = {address: faults for address in visited(page, addresses) if (faults := page.evaluate(FAULTS))}
    page.context.clear_cookies()
    page.goto("/sign-in")
    found |= {"/sign-in": faults} if (faults := page.evaluate(FAULTS)) else {}
    assert found == {}


def test_everything_works_without_scripts_on_a_phone(site: Site) -> None:
    site.open_shop()
    page = site.visitor(Role.RESPONDER, size=PHONE, scripts=False)
    page.get_by_label("Find anything you run").fill("redis")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="redis", exact=True).click()
    page.get_by_role("link", name="Show impact").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("If redis on cache-1 is down")
    assert [row.split(" | ")[0] for row in rows(page, "Affected services")] == ["Web shop"]
    page.goto("/incidents/new")
    page.get_by_label("What failed, number 1").fill("cache-1")
    page.get_by_role("button", name="Open the incident").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("cache-1: down")
    page.get_by_role("button", name="Start work").click()
    expect(page.locator(".badge.is-in_progress").first).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.goto("/incidents")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_a_reader_is_offered_nothing_that_would_be_refused(site: Site, addresses: list[str]) -> None:
    page = site.visitor(Role.READER)
    shown = [one for one in addresses if "/new" not in one and "/edit" not in one and "no" not in one]
    forms = {address: page.locator("form[method=post]:not([action='/sign-out'])").count()
             for address in visited(page, shown)}  # fmt: skip
    assert set(forms.values()) == {0}, forms
    page.goto("/changes/new")
    expect(page.get_by_role("heading", level=1)).to_have_text("Not allowed")
    expect(page.get_by_text("this needs the role", exact=False)).to_be_visible()


def test_whoever_follows_a_link_signs_in_and_lands_where_the_link_led(site: Site) -> None:
    page = site.visitor(None)
    page.goto("/cis?type=Server&state=any")
    page.get_by_label("Token").fill("cmdb_wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text("This token is unknown, revoked or expired")
    page.get_by_label("Token").fill(site.api.secret(Role.READER))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Servers")
    assert page.url.endswith("/cis?type=Server&state=any")
    cookie = page.context.cookies()[0]
    assert (cookie.get("httpOnly"), cookie.get("sameSite")) == (True, "Strict")


def test_a_link_on_another_site_finds_the_session(site: Site) -> None:
    page = site.visitor(Role.READER)
    page.goto(f"data:text/html,<a href='{site.address}/cis?type=Server'>there</a>")
    page.get_by_role("link", name="there").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Servers")


def test_held_endings_are_released_by_an_administrator(site: Site) -> None:
    minute = 60_000
    documents = [host(1, packages=30), host(1, packages=0, at=START + 5 * minute)]
    showcase.take_all(site.api.core.graph, documents)
    site.api.clock.advance(6 * minute)
    for role, may_decide in ((Role.READER, False), (Role.ADMIN, True)):
        page = site.visitor(role)
        page.goto("/")
        expect(page.get_by_text("30 endings held")).to_be_visible()
        page.get_by_role("link", name="agent|agent-1|host|default|agent-1").click()
        expect(page.get_by_role("heading", name="30 things vanished at once, and are held")).to_be_visible()
        assert (page.get_by_role("button", name="They are gone").count() == 1) is may_decide
    page.get_by_role("button", name="They are gone").click()
    expect(page.get_by_text("Its next document will end them.")).to_be_visible()
    showcase.take_all(site.api.core.graph, [host(1, packages=0, at=START + 7 * minute)])
    page.reload()
    expect(page.get_by_text("vanished at once")).to_have_count(0)
