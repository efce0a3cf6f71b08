"""The OpenAPI document of the API, made from its routes.

`python -m cmdb_api.openapi` writes it to docs/reference/openapi.json.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from fastapi.dependencies.models import Dependant
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from cmdb import __version__
from cmdb_api.auth import Declaration
from cmdb_api.problems import Problem
from cmdb_api.resources import ROUTERS

FILE = Path("docs/reference/openapi.json")
ABOUT = """
What there is, what it needs, and what suffers when it fails.

Every route says in `x-roles` whose token may call it; none: no token is needed. `admin` may do everything,
`responder` and `change_manager` may do what `reader` may. Refusals are problem documents (RFC 9457). Instants are
RFC 3339 strings in UTC. Lists come in pages: ask again with `next_cursor` until it is null.
"""


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document (3.1). Shared: not to be changed."""
    routes = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    found = get_openapi(title="CMDB", version=__version__, description=ABOUT.strip(), routes=routes)
    for route in routes:
        roles = sorted({role for declared in declarations(route.dependant) for role in declared.roles})
        for method in route.methods or ():
            operation = found["paths"].get(route.path_format, {}).get(method.lower())
            if operation is not None:
                operation["x-roles"] = roles
    found["components"]["schemas"] |= _problem_schemas()
    return found


def declarations(dependant: Dependant) -> Iterator[Declaration]:
    """What a route says about who may call it."""
    for one in dependant.dependencies:
        if isinstance(one.call, Declaration):
            yield one.call
        yield from declarations(one)


def operations() -> Iterable[tuple[str, str, dict[str, Any]]]:
    """(method, path, operation) of everything in the document."""
    for path, item in document()["paths"].items():
        for method, operation in item.items():
            yield method.upper(), path, operation


def text() -> str:
    """The document as the file holds it."""
    return json.dumps(document(), indent=2, ensure_ascii=False) + "\n"


def _problem_schemas() -> dict[str, Any]:
    """Problems are answered by the exception handlers, where the routes' own models do not reach."""
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**schema.pop("$defs"), "Problem": schema}


if __name__ == "__main__":
    FILE.write_text(text())
