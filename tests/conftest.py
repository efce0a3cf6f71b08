"""Fixtures that every test may ask for.

To add some: write them in `tests/support/<thing>.py` and name that module here. Fixtures of one
area stay in that area's own `conftest.py`.
"""

pytest_plugins = ["tests.support.engine", "tests.support.graph", "tests.support.lab", "tests.support.shop"]
