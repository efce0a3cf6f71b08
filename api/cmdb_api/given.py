"""What a request says, in the core's values: the fields that were sent, and no others."""

from __future__ import annotations

from typing import Any

from cmdb_api.resource import Given


def said(given: Given, *, with_null: bool = True) -> dict[str, Any]:
    """The fields that were sent, by name; instants stay the core's integers. `with_null` False drops empty ones."""
    found = {name: getattr(given, name) for name in type(given).model_fields if name in given.model_fields_set}
    return found if with_null else {name: value for name, value in found.items() if value is not None}
