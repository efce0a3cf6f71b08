"""What it costs to take in a host's first, an unchanged and a changed document, beside the bare writes of the same.

Both sides write into one database, document by document in turn, so that whatever else the machine does meets both.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Sequence
from typing import Any

from measure import bare, estate
from measure.database import database, empty, engine_version
from measure.report import Shown, Stopwatch, arguments, show, versions

from cmdb.observation.claims import claims_of
from cmdb.observation.document import decode
from cmdb.store.driver import Graph
from cmdb.usecases.observe import observe
from cmdb.usecases.receipts import Receipt

SIZES = (100, 1_000)
QUICK_SIZES = (40,)
QUICK_SECONDS = 15.0
WARM_UP = 4
DECODED = 200


def main() -> None:
    """Measure and print."""
    parser = arguments(__doc__ or "")
    parser.add_argument("--hosts", type=int, action="append", help=f"sizes of the estate; default {SIZES}")
    asked = parser.parse_args()
    sizes: Sequence[int] = asked.hosts or (QUICK_SIZES if asked.quick else SIZES)
    seconds = QUICK_SECONDS if asked.quick else math.inf
    shown = Shown()
    measured: list[int] = []
    figures: dict[str, float] = {}
    ratios: dict[str, float] = {}
    with database(shown) as graph:
        warm_up(graph)
        decoding = measure_decoding()
        figures["decode_documents_per_second"] = round(1e3 / decoding.figures()["decode_median_ms"])
        figures["decode_and_claims_median_ms"] = decoding.figures()["claims_median_ms"]
        for hosts in sizes:
            empty(graph)
            watch = Stopwatch()
            measured.append(measure(graph, hosts, watch, shown, seconds))
            figures |= {f"{name}_{hosts}_hosts": value for name, value in watch.figures().items()}
            ratios |= {f"{name}_{hosts}_hosts": value for name, value in compare(watch).items()}
        ran = versions("neo4j", "neo4j-rust-ext", "msgspec") | {"engine": engine_version(graph)}
    said = estate.document(1)
    show(
        {
            "name": "ingest",
            "sizes": {"hosts": list(sizes), "hosts_measured": measured, "document_bytes": len(estate.body(said)),
                      "items": len(said["items"]), "relations": len(said["relations"])},
            "figures": figures,
            "ratios": ratios,
            "versions": ran,
        },
        as_json=asked.json,
    )  # fmt: skip


def warm_up(graph: Graph) -> None:
    """Let the plan cache, the page cache and the just-in-time compiler see every kind of write."""
    empty(graph)
    measure(graph, WARM_UP, Stopwatch(), None)


def measure_decoding() -> Stopwatch:
    """Decoding and validating alone, and with the claims made of it."""
    watch = Stopwatch()
    body = estate.body(estate.document(1))
    for _ in range(DECODED):
        watch.time("decode", lambda: decode(body))
        watch.time("claims", lambda: claims_of(decode(body), estate.START))
    return watch


def measure(graph: Graph, hosts: int, watch: Stopwatch, shown: Shown | None, seconds: float = math.inf) -> int:
    """For each host its first document, an unchanged and a changed one; how many hosts there were.

    After `seconds` no further host is begun, so that a slow machine measures fewer of them.
    """
    ends_at = time.monotonic() + seconds
    numbers: Iterable[int] = range(1, hosts + 1)
    for number in shown.track(numbers, hosts, f"documents of {hosts} hosts") if shown else numbers:
        for reading, (kind, changes) in enumerate((("first", 0), ("unchanged", 0), ("changed", 1))):
            _one(graph, watch, kind, number, reading, changes)
        if time.monotonic() > ends_at:
            return number
    return hosts


def _one(graph: Graph, watch: Stopwatch, kind: str, number: int, reading: int, changes: int) -> None:
    said = estate.document(number, reading, changes)
    body = estate.body(said)
    at = said["observed_at"]
    after = bare.rows_of(said, body, "bare")

    def bare_writes() -> None:
        match kind:
            case "first":
                bare.write_first(graph, after, at)
            case "changed":
                bare.write_change(graph, before, after, at)
            case _:
                bare.write_nothing_new(graph, after, at)

    before = bare.rows_of(estate.document(number, reading - 1), body, "bare") if kind == "changed" else after
    steps: list[tuple[str, Any]] = [
        (kind, lambda: observe(graph, decode(body), at)),
        (f"bare_{kind}", bare_writes),
    ]
    for name, work in steps if number % 2 else reversed(steps):
        answer = watch.time(name, work)
        if isinstance(answer, Receipt):
            _check(answer, kind, said["document_id"])


def _check(receipt: Receipt, kind: str, document_id: str) -> None:
    """Stop where the product did not do the work that is being timed."""
    statuses = {item.status for item in receipt.items}
    expected = {"first": "created", "unchanged": "unchanged", "changed": "updated"}[kind]
    if receipt.status != "accepted" or expected not in statuses or (kind == "unchanged" and len(statuses) > 1):
        raise SystemExit(f"{document_id} should be {expected}: {receipt.status}, {statuses}, {receipt.problems[:3]}")


def compare(watch: Stopwatch) -> dict[str, float]:
    """Medians of the product over those of the bare writes, and a first document over an unchanged one."""
    kinds = ("first", "unchanged", "changed")
    found = {f"{kind}_over_bare": watch.ratio(kind, f"bare_{kind}") for kind in kinds}
    return found | {"first_over_unchanged": watch.ratio("first", "unchanged")}


if __name__ == "__main__":
    main()
