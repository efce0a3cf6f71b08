"""Builds the agent as one file: `python agents/build_pyz.py dist/cmdb-agent.pyz`.

The same sources give the same bytes, whoever builds them and when. psutil is compiled, so no such file can carry it.
"""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

SOURCES = Path(__file__).resolve().parent
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the first moment that a ZIP file can name
START = """\
import sys

if sys.version_info < (3, 9):
    sys.exit("cmdb-agent: Python 3.9 or newer is needed, and this is " + sys.version.split()[0])

from cmdb_agent.__main__ import main

sys.exit(main())
"""


def build(output: Path) -> None:
    """Write the archive, with all that Python needs to run it. Raises OSError."""
    output.parent.mkdir(parents=True, exist_ok=True)
    files = sorted((SOURCES / "cmdb_agent").rglob("*.py"), key=lambda path: path.relative_to(SOURCES).as_posix())
    with output.open("wb") as file:
        file.write(b"#!/usr/bin/env python3\n")
        with zipfile.ZipFile(file, "w") as archive:  # stored: compressors differ, and starting is faster
            archive.writestr(zipfile.ZipInfo("__main__.py", LONG_AGO), START)
            for path in files:
                name = path.relative_to(SOURCES).as_posix()
                archive.writestr(zipfile.ZipInfo(name, LONG_AGO), path.read_bytes())
    output.chmod(0o755)


if __name__ == "__main__":
    build(Path(sys.argv[1]))
    print(sys.argv[1])
