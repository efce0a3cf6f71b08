"""`cmdb-collect` and `python -m cmdb_collectors`."""

from __future__ import annotations

import importlib.util
import sys

from cmdb_collectors.arguments import parser
from cmdb_collectors.errors import CollectorError
from cmdb_collectors.settings import PROGRAM


def main(arguments: list[str] | None = None) -> int:
    """Run the collector; the exit status."""
    given = parser().parse_args(arguments)
    for library in ("paramiko", "pysnmp"):
        if importlib.util.find_spec(library) is None:
            print(f"{PROGRAM}: {library} is missing: pip install 'cmdb[collectors]'", file=sys.stderr)
            return 2
    try:
        if given.command == "check":
            from cmdb_collectors import check

            return check.run(given.targets, given.json)
        if given.command == "run":
            from cmdb_collectors import run

            return run.run(given)
        from cmdb_collectors import single

        return single.run(given)
    except CollectorError as error:
        for line in str(error).splitlines():
            print(f"{PROGRAM}: {line}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
