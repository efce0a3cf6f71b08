"""Prints a line for tests/agents/data/product_lines.json, of a process that runs here:

`python tests/agents/record_process.py PID "PRODUCT" "system, how it was started" PACKAGE...`

Its version is what the agent says today: compare it with what the program itself says. Rename folders of your own.
"""

from __future__ import annotations

import json
import sys

from cmdb_agent.host import Host
from cmdb_agent.probes import packages
from cmdb_agent.processes import command_line, redact
from cmdb_agent.processes.instances import names_of
from cmdb_agent.processes.table import Process
from cmdb_agent.products import recognise, version_of


def main(pid: int, product: str, origin: str, names: list[str]) -> None:
    host = Host()
    name = (host.text(f"/proc/{pid}/comm") or "")[:15]
    executable = host.link(f"/proc/{pid}/exe") or ""
    raw = (host.read(f"/proc/{pid}/cmdline") or b"").rstrip(b"\0")
    arguments = tuple(part.decode("utf-8", "replace") for part in raw.split(b"\0"))
    installed = packages.versions(host)
    process = Process(pid, 0, name, 1, 1, arguments, executable, None, None, None)
    line = redact.command_line(arguments) or ""
    main_argument = command_line.main_argument(process.program, arguments)
    found = recognise(names_of(process), main_argument, line, frozenset())
    said = {
        "product": product,
        "category": found.category if found else None,
        "version": version_of(found, process.program, line, installed) if found else None,
        "recorded": True,
        "from": origin,
        "executable": executable,
        "name": name,
        "arguments": arguments,
        "packages": {one: installed[one] for one in names},
    }
    print(json.dumps(said, ensure_ascii=False))
    if found is None or found.name != product:
        print(f"recognised as {found.name if found else 'nothing'}", file=sys.stderr)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4:])
