"""Fixtures that every test may ask for.

To add some: write them in `tests/support/<thing>.py` and name that module here. Fixtures of one
area stay in that area's own `conftest.py`.
"""

import pytest

pytest_plugins = ["tests.support.engine", "tests.support.graph", "tests.support.lab", "tests.support.shop"]

_LONG = ("e2e", "lab")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long files first: begun last, one of them would leave the other process without work."""
    items.sort(key=lambda item: item.path.parent.name not in _LONG)
