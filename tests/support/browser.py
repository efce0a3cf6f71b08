"""The pages in a real browser: a server on the loopback, people who are signed in, and an ear for what goes wrong."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from cmdb.usecases.access import Role
from tests.support import showcase
from tests.support.api import Api
from tests.support.require import require

ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
DESKTOP, PHONE = (1280, 900), (360, 740)
PATIENCE_MS = 60_000


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium, without a window."""
    program = require("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        yield browser
        browser.close()


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The address at which this app answers on the loopback."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(app, log_config=None, lifespan="off", ws="none")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@dataclass
class Site:
    """The served pages, and whoever visits them. `complaints` is what browsers said against the pages."""

    address: str
    api: Api
    browser: Browser
    complaints: list[str] = field(default_factory=list[str])
    _contexts: list[BrowserContext] = field(default_factory=list[BrowserContext])

    def visitor(
        self, role: Role | None, *, size: tuple[int, int] = DESKTOP, scheme: str = "light", scripts: bool = True
    ) -> Page:
        """A page of a browser of its own, signed in with a token of this role; None: not signed in."""
        context = self.browser.new_context(
            base_url=self.address,
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if scheme == "dark" else "light",
            java_script_enabled=scripts,
        )
        context.set_default_timeout(PATIENCE_MS)
        self._contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: self._hear(said.type, said.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("requestfailed", lambda request: self._miss(request.url, request.failure))
        if role is not None:
            sign_in(page, self.api.secret(role))
        return page

    def open_shop(self) -> None:
        """Fill the graph with the showcase, as it was reported a minute ago."""
        showcase.build(self.api.core.graph, self.api.clock())
        self.api.clock.advance(60_000)

    def close(self) -> None:
        """Close every browser window."""
        for context in self._contexts:
            context.close()

    def _miss(self, url: str, why: str | None) -> None:
        if why != "net::ERR_ABORTED":  # the next page was asked for before this one had all its parts
            self.complaints.append(f"{url} failed: {why}")

    def _hear(self, kind: str, text: str) -> None:
        # A refused form is answered with 4xx, which Chromium reports as a failed load of the page itself.
        if kind in ("error", "warning") and "the server responded with a status of 4" not in text:
            self.complaints.append(text)


def sign_in(page: Page, secret: str) -> None:
    """Sign in with a token, and land on the page that was asked for."""
    if "/sign-in" not in page.url:
        page.goto("/sign-in")
    page.get_by_label("Token").fill(secret)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


def rows(page: Page, caption: str) -> list[str]:
    """The rows of the table with this caption, each with its cells in one line."""
    found = page.get_by_role("table", name=caption).locator("tbody tr").all()
    return [" | ".join(" ".join(cell.split()) for cell in row.locator("th, td").all_inner_texts()) for row in found]
