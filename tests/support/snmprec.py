"""Recordings of devices in the format of snmpsim (`OID|TAG|VALUE`), as the rows that a session would have read."""

from __future__ import annotations

import ipaddress
import os
import shutil
import tarfile
import tempfile
from pathlib import Path

from cmdb_collectors.snmp.values import Rows, Value, oid_of

from tests.support.require import missing, require

_INTEGERS = frozenset({"2", "65", "66", "67", "70"})
_OCTETS = frozenset({"4", "68"})


def read(path: Path) -> Rows:
    """All rows of a recording, in its order. Of an OID that stands twice the first row counts, as snmpsim has it."""
    rows: Rows = {}
    for line in path.read_text(encoding="utf-8", errors="surrogateescape").split("\n"):
        name, _, rest = line.rstrip("\r").partition("|")
        tag, _, value = rest.partition("|")
        if not name:
            continue
        found = _value(tag, value)
        if found is not None:
            rows.setdefault(oid_of(name), found)
    return rows


def _value(tag: str, value: str) -> Value | None:
    kind, is_hex = (tag[:-1], True) if tag.endswith("x") else (tag.partition(":")[0], False)
    if kind in _INTEGERS:
        return int(value) if value.lstrip("-").isdigit() else 0
    if kind in _OCTETS:
        return bytes.fromhex(value) if is_hex else value.encode("utf-8", "surrogateescape")
    if kind == "64" and (is_hex or value.count(".") == 3):
        return bytes.fromhex(value) if is_hex else ipaddress.IPv4Address(value).packed
    return oid_of(value) if kind == "6" and value else None


def recordings() -> list[Path]:
    """The recordings of the corpus, by name; skips the calling test where it is not there.

    Two folders above each stands what other programs read in them: `expected` and `expected-glpi`.
    """
    folder = require("corpora") / "snmp-dev"
    found = sorted((_unpacked(folder) / "snmprec").glob("*.snmprec"))
    if not found:
        missing(f"{folder} has no recordings")
    return found


def own() -> list[Path]:
    """The project's own recordings: the nodes of the lab, as `record_snmp` read them of net-snmp and lldpd."""
    return sorted((Path(__file__).parents[1] / "data/snmp").glob("*.snmprec"))


def _unpacked(folder: Path) -> Path:
    """The corpus with its recordings unpacked; where it is packed, a folder made once for this user and archive."""
    archive = folder / "snmprec.tar.xz"
    if (folder / "snmprec").is_dir() or not archive.is_file():
        return folder
    status = archive.stat()
    place = Path(tempfile.gettempdir(), f"cmdb-snmprec-{os.geteuid()}-{status.st_size}-{int(status.st_mtime)}")
    if not place.is_dir():
        fresh = Path(tempfile.mkdtemp(dir=place.parent))
        with tarfile.open(archive) as packed:
            packed.extractall(fresh, filter="data")
        for name in ("expected", "expected-glpi"):
            (fresh / name).symlink_to(folder / name)
        try:
            fresh.rename(place)
        except OSError:  # another run was faster
            shutil.rmtree(fresh)
    return place
