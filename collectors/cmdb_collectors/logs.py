"""Which words reach standard error: this program's own."""

from __future__ import annotations

import logging
import sys

_LIBRARIES = ("paramiko", "asyncio", "pysnmp")  # what they would say becomes a problem of a target


def to_standard_error(level: int) -> None:
    """Show this program's words from that level on, and of libraries nothing that does not end it."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    for library in _LIBRARIES:
        logging.getLogger(library).setLevel(logging.CRITICAL)
