"""What the partition decided, as it stands in the graph: which CI each sighting is, and what was set aside."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from typing import LiteralString

from cmdb.identify.outcome import AsideReason, Clash, ClashReason, Partition, Proof, SetAside
from cmdb.identify.rules import Tier
from cmdb.identify.sighting import Identifier, SightingKey
from cmdb.store.driver import Row, Transaction, rows
from cmdb.store.identity_text import identifier_of, key_of

_LOCK: LiteralString = """
UNWIND $keys AS key
MERGE (i:Identifier {key: key})
SET i.lock = $lock
"""

# Without the hint, all that is set aside anywhere may look like fewer than these.
_STATUSES: LiteralString = """
UNWIND $keys AS key
MATCH (i:Identifier {key: key}) USING INDEX SEEK i:Identifier(key)
WHERE i.aside_reason IS NOT NULL
RETURN i.key AS key, i.aside_tier AS tier, i.aside_reason AS reason, i.aside_witness AS witness,
       i.aside_clash AS clash, i.aside_kind AS kind, i.aside_groups AS groups
"""

_IS: LiteralString = """
UNWIND $rows AS row
MATCH (g:Sighting {key: row.key})
OPTIONAL MATCH (g)-[old:IS]->(c:CI) WHERE row.ci IS NULL OR c.id <> row.ci
DELETE old
WITH DISTINCT g, row
SET g.superseded = row.superseded, g.held = row.held, g.lost = row.lost, g.stale = row.stale
WITH g, row WHERE row.ci IS NOT NULL
MATCH (c:CI {id: row.ci})
MERGE (g)-[r:IS]->(c)
SET r.proof = row.proof
"""

_ASIDE: LiteralString = """
UNWIND $rows AS row
MATCH (i:Identifier {key: row.key})
SET i += row.set
"""


def lock_identifiers(tx: Transaction, keys: Iterable[str], lock: str) -> None:
    """Make and write-lock the identifier nodes, in sorted order: what may join is decided by one writer at a time."""
    rows(tx, _LOCK, keys=sorted(keys), lock=lock)


def statuses(tx: Transaction, keys: list[str]) -> dict[Identifier, SetAside]:
    """How those of these identifiers (by node key) stand that are set aside."""
    return {identifier_of(found["key"]): aside_of(found) for found in rows(tx, _STATUSES, keys=keys)}


def save_partition(
    tx: Transaction, partition: Partition, keys: Iterable[SightingKey], stale: Collection[SightingKey]
) -> None:
    """Point each of these sightings at its CI with its proofs, and store how the examined identifiers stand."""
    cluster_of = partition.cluster_of()
    data: list[Row] = []
    for key in sorted(keys):
        cluster = cluster_of.get(key)
        data.append({
            "key": key.text,
            "ci": cluster.id if cluster else None,
            "superseded": key in partition.superseded,
            "held": key in partition.held,
            "stale": key in stale,
            "lost": [identifier.key for identifier in partition.held.get(key, ())],
            "proof": json.dumps([_proof_json(proof) for proof in cluster.proofs_of(key)]) if cluster else None,
        })  # fmt: skip
    rows(tx, _IS, rows=data)
    if partition.examined:
        rows(tx, _ASIDE, rows=[
        {"key": identifier.key, "set": _aside_properties(partition.set_aside.get(identifier))}
        for identifier in sorted(partition.examined)
    ])  # fmt: skip


def _proof_json(proof: Proof) -> Row:
    return {
        "tier": str(proof.tier), "with": [member.text for member in proof.members], "since_at": proof.since_at,
        "identifiers": [identifier.key for identifier in proof.identifiers], "name": proof.name,
        "addresses": ["|".join(address) for address in proof.addresses],
    }  # fmt: skip


def aside_of(found: Row) -> SetAside:
    """How an identifier stands that is set aside; a row of tier, reason, witness, clash, kind, groups."""
    witness = found["witness"]
    return SetAside(
        tier=Tier(found["tier"]),
        reason=AsideReason(found["reason"]),
        witness=(key_of(witness[0]), key_of(witness[1])) if witness else None,
        clash=Clash(ClashReason(found["clash"]), found["kind"]) if found["clash"] else None,
        groups=found["groups"],
    )


def _aside_properties(aside: SetAside | None) -> Row:
    clash = aside.clash if aside else None
    return {
        "aside_tier": str(aside.tier) if aside else None,
        "aside_reason": str(aside.reason) if aside else None,
        "aside_witness": [key.text for key in aside.witness] if aside and aside.witness else None,
        "aside_clash": str(clash.reason) if clash else None,
        "aside_kind": clash.kind if clash else None,
        "aside_groups": aside.groups if aside else None,
    }
