"""What it costs to walk ifTable and ifXTable, beside net-snmp's snmpbulkwalk on the same pre-encoded responder.

One device after the other, each client in turn, and many devices at once: all in one process here, in eight there.
"""

from __future__ import annotations

import asyncio
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from cmdb_collectors.credentials import Community
from cmdb_collectors.snmp.session import Limits, open_session
from cmdb_collectors.snmp.values import Oid, dotted
from measure import snmp_responder
from measure.report import Shown, arguments, show, versions

REPETITIONS = 25
PROCESSES = 8
LIMITS = Limits(max_repetitions=REPETITIONS)


class Cost(NamedTuple):
    """What a piece of work took: wall clock, and processor time of the client alone."""

    seconds: float
    cpu_seconds: float


def main() -> None:
    """Measure and print."""
    asked = arguments(__doc__ or "").parse_args()
    program = shutil.which("snmpbulkwalk")
    if program is None:
        raise SystemExit("snmpbulkwalk is missing: apt-get install snmp")
    interfaces, rounds, devices, small = (300, 3, 40, 70) if asked.quick else (1_000, 7, 200, 70)
    shown = Shown()
    with responder(interfaces) as port:
        one_here, one_there = one_at_a_time(port, interfaces, rounds, program, shown)
    with responder(small) as port:
        many_here, many_there = at_once(port, small, devices, program, shown)
    walked = interfaces * snmp_responder.VARIABLES_PER_INTERFACE
    figures = per_variable("walk", one_here, walked) | per_variable("snmpbulkwalk_walk", one_there, walked)
    for name, cost in (("at_once", many_here), (f"snmpbulkwalk_in_{PROCESSES}_processes", many_there)):
        figures[f"{name}_devices_per_second"] = round(devices / cost.seconds, 1)
        figures[f"{name}_cpu_ms_per_device"] = round(1e3 * cost.cpu_seconds / devices, 2)
    show(
        {
            "name": "snmp",
            "sizes": {"interfaces": interfaces, "variables": walked, "rounds": rounds, "devices_at_once": devices,
                      "variables_of_each": small * snmp_responder.VARIABLES_PER_INTERFACE},
            "figures": figures,
            "ratios": {
                "cpu_over_snmpbulkwalk": round(one_here.cpu_seconds / one_there.cpu_seconds, 2),
                "seconds_over_snmpbulkwalk": round(one_here.seconds / one_there.seconds, 2),
                "devices_at_once_over_snmpbulkwalk": round(many_there.seconds / many_here.seconds, 2),
            },
            "versions": versions("pysnmp") | {"net_snmp": version_of(program)},
        },
        as_json=asked.json,
    )  # fmt: skip


def per_variable(name: str, cost: Cost, variables: int) -> dict[str, float]:
    """A walk's figures for each of its variables."""
    return {
        f"{name}_variables_per_second": round(variables / cost.seconds),
        f"{name}_cpu_us_per_variable": round(1e6 * cost.cpu_seconds / variables, 2),
    }


@contextmanager
def responder(interfaces: int) -> Iterator[int]:
    """The port of a responder in a process of its own."""
    script = Path(snmp_responder.__file__)
    command = [sys.executable, str(script), "--interfaces", str(interfaces)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield int(process.stdout.readline())
        finally:
            process.kill()


def one_at_a_time(port: int, interfaces: int, rounds: int, program: str, shown: Shown) -> tuple[Cost, Cost]:
    """The median walk of one device by each client, who take turns."""
    variables = interfaces * snmp_responder.VARIABLES_PER_INTERFACE
    here: list[Cost] = []
    there: list[Cost] = []
    for _ in shown.track(range(rounds), rounds, f"walks of {variables} variables"):
        here.append(measured(lambda: asyncio.run(walk(port, variables))))
        there.append(measured(lambda: snmpbulkwalk(program, port, variables)))
    return median(here), median(there)


def at_once(port: int, interfaces: int, devices: int, program: str, shown: Shown) -> tuple[Cost, Cost]:
    """Many devices: concurrent sessions in this process, and walks in so many processes of net-snmp."""
    variables = interfaces * snmp_responder.VARIABLES_PER_INTERFACE

    async def all_here() -> None:
        await asyncio.gather(*(walk(port, variables) for _ in range(devices)))

    def all_there() -> None:
        with ThreadPoolExecutor(PROCESSES) as pool:
            list(pool.map(lambda _: snmpbulkwalk(program, port, variables), range(devices)))

    shown.say(f"{devices} devices of {variables} variables at once")
    return measured(lambda: asyncio.run(all_here())), measured(all_there)


def measured(work: Callable[[], object]) -> Cost:
    """What work costs, this process and those that it waited for together."""
    cpu_before, began = cpu_seconds(), time.perf_counter()
    work()
    return Cost(time.perf_counter() - began, cpu_seconds() - cpu_before)


def cpu_seconds() -> float:
    """Processor time of this process and of its children that have ended."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def median(costs: list[Cost]) -> Cost:
    """The middle one by processor time."""
    return sorted(costs, key=lambda cost: cost.cpu_seconds)[len(costs) // 2]


async def walk(port: int, variables: int) -> None:
    """Both tables of the device; stops the run where rows are missing."""
    async with open_session("127.0.0.1", port, Community(community="public"), LIMITS) as session:
        found = [await session.walk(root) for root in snmp_responder.ROOTS]
    if sum(len(walked.rows) for walked in found) != variables:
        raise SystemExit(f"{variables} variables expected: {[(len(w.rows), w.problem) for w in found]}")


def snmpbulkwalk(program: str, port: int, variables: int) -> None:
    """The same by net-snmp, without MIB files and with numbers for names; its text is counted."""
    options = ("-v2c", "-c", "public", f"-Cr{REPETITIONS}", "-On", "-m", "")
    found = sum(count(program, *options, f"127.0.0.1:{port}", root) for root in snmp_responder.ROOTS)
    if found != variables:
        raise SystemExit(f"{variables} variables expected of snmpbulkwalk: {found}")


def count(*command: str | Oid) -> int:
    """How many lines a command prints."""
    plain = [dotted(part) if isinstance(part, tuple) else part for part in command]
    return subprocess.run(plain, capture_output=True, check=True).stdout.count(b"\n")


def version_of(program: str) -> str:
    """What net-snmp says of itself."""
    return subprocess.run([program, "-V"], capture_output=True, text=True, check=True).stderr.split()[-1]


if __name__ == "__main__":
    main()
