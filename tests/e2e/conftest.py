"""Browsers for the tests of the pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from cmdb.store.driver import Graph
from tests.support.api import api_on
from tests.support.browser import Site, chromium, served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for a module: while it runs, its event loop occupies the thread."""
    with chromium() as running:
        yield running


@pytest.fixture
def site(graph: Graph, tmp_path: Path, browser: Browser) -> Iterator[Site]:
    """The pages on an empty graph. What a browser complains about fails the test."""
    api = api_on(graph, tmp_path)
    with served(api.app) as address:
        found = Site(address, api, browser)
        yield found
        found.close()
    assert found.complaints == []
