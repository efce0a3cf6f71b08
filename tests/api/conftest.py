"""The API on an empty graph."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from cmdb.store.driver import Graph
from cmdb.usecases.access import Role
from tests.support.api import Api, api_on


@pytest.fixture
def api(graph: Graph, tmp_path: Path) -> Api:
    """The app, its clock and its tokens."""
    return api_on(graph, tmp_path)


@pytest.fixture
def as_role(api: Api) -> Callable[[Role], httpx.Client]:
    """Clients that show a token of some role."""
    return api.as_role


@pytest.fixture
def reader(api: Api) -> httpx.Client:
    return api.as_role(Role.READER)


@pytest.fixture
def responder(api: Api) -> httpx.Client:
    return api.as_role(Role.RESPONDER)


@pytest.fixture
def change_manager(api: Api) -> httpx.Client:
    return api.as_role(Role.CHANGE_MANAGER)


@pytest.fixture
def admin(api: Api) -> httpx.Client:
    return api.as_role(Role.ADMIN)
