"""Growing an estate to a size: first documents only, on all processors, and the same hosts as bare writes."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor

from cmdb.observation.document import decode
from cmdb.store.driver import Graph
from cmdb.usecases.observe import observe
from measure import bare, estate
from measure.database import Address
from measure.report import Shown

WRITERS = (os.cpu_count() or 1) + 1
BARE_TOGETHER = 25

_connected: list[Graph] = []


def grow(address: Address, numbers: Sequence[int], shown: Shown) -> float | None:
    """Take in the first document of each of these hosts, by several writers at once.

    Documents per second from the first that was taken in to the last; None for fewer than two.
    """
    done_at: list[float] = []
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(WRITERS, mp_context=spawn, initializer=_connect, initargs=(address,)) as writers:
        for _ in shown.track(writers.map(_take_in, numbers), len(numbers), "hosts taken in"):
            done_at.append(time.monotonic())
    return (len(done_at) - 1) / (done_at[-1] - done_at[0]) if len(done_at) > 1 else None


def grow_bare(graph: Graph, numbers: Sequence[int], shown: Shown) -> None:
    """Write the same hosts barely, several in one transaction: how long that takes is not looked at."""
    starts = range(0, len(numbers), BARE_TOGETHER)
    for start in shown.track(starts, len(starts), f"{BARE_TOGETHER} hosts written barely"):
        bare.write_together(graph, _rows(numbers[start : start + BARE_TOGETHER]), estate.START)


def _rows(numbers: Iterable[int]) -> list[bare.Rows]:
    documents = [estate.document(number) for number in numbers]
    return [bare.rows_of(said, estate.body(said), "bare") for said in documents]


def _connect(address: Address) -> None:
    _connected.append(address.connect())


def _take_in(number: int) -> None:
    said = estate.document(number)
    receipt = observe(_connected[0], decode(estate.body(said)), said["observed_at"])
    if receipt.status != "accepted":
        raise RuntimeError(f"{receipt.document_id} was {receipt.status}")
