"""A responder for the recordings of the corpus, one for the whole run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support import snmprec, snmpsim


@pytest.fixture(scope="session")
def recorded_devices() -> Iterator[tuple[str, int]]:
    """Address and port where every recording answers under the community that is its name."""
    with snmpsim.serving(snmprec.recordings()[0].parent) as endpoint:
        yield endpoint
