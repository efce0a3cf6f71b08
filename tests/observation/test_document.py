from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from cmdb.errors import Invalid, TooLarge
from cmdb.observation.document import MAX_BYTES, decode
from tests.support.hosts import encoded, host


def test_a_document_decodes_from_plain_and_from_gzipped_json() -> None:
    body = encoded(host(1))
    assert decode(body) == decode(gzip.compress(body), "gzip")
    assert decode(body).items[0].type == "Server"


def test_a_decompression_bomb_is_refused_without_being_unpacked() -> None:
    bomb = gzip.compress(b" " * (MAX_BYTES * 40))
    assert len(bomb) < MAX_BYTES // 10
    with pytest.raises(TooLarge, match=str(MAX_BYTES)):
        decode(bomb, "gzip")


def test_a_body_over_the_limit_is_refused_with_the_limit_in_the_answer() -> None:
    with pytest.raises(TooLarge, match=str(MAX_BYTES)):
        decode(b" " * (MAX_BYTES + 1))


def test_a_truncated_gzip_body_is_refused() -> None:
    with pytest.raises(Invalid, match="cut short"):
        decode(gzip.compress(encoded(host(1)))[:-9], "gzip")


def test_an_unknown_encoding_is_named() -> None:
    with pytest.raises(Invalid, match="'br'"):
        decode(b"{}", "br")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"schema_version": 99}, "schema_version"),
        ({"observed_at": "yesterday"}, "observed_at"),
        ({"observed_at": True}, "observed_at"),
        ({"age_ms": -1}, "age_ms"),
        ({"scope": {"kind": "host", "key": "a|b"}}, "scope.key"),
        ({"sections": {"identity": "maybe"}}, "sections[...]"),
        ({"items": [{"key": "x", "type": "Server", "attributes": {"name": {"deep": 1}}}]}, "items[0].attributes[...]"),
        ({"items": [{"key": "", "type": "Server"}]}, "items[0].key"),
    ],
)
def test_what_breaks_the_schema_is_refused_with_its_path(change: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        decode(json.dumps(host(1) | change).encode())
    assert refusal.value.field == field


def test_a_field_that_nobody_knows_is_refused_by_name() -> None:
    with pytest.raises(Invalid, match="itmes"):
        decode(json.dumps(host(1) | {"itmes": []}).encode())


def test_too_many_items_are_too_large_not_malformed() -> None:
    document = host(1) | {"items": [{"key": f"i{n}", "type": "Server"} for n in range(20_001)]}
    with pytest.raises(TooLarge, match="20000"):
        decode(json.dumps(document).encode())


def test_an_overlong_text_is_too_large() -> None:
    document = host(1)
    document["items"][0]["attributes"]["name"] = "x" * 65_537
    with pytest.raises(TooLarge, match="65536"):
        decode(json.dumps(document).encode())


@pytest.mark.parametrize("body", [b"", b"nonsense", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 50_000])
def test_what_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(Invalid):
        decode(body)


def test_an_integer_beyond_64_bits_is_refused() -> None:
    document = host(1)
    document["items"][0]["attributes"]["memory_bytes"] = 2**70
    with pytest.raises(Invalid):
        decode(json.dumps(document).encode())
