"""What it costs to ask of every single failure, and of thousands of chances, beside one question for each of them.

Pure: no graph is started. An estate of services over machines, with pairs of which one will do.
"""

from __future__ import annotations

import random

from measure.report import Shown, Stopwatch, arguments, show, versions

from cmdb.analyse.cuts import find_cuts
from cmdb.analyse.likelihood import Hazard, Touch, likelihood
from cmdb.analyse.neighbourhood import DOWN, Neighbourhood
from cmdb.analyse.scenarios import play
from cmdb.analyse.wave import Wave

NODES, EDGES, PAIRS, ROUNDS = 16_600, 46_000, 1_000, 5
QUICK_ROUNDS = 2
ONE_BY_ONE = 300
SERVICES = 20


def main() -> None:
    """Measure and print."""
    asked = arguments(__doc__ or "").parse_args()
    rounds = QUICK_ROUNDS if asked.quick else ROUNDS
    shown, watch, choose = Shown(), Stopwatch(), random.Random(1)
    estate = build(choose)
    every = [node for node in range(len(estate.ids)) if node not in estate.groups]
    hazards = [Hazard((Touch(estate.ids[node], 0.001),)) for node in every]
    reached = 0
    for _ in shown.track(range(rounds), rounds, "rounds"):
        outcome = watch.time("every_single_failure", lambda: play(estate, {node: 1 << node for node in every}))
        reached = sum(bits.bit_count() for bits in outcome.down)
        few = choose.sample(every, ONE_BY_ONE)
        watch.time("one_by_one", lambda few=few: [Wave(estate, frozenset()).spread({node: DOWN}) for node in few])
        watch.time("samples", lambda: likelihood(estate, hazards))
        for node in choose.sample(every[len(every) // 2 :], SERVICES):
            watch.time("cuts", lambda node=node: find_cuts(estate, estate.ids[node]))
    one_by_one = watch.median_ms("one_by_one") / ONE_BY_ONE * len(every)
    show(
        {
            "name": "scenarios",
            "sizes": {"nodes": len(every), "edges": len(estate.sources), "groups": PAIRS, "down": reached,
                      "rounds": rounds},
            "figures": watch.figures(),
            "ratios": {"every_over_one_by_one": round(watch.median_ms("every_single_failure") / one_by_one, 3)},
            "versions": versions(),
        },
        as_json=asked.json,
    )  # fmt: skip


def build(choose: random.Random) -> Neighbourhood:
    """Everything depends on what has a lower number, a few on what has a higher one; low numbers are in demand."""
    rows: list[tuple[str, str, str, str]] = []
    for _ in range(EDGES - 4 * PAIRS):
        source = choose.randrange(1, NODES)
        target = int(source * choose.random() ** 1.5) if choose.random() < 0.98 else choose.randrange(NODES)
        if source != target:
            rows.append((f"{source:05}", f"{target:05}", "DEPENDS_ON", choose.choice(["hard", "hard", "soft"])))
    groups = [f"pair-{number:04}" for number in range(PAIRS)]
    for group in groups:
        holder = choose.randrange(100, NODES)
        rows.append((f"{holder:05}", group, "NEEDS", "hard"))
        rows.extend((group, f"{member:05}", "ANY_OF", "hard") for member in choose.sample(range(holder), 3))
    ids = [f"{number:05}" for number in range(NODES)] + groups
    return Neighbourhood.from_columns(
        ids=ids,
        types=["Server"] * NODES + ["RedundancyGroup"] * PAIRS,
        names=ids,
        edge_from=[row[0] for row in rows],
        edge_to=[row[1] for row in rows],
        verbs=[row[2] for row in rows],
        strengths=[row[3] for row in rows],
        evidence=["declared"] * len(rows),
        valid_from=[None] * len(rows),
        last_seen_at=[None] * len(rows),
        group_ids=groups,
        group_k=[1] * PAIRS,
        group_share=[None] * PAIRS,
        group_modes=["standby"] * PAIRS,
    )


if __name__ == "__main__":
    main()
