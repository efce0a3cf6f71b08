"""Fixtures of the command line's tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from cmdb.store.driver import Graph
from tests.support.command_line import CommandLine, command_line


@pytest.fixture(scope="module")
def run(shared_graph: Graph, engine: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandLine]:
    with command_line(shared_graph, engine, tmp_path_factory.mktemp("cli")) as found:
        yield found
