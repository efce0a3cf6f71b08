"""What it costs to take in a host's first, an unchanged and a changed document, beside the bare writes of the same.

The estate grows by first documents alone. At each size a sample of further hosts goes through every kind of document,
the product and the bare writes in turn in one database, so that whatever else the machine does meets both.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from measure import bare, estate
from measure.counting import CountingGraph
from measure.database import Server, empty, engine_version, server
from measure.growth import WRITERS, grow, grow_bare
from measure.processors import ProcessorWatch
from measure.report import Shown, Stopwatch, arguments, show, versions

from cmdb.observation.claims import claims_of
from cmdb.observation.document import decode
from cmdb.store.driver import Graph
from cmdb.usecases.observe import observe
from cmdb.usecases.receipts import Receipt

SIZES = (100, 1_000, 10_000)
QUICK_SIZES = (40,)
QUICK_SECONDS = 15.0
WARM_UP = 6
COUNTED = 3
SAMPLE, QUICK_SAMPLE = 60, 20
DECODED = 200
KINDS = ("first", "unchanged", "changed")
READINGS = (("first", 0), ("unchanged", 0), ("unchanged", 0), ("unchanged", 0), ("changed", 1))
"""The documents of a sampled host one after the other: their kind, and how often the host has changed by then."""


def main() -> None:
    """Measure and print."""
    parser = arguments(__doc__ or "")
    parser.add_argument("--hosts", type=int, action="append", help=f"sizes of the estate; default {SIZES}")
    asked = parser.parse_args()
    sizes: Sequence[int] = sorted(asked.hosts or (QUICK_SIZES if asked.quick else SIZES))
    sample, seconds = (QUICK_SAMPLE, QUICK_SECONDS) if asked.quick else (SAMPLE, math.inf)
    shown = Shown()
    figures: dict[str, float] = measure_decoding()
    ratios: dict[str, float] = {}
    watches: list[tuple[int, ProcessorWatch]] = []
    with server(shown) as database, database.address.connect() as graph:
        run = _Run(database, graph, shown, looks_at_files=not asked.quick)
        run.begin()
        for known, hosts in pairwise((0, *sizes)):
            measured = range(hosts - min(sample, (hosts - known) // 2) + 1, hosts + 1)
            counted = range(measured.start - COUNTED, measured.start)
            warming = range(counted.start - WARM_UP, counted.start)
            figures |= _named(run.grow_to(known + 1, warming.start - 1), hosts)
            if not asked.quick:  # the engine has just been started anew
                run.warm_up(warming)
            figures |= _named(run.count(counted), hosts)
            watch = run.measure(measured, seconds)
            watches.append((hosts, watch))
            figures |= _named(watch.figures() | per_second(watch), hosts)
            ratios |= _named(compare(watch), hosts)
        ran = versions("neo4j", "neo4j-rust-ext", "msgspec") | {"engine": engine_version(graph)}
    if len(sizes) > 1:
        ratios |= flatness(watches[0], watches[-1])
    said = estate.document(1)
    show(
        {
            "name": "ingest",
            "sizes": {"hosts": sizes, "hosts_measured": [len(one.times_ms["first"]) for _, one in watches],
                      "writers_while_growing": WRITERS, "document_bytes": len(estate.body(said)),
                      "items": len(said["items"]), "relations": len(said["relations"])},
            "figures": figures,
            "ratios": ratios,
            "versions": ran,
        },
        as_json=asked.json,
    )  # fmt: skip


def measure_decoding() -> dict[str, float]:
    """Decoding and validating alone, and with the claims made of it."""
    watch = Stopwatch()
    body = estate.body(estate.document(1))
    for _ in range(DECODED):
        watch.time("decode", lambda: decode(body))
        watch.time("claims", lambda: claims_of(decode(body), estate.START))
    per_second = round(1e3 / watch.median_ms("decode"))
    return {
        "decode_documents_per_second": per_second,
        "decode_and_claims_median_ms": round(watch.median_ms("claims"), 3),
    }


@dataclass
class _Run:
    """One run in one database."""

    server: Server
    graph: Graph
    shown: Shown
    looks_at_files: bool
    """Whether to stop the engine in order to see what the store takes."""

    def begin(self) -> None:
        """Let the plan cache, the page cache and the just-in-time compiler see every kind of write."""
        self.warm_up(range(1, WARM_UP + 1))
        empty(self.graph)

    def warm_up(self, numbers: Sequence[int]) -> None:
        """Let these hosts go through every kind of document without looking at the clock."""
        for number in numbers:
            _readings(self.graph, ProcessorWatch(), number)

    def grow_to(self, first: int, last: int) -> dict[str, float]:
        """Take in hosts up to a number, then write them barely: documents per second, and store bytes per host."""
        numbers = range(first, last + 1)
        if not numbers:
            return {}
        before = self._store_bytes()
        rate = grow(self.server.address, numbers, self.shown)
        between = self._store_bytes()
        grow_bare(self.graph, numbers, self.shown)
        after = self._store_bytes()
        found = {} if rate is None else {"growing_documents_per_second": round(rate, 1)}
        if before is not None and between is not None and after is not None:
            found["store_bytes_per_host"] = round((between - before) / len(numbers))
            found["bare_store_bytes_per_host"] = round((after - between) / len(numbers))
        return found

    def _store_bytes(self) -> int | None:
        return self.server.store_bytes() if self.looks_at_files else None

    def count(self, numbers: Sequence[int]) -> dict[str, float]:
        """What one document of each kind asks and writes, in the mean."""
        found: dict[str, float] = {}
        for side, counted in (("", _document), ("bare_", _bare)):
            sums = {kind: CountingGraph(self.graph) for kind in KINDS}
            for number in numbers:
                for reading, (kind, changes) in enumerate(READINGS):
                    counted(sums[kind], kind, number, reading, changes)()
            for kind, one in sums.items():
                times = len(numbers) * sum(kind == other for other, _ in READINGS)
                for what in ("queries", "nodes", "relationships", "properties"):
                    found[f"{side}{kind}_{what}"] = round(one.counts[what] / times, 1)
        return found

    def measure(self, numbers: Sequence[int], seconds: float) -> ProcessorWatch:
        """Take the time of every kind of document of these hosts; after `seconds` no further host is begun."""
        watch = ProcessorWatch(engine_pid=self.server.pid)
        ends_at = time.monotonic() + seconds
        for number in self.shown.track(numbers, len(numbers), f"hosts measured of {numbers[-1]}"):
            _readings(self.graph, watch, number)
            if time.monotonic() > ends_at:
                break
        return watch


def _readings(graph: Graph, watch: ProcessorWatch, number: int) -> None:
    for reading, (kind, changes) in enumerate(READINGS):
        sides = [(kind, _document), (f"bare_{kind}", _bare)]
        for name, side in sides if number % 2 else reversed(sides):
            watch.time(name, side(graph, kind, number, reading, changes))


def _document(graph: Any, kind: str, number: int, reading: int, changes: int) -> Callable[[], None]:
    """Takes the document in, from bytes to receipt."""
    said = estate.document(number, reading, changes)
    body = estate.body(said)

    def work() -> None:
        _check(observe(graph, decode(body), said["observed_at"]), kind, said["document_id"])

    return work


def _bare(graph: Any, kind: str, number: int, reading: int, changes: int) -> Callable[[], None]:
    """Writes the same barely; what is made of the document beforehand is not timed."""
    said = estate.document(number, reading, changes)
    body, at = estate.body(said), said["observed_at"]
    after = bare.rows_of(said, body, "bare")
    match kind:
        case "first":
            return lambda: bare.write_first(graph, after, at)
        case "changed":
            before = bare.rows_of(estate.document(number, reading - 1), body, "bare")
            return lambda: bare.write_change(graph, before, after, at)
        case _:
            return lambda: bare.write_nothing_new(graph, after, at)


def _check(receipt: Receipt, kind: str, document_id: str) -> None:
    """Stop where the product did not do the work that is being timed."""
    statuses = {item.status for item in receipt.items}
    expected = {"first": "created", "unchanged": "unchanged", "changed": "updated"}[kind]
    if receipt.status != "accepted" or expected not in statuses or (kind == "unchanged" and len(statuses) > 1):
        raise SystemExit(f"{document_id} should be {expected}: {receipt.status}, {statuses}, {receipt.problems[:3]}")


def per_second(watch: ProcessorWatch) -> dict[str, float]:
    """How many documents of each kind one writer sends in a second, one after the other."""
    return {f"{kind}_documents_per_second": round(1e3 / watch.median_ms(kind), 1) for kind in KINDS}


def compare(watch: ProcessorWatch) -> dict[str, float]:
    """The product over the bare writes, and a first document over an unchanged one: medians, and processor time."""
    found = {f"{kind}_over_bare": watch.ratio(kind, f"bare_{kind}") for kind in KINDS}
    found["first_over_unchanged"] = watch.ratio("first", "unchanged")
    found |= {f"{kind}_over_bare_cpu": watch.cpu_ratio(kind, f"bare_{kind}") for kind in KINDS}
    return found | {"first_over_unchanged_cpu": watch.cpu_ratio("first", "unchanged")}


def flatness(small: tuple[int, ProcessorWatch], large: tuple[int, ProcessorWatch]) -> dict[str, float]:
    """What each kind of document costs in the largest estate over what it costs in the smallest, bare ones too."""
    found: dict[str, float] = {}
    for name in (side + kind for side in ("", "bare_") for kind in KINDS):
        between = f"{name}_{large[0]}_over_{small[0]}_hosts"
        found[between] = round(large[1].median_ms(name) / small[1].median_ms(name), 2)
        found[f"{between}_cpu"] = round(large[1].cpu_ms(name) / small[1].cpu_ms(name), 2)
    return found


def _named(found: dict[str, float], hosts: int) -> dict[str, float]:
    return {f"{name}_{hosts}_hosts": value for name, value in found.items()}


if __name__ == "__main__":
    main()
