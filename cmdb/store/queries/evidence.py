"""The evidence in sightings as the partition asks for it, behind the locks of whoever decides on it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import LiteralString

from cmdb.identify.outcome import SetAside
from cmdb.identify.sighting import Identifier, Sighting, SightingKey
from cmdb.store.driver import Row, Transaction, row
from cmdb.store.identity_text import identifier_of, key_of
from cmdb.store.queries.partitions import aside_of
from cmdb.store.queries.sightings import sighting_of, standing_of

_HOLDERS: LiteralString = """
UNWIND $keys AS key
MATCH (:Identifier {key: key})<-[:HAS]-(g:Sighting)
WITH DISTINCT g
RETURN collect(properties(g)) AS sightings,
       collect(CASE WHEN EXISTS { (g)<-[:ABOUT]-(:Decision) } THEN g.key END) AS decided
"""

# What is set aside may have holders without number: they are asked for only where they matter.
_MET: LiteralString = """
WITH [i IN met WHERE i.aside_reason IS NULL] AS open,
     [i IN met WHERE i.aside_reason IS NOT NULL | {
       key: i.key, tier: i.aside_tier, reason: i.aside_reason, witness: i.aside_witness, clash: i.aside_clash,
       kind: i.aside_kind, groups: i.aside_groups}] AS aside
CALL (open) {
  UNWIND open AS i
  MATCH (i)<-[:HAS]-(g:Sighting)
  WITH DISTINCT g
  RETURN collect(properties(g)) AS sightings,
         collect(CASE WHEN EXISTS { (g)<-[:ABOUT]-(:Decision) } THEN g.key END) AS decided
}
"""

_MEET: LiteralString = (
    """
UNWIND $keys AS key
MATCH (i:Identifier {key: key}) USING INDEX SEEK i:Identifier(key)
WITH collect(i) AS met
"""
    + _MET
    + "RETURN aside, sightings, decided"
)

# Nothing is read before all are locked. Own sightings may hold nothing by which they would be met.
_LOCK_AND_MEET: LiteralString = (
    """
UNWIND $keys AS key
MERGE (i:Identifier {key: key})
SET i.lock = $lock
WITH collect(i) AS locked
WITH [i IN locked WHERE i.key IN $linking] AS met
"""
    + _MET
    + """
RETURN aside, sightings,
       decided + COLLECT { UNWIND $own AS key MATCH (g:Sighting {key: key})<-[:ABOUT]-(:Decision) RETURN DISTINCT key }
       AS decided
"""
)


class GraphIndex:
    """The evidence in one transaction, as the partition asks for it.

    `asked` gathers the identifiers it depends on, `decided` the sightings met that people have decided about.
    """

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self.asked: set[str] = set()
        self.decided: set[SightingKey] = set()
        self._read_ahead: frozenset[Identifier] = frozenset()
        self._aside: dict[Identifier, SetAside] = {}
        self._open_holders: list[Sighting] = []

    def lock(self, keys: Iterable[str], linking: Collection[Identifier], own: Iterable[SightingKey], lock: str) -> None:
        """Make and write-lock identifier nodes, in sorted order, and read ahead what some of them link.

        What may join is decided by one writer at a time. `own` are the sightings of whoever asks.
        """
        found = row(
            self._tx, _LOCK_AND_MEET, keys=sorted(keys), linking=self._note(linking),
            own=sorted(key.text for key in own), lock=lock,
        )  # fmt: skip
        self._remember(linking, found)

    def statuses(self, identifiers: Collection[Identifier]) -> Mapping[Identifier, SetAside]:
        """How those identifiers stand that are set aside; who holds the others is read with it."""
        if not self._read_ahead.issuperset(identifiers):
            self._remember(identifiers, row(self._tx, _MEET, keys=self._note(identifiers)))
        return {one: self._aside[one] for one in identifiers if one in self._aside}

    def _remember(self, identifiers: Collection[Identifier], found: Row) -> None:
        self._read_ahead = frozenset(identifiers)
        self._aside = {identifier_of(one["key"]): aside_of(one) for one in found["aside"]}
        self._open_holders = self._met(found)

    def holders(self, identifiers: Collection[Identifier]) -> Iterable[Sighting]:
        """Every sighting that claims one of them."""
        wanted, known = frozenset(identifiers), list[Sighting]()
        if wanted >= (read := self._read_ahead - self._aside.keys()):
            wanted, known = wanted - read, self._open_holders
        keys = self._note(wanted)
        return known + self._met(row(self._tx, _HOLDERS, keys=keys)) if keys else known

    def sightings(self, keys: Collection[SightingKey]) -> Iterable[Sighting]:
        """The sightings with these keys, those that exist."""
        standing = standing_of(self._tx, keys) if keys else {}
        self.decided |= {key for key, one in standing.items() if one.is_decided}
        return [one.sighting for one in standing.values()]

    def _met(self, found: Row) -> list[Sighting]:
        self.decided |= {key_of(text) for text in found["decided"]}
        return [sighting_of(one) for one in found["sightings"]]

    def _note(self, identifiers: Collection[Identifier]) -> list[str]:
        keys = sorted(identifier.key for identifier in identifiers)
        self.asked.update(keys)
        return keys
