"""The conditions of the data's health: for each rule, an expression that names it where a CI `n` breaks it."""

from __future__ import annotations

from typing import LiteralString

# Each names the rule where the CI `n` breaks it, as a list: of a missing attribute also which.
_REQUIRED: LiteralString = "[name IN $required WHERE n[name] IS NULL | 'missing-required:' + name]"
_RECOMMENDED: LiteralString = "[name IN $recommended WHERE n[name] IS NULL | 'missing-recommended:' + name]"

_STALE: LiteralString = """
CASE WHEN EXISTS { (n)<-[:IS]-(:Sighting) } AND NOT EXISTS {
  MATCH (n)<-[:IS]-(g:Sighting)<-[:SAW]-(s:Scope)
  WHERE NOT g.gone
    AND $at - g.last_seen_at <= $silent_periods * coalesce(s.interval_ms, $periods[g.source_kind], $period)
} THEN ['stale'] ELSE [] END
"""

# `holders`: the verbs by which somebody has what its value identifies; empty: any relationship will do.
_ORPHAN: LiteralString = """
CASE WHEN NOT EXISTS {
  MATCH (n)-[r]-(x:CI)
  WHERE x.state <> 'retired' AND NOT type(r) STARTS WITH 'WAS_' AND type(r) <> 'REPLACES'
    AND (size($holders) = 0 OR (type(r) IN $holders AND endNode(r) = n))
} THEN ['orphan'] ELSE [] END
"""

# Found by the indexes on serial number, and on type and title, which of a machine is its name.
_DUPLICATE: LiteralString = """
CASE WHEN EXISTS {
  MATCH (o:CI) WHERE o.serial_number = n.serial_number AND o.type = n.type AND o <> n AND o.state <> 'retired'
    AND coalesce(o.vendor = n.vendor, true)
} OR EXISTS {
  MATCH (o:CI) WHERE o.type = n.type AND o.title = n.title AND o.name = n.name AND o <> n AND o.state <> 'retired'
    AND EXISTS {
      MATCH (n)<-[:PART_OF]-()-[:HAS_ADDRESS]->(a:CI)<-[:HAS_ADDRESS]-()-[:PART_OF]->(o)
      WHERE a.address <> '::1' AND none(prefix IN ['127.', '169.254.', 'fe80:'] WHERE a.address STARTS WITH prefix)
    }
} THEN ['duplicate-suspect'] ELSE [] END
"""

_QUESTION: LiteralString = """
CASE WHEN EXISTS { (n)-[r:REPLACES]-(:CI) WHERE r.proposed }
  OR EXISTS { (n)<-[:IS]-(:Sighting)-[:HAS]->(i:Identifier) WHERE i.aside_reason IS NOT NULL }
THEN ['open-question'] ELSE [] END
"""

_OWNER: LiteralString = """
CASE WHEN NOT EXISTS { (n)-[:OWNED_BY]->(x:CI) WHERE x.state <> 'retired' } THEN ['no-owner'] ELSE [] END
"""

_ENTRY: LiteralString = """
CASE WHEN NOT EXISTS { (n)-[:PROVIDED_BY]->(x:CI) WHERE x.state <> 'retired' } THEN ['no-entry-point'] ELSE [] END
"""

# What it needs is gone with the machine that it was on.
_BROKEN: LiteralString = """
CASE WHEN EXISTS {
  MATCH (n)-[r:DEPENDS_ON|PROVIDED_BY {scope: 'person'}]->(:CI)-[:RUNS_ON|PART_OF*0..3]->(x:CI)
  WHERE x.state <> 'active'
} THEN ['broken-dependency'] ELSE [] END
"""

_UNSUPPORTED: LiteralString = """
CASE WHEN any(one IN $unsupported WHERE one[0] = n.os_id AND n.os_version + '.' STARTS WITH one[1] + '.')
THEN ['os-unsupported'] ELSE [] END
"""

_UNKNOWN: LiteralString = """
CASE WHEN n.os_id IS NULL OR n.os_version IS NULL
  OR none(one IN $known WHERE one[0] = n.os_id AND n.os_version + '.' STARTS WITH one[1] + '.')
THEN ['os-support-unknown'] ELSE [] END
"""

# Until the next document is looked at, an expired value may be found standing.
_EXPIRED: LiteralString = """
CASE WHEN EXISTS {
  MATCH (n)<-[:IS]-(:Sighting)<-[:SAW]-(s:Scope)-[:CORRECTED_BY]->(m:ManualValue)
  WHERE m.scope = s.key AND m.expires_at <= $at AND m.expires_at > $at - $expiry_shown_ms
    AND coalesce(m.ended_as, 'expired') = 'expired'
    AND NOT EXISTS {
      MATCH (s)-[:CORRECTED_BY]->(later:ManualValue)
      WHERE later.anchor = m.anchor AND later.attribute = m.attribute AND later.set_at > m.set_at
    }
} THEN ['manual-value-expired'] ELSE [] END
"""

# One that was replaced stands without anybody who presents it.
_PRESENTED: LiteralString = "EXISTS { (n)<-[:PRESENTS]-(x:CI) WHERE x.state <> 'retired' }"
_CERTIFICATE_EXPIRED: LiteralString = f"""
CASE WHEN n.not_after_at < $at AND {_PRESENTED} THEN ['certificate-expired'] ELSE [] END
"""
_CERTIFICATE_EXPIRES: LiteralString = f"""
CASE WHEN n.not_after_at >= $at AND n.not_after_at < $at + $expires_soon_ms AND {_PRESENTED}
THEN ['certificate-expires-soon'] ELSE [] END
"""

FAULTS: dict[str, LiteralString] = {
    "missing-required": _REQUIRED,
    "missing-recommended": _RECOMMENDED,
    "stale": _STALE,
    "orphan": _ORPHAN,
    "duplicate-suspect": _DUPLICATE,
    "open-question": _QUESTION,
    "broken-dependency": _BROKEN,
    "no-owner": _OWNER,
    "no-entry-point": _ENTRY,
    "os-unsupported": _UNSUPPORTED,
    "os-support-unknown": _UNKNOWN,
    "certificate-expired": _CERTIFICATE_EXPIRED,
    "certificate-expires-soon": _CERTIFICATE_EXPIRES,
    "manual-value-expired": _EXPIRED,
}
