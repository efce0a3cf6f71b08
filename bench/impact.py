"""What it costs to say what fails with one service, and why, beside the plain query for everything that depends on it.

The same is asked as of an instant, in a graph where as many calls have ended as stand. The same cone of dependents
stands in estates of two sizes: the answer should cost what it reaches, not what there is.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from measure.database import database, empty, engine_version
from measure.estate import START
from measure.report import Shown, Stopwatch, arguments, show, versions

from cmdb.model.verbs import IMPACT_VERBS
from cmdb.store.driver import Graph
from cmdb.usecases.impact import assess_ids

CONE, SIZES, ROUNDS = 10_000, (20_000, 100_000), 15
QUICK_CONE, QUICK_SIZES, QUICK_ROUNDS = 2_000, (4_000, 12_000), 5
CALLS_EACH = 3
NEARBY = 500
SERVICES_PER_SERVER = 5
BATCH = 5_000

_NODES = "UNWIND $rows AS row CREATE (n:CI:$(row.type)) SET n = row"
_CALLS = (
    "UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) "
    "CREATE (a)-[:CALLS {valid_from: $at, last_seen_at: $at, key: row.key, scope: 'bench'}]->(b)"
)
_ENDED = (
    "UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) "
    "CREATE (a)-[:WAS_CALLS {valid_from: $at - 2000, last_seen_at: $at - 1000, valid_to: $at - 1000, key: row.key, "
    "scope: 'bench'}]->(b)"
)
_RUNS_ON = (
    "UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) "
    "CREATE (a)-[:RUNS_ON {valid_from: $at, scope: 'bench'}]->(b)"
)
_PLAIN = (
    f"MATCH (s:CI {{id: $id}})<-[:{'|'.join(verb.name for verb in IMPACT_VERBS)}*1..]-(x) RETURN DISTINCT x.id AS id"
)


def main() -> None:
    """Measure and print."""
    asked = arguments(__doc__ or "").parse_args()
    cone, sizes, rounds = (QUICK_CONE, QUICK_SIZES, QUICK_ROUNDS) if asked.quick else (CONE, SIZES, ROUNDS)
    shown = Shown()
    watches: dict[int, Stopwatch] = {}
    reached: set[int] = set()
    with database(shown) as graph:
        for size in sizes:
            empty(graph)
            load(graph, size, cone, shown)
            watches[size] = Stopwatch()
            list(measure(graph, Stopwatch(), 2))  # plans and compiled code, for either question
            reached |= set(shown.track(measure(graph, watches[size], rounds), rounds, f"questions to {size} services"))
        ran = versions("neo4j", "neo4j-rust-ext") | {"engine": engine_version(graph)}
    small, large = (watches[size] for size in sizes)
    show(
        {
            "name": "impact",
            "sizes": {"services": list(sizes), "reached": sorted(reached), "rounds": rounds},
            "figures": {f"{name}_{size}_services": value for size, watch in watches.items()
                        for name, value in watch.figures().items()},
            "ratios": {
                **{f"assess_over_plain_{size}_services": watch.ratio("assess", "plain")
                   for size, watch in watches.items()},
                **{f"as_of_over_assess_{size}_services": watch.ratio("as_of", "assess")
                   for size, watch in watches.items()},
                "assess_large_over_small": round(large.median_ms("assess") / small.median_ms("assess"), 2),
            },
            "versions": ran,
        },
        as_json=asked.json,
    )  # fmt: skip


def measure(graph: Graph, watch: Stopwatch, rounds: int) -> Iterator[int]:
    """Ask both ways in turn, as often as `rounds`; each time how many CIs depend on the first service."""
    for number in range(rounds):
        steps: list[tuple[str, Any]] = [
            ("assess", lambda: assess_ids(graph, {_id(0): "down"}, START).reached_count),
            ("as_of", lambda: assess_ids(graph, {_id(0): "down"}, START, as_of=START).reached_count),
            ("plain", lambda: len(graph.ask(_PLAIN, id=_id(0)))),
        ]
        counts = {name: watch.time(name, work) for name, work in (steps if number % 2 else reversed(steps))}
        if {counts["assess"], counts["as_of"]} != {counts["plain"] + 1}:  # the service itself is reached too
            raise SystemExit(f"the ways disagree: {counts}")
        yield counts["plain"]


def load(graph: Graph, size: int, cone: int, shown: Shown) -> None:
    """`size` services, of which the first is needed by `cone` others; the rest call among themselves.

    Each of these calls stood once before, and ended.
    """
    dice = random.Random(1)
    nodes = [_node("ServiceInstance", _id(n), n) for n in range(size)]
    nodes += [_node("Server", f"server-{n}", n) for n in range(size // SERVICES_PER_SERVER)]
    calls: list[dict[str, str]] = []
    for n in range(1, size):
        first, last = (0, n) if n <= cone else (cone + 1, n)
        if first < last:
            called = {dice.randrange(max(first, last - NEARBY), last) for _ in range(CALLS_EACH)}
            calls += [{"start": _id(n), "end": _id(one), "key": f"default|tcp|10.0.0.{one}|5432"} for one in called]
    places = [{"start": _id(n), "end": f"server-{n // SERVICES_PER_SERVER}"} for n in range(size)]
    batches = [(_NODES, rows) for rows in _batches(nodes)]
    batches += [(query, rows) for query in (_CALLS, _ENDED) for rows in _batches(calls)]
    batches += [(_RUNS_ON, rows) for rows in _batches(places)]
    for query, rows in shown.track(batches, len(batches), f"loading {size} services"):
        graph.tell(query, rows=rows, at=START)


def _id(number: int) -> str:
    return f"service-{number}"


def _node(ci_type: str, node_id: str, number: int) -> dict[str, Any]:
    return {
        "id": node_id, "type": ci_type, "title": f"{ci_type.lower()}-{number}", "state": "active", "valid_from": START,
    }  # fmt: skip


def _batches(rows: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    return [rows[place : place + BATCH] for place in range(0, len(rows), BATCH)]


if __name__ == "__main__":
    main()
