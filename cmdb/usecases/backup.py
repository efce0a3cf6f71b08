"""Backups of the managed graph: what is written beside the dump, and which backups this version can restore."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cmdb.errors import Conflict, Invalid, NotFound
from cmdb.store.driver import Graph
from cmdb.store.engine import EngineError
from cmdb.store.engine.archive import Origin, extract_dump, read_manifest, write_archive
from cmdb.store.engine.files import disk_errors_explained
from cmdb.store.engine.lock import read_lock
from cmdb.store.migrations import MIGRATIONS
from cmdb.store.queries.applied import applied_migrations

__all__ = ["Origin", "check_new_file", "check_restored", "origin", "read_backup", "save", "unpacking"]


def origin(graph: Graph, product: str, now: int) -> Origin:
    """What a backup of this running graph says of itself; `product` is this version. Raises Unavailable."""
    return Origin(product, _engine_version(), _last_migration(graph), now)


def check_new_file(file: Path) -> None:
    """Raises Conflict where the file exists already, NotFound where its folder does not."""
    if file.exists():
        raise Conflict(f"{file} exists already: nothing is overwritten")
    if not file.parent.is_dir():
        raise NotFound("folder", str(file.parent))


def save(file: Path, dump: Path, made_from: Origin) -> int:
    """Writes the backup file (0600) of a dump, whole or not at all; its bytes. Raises Invalid with what to do."""
    try:
        with disk_errors_explained(file.parent, dump.stat().st_size):
            return write_archive(file, dump, made_from)
    except EngineError as error:
        raise Invalid(str(error)) from error


def read_backup(file: Path) -> Origin:
    """What a backup was made from.

    Raises NotFound, and Invalid where it is damaged, no backup, or made by a version whose graph this one does not
    know.
    """
    if not file.is_file():
        raise NotFound("file", str(file))
    try:
        with disk_errors_explained(file, 0):
            found = read_manifest(file).origin
    except EngineError as error:
        raise Invalid(str(error)) from error
    newest = max(one.number for one in MIGRATIONS)
    if found.migration > newest:
        raise Invalid(
            f"{file} was made by version {found.product}: its graph had migration {found.migration}, and this version "
            f"knows no later one than {newest}. Restore it with that version"
        )
    if _release(found.engine) > _release(_engine_version()):
        raise Invalid(
            f"{file} was made with Neo4j {found.engine}, which {_engine_version()} of this version cannot read. "
            f"Restore it with version {found.product}"
        )
    return found


def unpacking(file: Path) -> Callable[[Path], None]:
    """What writes the backup's dump into a new file, and raises Invalid where its checksum is wrong."""

    def write(target: Path) -> None:
        try:
            extract_dump(file, target)
        except EngineError as error:
            raise Invalid(str(error)) from error

    return write


def check_restored(graph: Graph, made_from: Origin) -> None:
    """Raises Invalid where the running graph is not the one that the backup was made from."""
    found = _last_migration(graph)
    if found != made_from.migration:
        raise Invalid(f"the restored graph has migration {found}, and the backup says {made_from.migration}")


def _last_migration(graph: Graph) -> int:
    return max(applied_migrations(graph), default=0)


def _engine_version() -> str:
    return read_lock().engine.rpartition(":")[2]


def _release(version: str) -> tuple[int, ...]:
    """The part of a version of Neo4j that decides on the store's format: the first two numbers."""
    return tuple(int(part) for part in version.split(".")[:2])
