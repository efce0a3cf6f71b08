"""The table of refusals."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from cmdb_api.problems import STATUS, TooManyFailures, Unauthenticated, core_problem

from cmdb import errors
from cmdb.errors import CMDBError, Conflict, Invalid, NotAllowed, NotFound, TooLarge, Unavailable


def kinds(base: type[CMDBError]) -> Iterator[type[CMDBError]]:
    for kind in base.__subclasses__():
        yield kind
        yield from kinds(kind)


def test_every_refusal_of_the_core_has_a_status() -> None:
    own = {kind for kind in kinds(CMDBError) if kind.__module__ == errors.__name__}
    assert own <= STATUS.keys()


@pytest.mark.parametrize(
    ("error", "status", "more", "headers"),
    [
        (Invalid("no", "items[3].key"), 422, {"field": "items[3].key"}, {}),
        (Invalid("no"), 422, {}, {}),
        (TooLarge("no"), 413, {}, {}),
        (NotFound("CI", "ci_x"), 404, {}, {}),
        (Conflict("no"), 409, {}, {}),
        (NotAllowed("no"), 403, {}, {}),
        (Unavailable("no", 7), 503, {}, {"retry-after": "7"}),
        (TooManyFailures(9), 429, {}, {"retry-after": "9"}),
        (Unauthenticated("no"), 401, {}, {"www-authenticate": 'Bearer realm="cmdb"'}),
    ],
)
def test_a_refusal_is_a_problem_document(
    error: CMDBError, status: int, more: dict[str, str], headers: dict[str, str]
) -> None:
    answer = core_problem(error)
    assert answer.status_code == status
    assert answer.media_type == "application/problem+json"
    body = json.loads(bytes(answer.body))
    assert body.pop("title")
    assert body == {"type": "about:blank", "status": status, "detail": str(error)} | more
    assert headers.items() <= dict(answer.headers).items()
