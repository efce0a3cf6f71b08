"""What an agent has told about its own machine, in few numbers."""

from __future__ import annotations

from typing import LiteralString

from cmdb.store.driver import Graph, Row

# A machine's parts point at it, or it at them; ended relationships have other names (WAS_…).
_REPORT: LiteralString = """
MATCH (:Scope {source_kind: 'agent', source_instance: $agent_id})-[:SAW]->(seen:Sighting {item: 'host'})
MATCH (seen)-[:IS]->(host:CI)
WITH host ORDER BY seen.last_seen_at DESC LIMIT 1
CALL (host) {
  MATCH (host)-[:RUNS_ON|PART_OF|HAS_INSTALLED]-(n:CI)
  WITH n.type AS type, count(DISTINCT n) AS number ORDER BY type
  RETURN collect([type, number]) AS numbers
}
CALL (host) {
  MATCH (host)<-[:RUNS_ON]-(n:CI:ServiceInstance)
  RETURN n.id AS busiest, n.title AS busiest_title
  ORDER BY COUNT { (n)<-[:CALLS]-() } DESC, size(coalesce(n.listens, [])) DESC, n.title LIMIT 1
  UNION
  WITH host WHERE NOT EXISTS { (host)<-[:RUNS_ON]-(:ServiceInstance) }
  RETURN null AS busiest, null AS busiest_title
}
RETURN host.id AS id, host.title AS title, numbers, busiest, busiest_title
"""


def report_of(graph: Graph, agent_id: str) -> Row | None:
    """The machine that an agent reports: `id`, `title`, `numbers` of things by type, and `busiest`, the service
    instance on it that most others call. None before the first report.
    """
    found = graph.ask(_REPORT, agent_id=agent_id)
    return found[0] if found else None
