"""What is generated and kept: the OpenAPI document and the schema of observation documents."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from cmdb_api import openapi
from cmdb_api.resources.observations import EXAMPLE

from cmdb.errors import Invalid
from cmdb.observation import schema as observation_schema
from cmdb.observation.document import decode
from tests.support.hosts import encoded, host

ROOT = Path(__file__).parents[2]
validator = jsonschema.Draft202012Validator(observation_schema.schema())


@pytest.mark.parametrize("module", [openapi, observation_schema])
def test_the_file_is_what_the_code_says(module: Any) -> None:
    kept = (ROOT / module.FILE).read_text()
    assert kept == module.text(), f"run `python -m {module.__name__}`"


def test_every_operation_says_who_may_call_it_and_what_it_does() -> None:
    told = list(openapi.operations())
    assert len(told) > 15
    for method, path, operation in told:
        assert operation["description"], f"{method} {path} says nothing"
        assert bool(operation["x-roles"]) is ("security" in operation), f"{method} {path}"


def test_every_reference_leads_to_a_schema() -> None:
    document = openapi.document()

    def references(part: Any) -> list[str]:
        if isinstance(part, dict):
            own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
            return own + [ref for value in part.values() for ref in references(value)]
        return [ref for value in part for ref in references(value)] if isinstance(part, list) else []

    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert set(references(document)) - known == {"observation.schema.json"}


def test_the_example_of_a_document_is_one() -> None:
    validator.validate(EXAMPLE)
    assert decode(encoded(EXAMPLE)).items[0].type == "Server"


@pytest.mark.parametrize("document", [host(1), host(2, calls=(("nginx", "10.0.0.1", 5432),))])
def test_the_schema_takes_what_the_server_takes(document: dict[str, Any]) -> None:
    validator.validate(document)
    decode(encoded(document))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("source", "kind"), "A kind"),
        (("scope", "colour"), "red"),
        (("observed_at",), "now"),
        (("items", 0, "type"), None),
        (("items", 0, "attributes", "name"), {"first": "web"}),
        (("sections", "packages"), "maybe"),
        (("age_ms",), -1),
    ],
)
def test_the_schema_refuses_what_the_server_refuses(path: tuple[Any, ...], value: Any) -> None:
    document = copy.deepcopy(host(1))
    place: Any = document
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        validator.validate(document)
    with pytest.raises(Invalid):
        decode(encoded(document))
