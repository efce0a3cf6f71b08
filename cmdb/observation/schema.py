"""The JSON Schema of the observation document, made from the types that decode it.

`python -m cmdb.observation.schema` writes it to docs/reference/observation.schema.json.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec

from cmdb.observation.document import SCHEMA_VERSION, Document

FILE = Path("docs/reference/observation.schema.json")


def schema() -> dict[str, Any]:
    """The schema (draft 2020-12)."""
    (root,), components = msgspec.json.schema_components([Document], ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Observation document, schema version {SCHEMA_VERSION}",
        **root,
        "$defs": components,
    }


def text() -> str:
    """The schema as the file holds it."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(text())
