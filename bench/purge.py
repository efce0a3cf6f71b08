"""What it costs to purge machines that ended long ago, and how long a document waits meanwhile.

Beside it: deleting the same nodes by the plain query in a loop, which looks at nothing.
"""

from __future__ import annotations

import itertools
import threading
from typing import Any

from measure.database import database, empty, engine_version
from measure.estate import PERIOD_MS, START, body, document
from measure.report import Shown, Stopwatch, arguments, show, versions

from cmdb.config import Keeping
from cmdb.observation.document import decode
from cmdb.store.driver import Graph
from cmdb.usecases.observe import observe
from cmdb.usecases.retention import DAY_MS, retain

THINGS, QUICK_THINGS = 400_000, 20_000
PARTS = 399
HOSTS = 5
LONG_AFTER = START + 500 * DAY_MS

_ENDED = (
    "UNWIND $rows AS m CREATE (s:CI:Server {id: 's' + m, type: 'Server', state: 'retired', title: 'old', "
    "valid_from: 0, valid_to: $at}) WITH s, m UNWIND range(1, $parts) AS i "
    "CREATE (f:CI:Filesystem {id: 'f' + m + '_' + i, type: 'Filesystem', title: 'old', state: 'retired', "
    "valid_from: 0, valid_to: $at})-[:WAS_PART_OF {valid_from: 0, valid_to: $at}]->(s) "
    "CREATE (f)-[:HAD]->(:Claim {sighting: 'bench', attribute: 'size_bytes', value: i, valid_from: 0, valid_to: $at})"
)
_PLAIN = (
    "MATCH (n) WHERE n.valid_to <= $at AND (n:CI OR n:Claim) WITH n LIMIT 1000 DETACH DELETE n RETURN count(*) AS count"
)


def main() -> None:
    """Measure and print."""
    asked = arguments(__doc__ or "").parse_args()
    things = QUICK_THINGS if asked.quick else THINGS
    shown, watch = Shown(), Stopwatch()
    with database(shown) as graph:
        readings = itertools.count()
        for number in range(1, HOSTS + 1):
            take(graph, number, 0)
        load(graph, things, shown)
        for _ in range(20):
            watch.time("document_alone", lambda: take(graph, 1, next(readings)))
        shown.say(f"purging {things} things while documents come")
        told = purged_beside_documents(graph, watch, readings)
        empty(graph)
        load(graph, things, shown)
        shown.say("deleting as many by the plain query")
        watch.time("plain", lambda: delete(graph))
        ran = versions("neo4j", "neo4j-rust-ext") | {"engine": engine_version(graph)}
    shown.say(f"the job said: {told}")
    figures = watch.figures() | {"things_per_second": round(things / watch.median_ms("purge") * 1000)}
    show(
        {
            "name": "purge",
            "sizes": {"things": things, "documents_meanwhile": len(watch.times_ms["document_meanwhile"])},
            "figures": figures,
            "ratios": {
                "purge_over_plain": watch.ratio("purge", "plain"),
                "document_meanwhile_over_alone": watch.ratio("document_meanwhile", "document_alone"),
            },
            "versions": ran,
        },
        as_json=asked.json,
    )


def purged_beside_documents(graph: Graph, watch: Stopwatch, readings: Any) -> str | None:
    """What the job said; changed documents of a living host are timed for as long as it works."""
    told: list[str | None] = []

    def purge() -> None:
        told.append(watch.time("purge", lambda: retain(graph, LONG_AFTER, Keeping())))

    work = threading.Thread(target=purge)
    work.start()
    while work.is_alive():
        watch.time("document_meanwhile", lambda: take(graph, 1, next(readings)))
    work.join()
    return told[0] if told else None


def take(graph: Graph, number: int, reading: int) -> None:
    """Take in a document that says something new."""
    at = LONG_AFTER - DAY_MS + reading * PERIOD_MS
    observe(graph, decode(body(document(number, reading, reading))), at)


def load(graph: Graph, things: int, shown: Shown) -> None:
    """Machines of 400 things each, ended at the start of time."""
    machines = range(things // (PARTS + 1))
    batches = [list(machines[place : place + 10]) for place in range(0, len(machines), 10)]
    for rows in shown.track(batches, len(batches), f"loading {things} things, ten machines at a time"):
        graph.tell(_ENDED, rows=rows, parts=PARTS, at=START)


def delete(graph: Graph) -> None:
    """Delete them by the plain query, as many in one transaction as the job takes."""
    while graph.tell(_PLAIN, at=START)[0]["count"]:
        continue


if __name__ == "__main__":
    main()
