import json
import uuid

from cmdb_agent.wire.document import encode, new_document_id, with_age


def test_document_ids_are_uuids_of_version_7_and_never_repeat():
    ids = [new_document_id() for _ in range(100)]
    assert len(set(ids)) == 100
    assert {uuid.UUID(text).version for text in ids} == {7}
    assert {uuid.UUID(text).variant for text in ids} == {uuid.RFC_4122}


def test_the_age_is_added_when_the_document_leaves():
    encoded = encode({"document_id": "x", "items": []})
    assert json.loads(with_age(encoded, 1200, is_uncertain=False)) == {"document_id": "x", "items": [], "age_ms": 1200}
    assert json.loads(with_age(encoded, -5, is_uncertain=True)) == {
        "document_id": "x", "items": [], "age_ms": 0, "age_uncertain": True,
    }  # fmt: skip


def test_text_that_is_no_unicode_is_sent_all_the_same():
    assert json.loads(encode({"document_id": "\udcff ü"})) == {"document_id": "? ü"}
