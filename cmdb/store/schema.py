"""Constraints and indexes, derived from the model: one constraint for each key, on the shared label."""

from __future__ import annotations

from typing import LiteralString, cast

from cmdb.model.types import CI_TYPES

KEYS = (
    ("CI", "id"),
    ("Identifier", "key"),
    ("Sighting", "key"),
    ("Birth", "key"),
    ("Scope", "key"),
    ("Endpoint", "key"),
    ("Neighbour", "key"),
    ("Alias", "id"),
    ("Ticket", "id"),
    ("Decision", "id"),
    ("Baseline", "id"),
    ("ManualValue", "id"),
    ("Entry", "id"),
    ("HealthSnapshot", "day"),
    ("Counter", "name"),
    ("Token", "digest"),
    ("Session", "digest"),
    ("Event", "position"),
    ("Webhook", "id"),
    ("NoiseRule", "id"),
    ("Job", "name"),
    ("Migration", "number"),
)
INDEXES = (
    ("CI", "type"),
    ("CI", "title"),
    ("CI", "type", "title"),
    ("CI", "valid_from"),
    ("CI", "valid_to"),
    ("CI", "serial_number"),
    ("Claim", "sighting"),
    ("Claim", "valid_to"),
    ("Claim", "recorded_at"),
    ("Scope", "base"),
    ("Ticket", "kind"),
    ("Ticket", "number"),
    ("Token", "id"),
    ("Token", "agent_id"),
    ("Sighting", "held"),
    ("Birth", "scope"),
    ("CI", "unused_since"),
    ("CI", "stale_since"),
    ("Scope", "silent_since"),
    ("Scope", "manual_until"),
    ("Identifier", "aside_reason"),
    ("Scope", "held_count"),
    ("Decision", "number"),
    ("Baseline", "name"),
    ("Decision", "is_active"),
    ("Event", "ci", "position"),
    ("Waiting", "written_at"),
)
PRESENCE_VERBS = ("RUNS_ON", "PART_OF", "HAS_INSTALLED", "HAS_ADDRESS", "LINKED_TO")
"""What drifts by beginning or ending. Few of a verb began after somebody had looked: only those are in an index."""
RELATIONSHIP_INDEXES = (
    ("CALLS", "key"),
    ("NEEDS", "key"),
    *((verb, at, "began_after") for verb in PRESENCE_VERBS for at in ("valid_from", "began_recorded_at")),
    *((f"WAS_{verb}", "recorded_at") for verb in PRESENCE_VERBS),
    ("WAS_RUNS_ON", "valid_to"),
    ("WAS_PART_OF", "valid_to"),
)
FULL_TEXT = "ci_text"


def searchable() -> list[str]:
    """The properties of a CI that full-text search covers, sorted."""
    names = {attribute.name for ci_type in CI_TYPES for attribute in ci_type.attributes if attribute.searchable}
    return sorted(names | {"title"})


def statements() -> list[LiteralString]:
    """Every schema statement; running one twice changes nothing."""
    found = [
        f"CREATE CONSTRAINT {label.lower()}_{name} IF NOT EXISTS FOR (n:{label}) REQUIRE n.{name} IS UNIQUE"
        for label, name in KEYS
    ]
    found += [
        f"CREATE INDEX {'_'.join((label.lower(), *names))} IF NOT EXISTS FOR (n:{label}) "
        f"ON ({', '.join(f'n.{name}' for name in names)})"
        for label, *names in INDEXES
    ]
    found += [
        f"CREATE INDEX {'_'.join((verb.lower(), *names))} IF NOT EXISTS FOR ()-[r:{verb}]-() "
        f"ON ({', '.join(f'r.{name}' for name in names)})"
        for verb, *names in RELATIONSHIP_INDEXES
    ]
    # Made from names that the model's declarations hold, never from input.
    return cast("list[LiteralString]", found)


def full_text_statement() -> LiteralString:
    """Creates the full-text index over what the model calls searchable."""
    properties = ", ".join(f"n.{name}" for name in searchable())
    return cast(
        "LiteralString",
        f"CREATE FULLTEXT INDEX {FULL_TEXT} IF NOT EXISTS FOR (n:CI) ON EACH [{properties}] "
        "OPTIONS {indexConfig: {`fulltext.analyzer`: 'standard-no-stop-words'}}",
    )
