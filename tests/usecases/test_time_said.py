"""What a source said at an instant, put together from what it says now and from what ended, without a database."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from hypothesis import given, settings

from cmdb.observation.claims import claims_of
from cmdb.observation.document import decode
from cmdb.reconcile.content import EMPTY, Content
from cmdb.reconcile.overlay import overlay
from cmdb.reconcile.revisions import endings, revisions
from cmdb.store.queries.as_of import PastValue
from cmdb.store.queries.provenance import Behind
from cmdb.usecases.as_of import said_at
from cmdb.usecases.provenance import Contribution
from tests.support.courses import READINGS, instants_of
from tests.support.hosts import encoded
from tests.support.ledger import Ledger
from tests.support.readings import PERIOD_MS, Reading

Ended = list[tuple[str, str, Any, int, int]]
"""Owner, attribute, value, from when and until when."""


def behind(reading: Reading, content: Content) -> Behind:
    """A sighting that says this."""
    return Behind(
        key=f"{reading.scope}|host|0", scope=reading.scope, item="host", epoch=0, node=reading.scope,
        source_kind=reading.by, source_instance="", domain="default", first_seen_at=0, last_seen_at=reading.at,
        period_ms=PERIOD_MS[reading.by], counts_as_stale=False, is_superseded=False, identifiers=(), proofs=(),
        effective_at=reading.at, sections={}, problems=(), content=content, volatile={},
    )  # fmt: skip


def contributions(reading: Reading, content: Content) -> list[Contribution]:
    return [Contribution(behind(reading, content), key, item) for key, item in content.items.items()]


@given(READINGS)
@settings(max_examples=500, deadline=None)
def test_what_was_said_at_an_instant_is_what_the_documents_up_to_it_said(readings: list[Reading]) -> None:
    told = [one for one in readings if one.scope == readings[0].scope]
    content = EMPTY
    ended: Ended = []
    for number, reading in enumerate(told):
        claims = claims_of(decode(encoded(reading.document(reading.at))), reading.at)
        before, content = content, overlay(content, claims, release_holds=False)
        if number:
            owners = {one.item_key: one.owner for one in contributions(reading, content)}
            former = {one.item_key: one.owner for one in contributions(reading, before)}
            ended += [(owners[one.item], one.attribute, one.value, one.valid_from, one.valid_to)
                      for one in revisions(before, content, reading.at)]  # fmt: skip
            ended += [(former[one.item], one.attribute, one.value, one.valid_from, one.valid_to)
                      for one in endings(before, content, reading.at)]  # fmt: skip
    ledger = Ledger(told)
    for at in instants_of(told)[1:]:
        past: defaultdict[str, dict[str, PastValue]] = defaultdict(dict)
        for owner, attribute, value, since, until in sorted(ended, key=lambda one: one[3]):
            if since <= at < until:
                past[owner][attribute] = PastValue(owner, attribute, value, since)
        found = {one.item_key: one.item.values for one in said_at(contributions(told[-1], content), past, at)}
        [right] = ledger.at(at, {told[0].scope: "machine"}).values()
        assert found.get("host", {}) == right.values
        for thing in right.things.keys() & content.items.keys():
            assert found[thing] == right.things[thing]
