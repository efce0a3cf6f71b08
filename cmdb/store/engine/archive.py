"""The file of a backup: a tar archive of a manifest and a dump, whose checksum the manifest holds."""

import hashlib
import io
import os
import tarfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import msgspec

from cmdb.store.engine.errors import EngineError

MANIFEST = "manifest.json"
DUMP = "neo4j.dump"

_FORMAT = 1
_CHUNK_BYTES = 1 << 20
_MANIFEST_BYTES_MAX = 1 << 16
_REMEDY = "Take another backup file; this one is not loaded."


class Origin(msgspec.Struct, frozen=True):
    """What a backup was made from. `engine` is the version of Neo4j, `migration` the last that its graph had."""

    product: str
    engine: str
    migration: int
    created_at: int


class Manifest(msgspec.Struct, frozen=True):
    """What stands first in a backup."""

    format: int
    origin: Origin
    dump_bytes: int
    dump_sha256: str


def write_archive(file: Path, dump: Path, origin: Origin) -> int:
    """Writes a backup, whole or not at all, readable by its owner only, and on disk when this returns; its bytes."""
    with dump.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    manifest = Manifest(_FORMAT, origin, dump.stat().st_size, digest)
    text = msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"
    draft = file.with_name(f".{file.name}.new")
    draft.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as archive, dump.open("rb") as body:
                archive.addfile(_member(MANIFEST, len(text), origin), io.BytesIO(text))
                archive.addfile(_member(DUMP, manifest.dump_bytes, origin), body)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
    return file.stat().st_size


def read_manifest(file: Path) -> Manifest:
    """The manifest of a backup. Raises EngineError where the file is no backup, or one of a later format."""
    with _opened(file) as archive:
        member = archive.next()
        if member is None or member.name != MANIFEST or member.size > _MANIFEST_BYTES_MAX:
            raise EngineError(f"{file} is not a backup of this program.", _REMEDY)
        content = archive.extractfile(member)
        try:
            manifest = msgspec.json.decode(content.read() if content else b"", type=Manifest)
        except msgspec.DecodeError as error:
            raise EngineError(f"{file} is damaged: its manifest cannot be read ({error}).", _REMEDY) from error
    if manifest.format != _FORMAT:
        raise EngineError(
            f"{file} is a backup of format {manifest.format}, which this version does not know.",
            f"Restore it with version {manifest.origin.product} or later.",
        )
    return manifest


def extract_dump(file: Path, target: Path) -> None:
    """Writes the dump of a backup to `target`, a new file (0600). Raises EngineError where it is damaged."""
    manifest = read_manifest(file)
    digest, size = hashlib.sha256(), 0
    with _opened(file) as archive:
        content = _dump_of(archive, file)
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            while chunk := content.read(_CHUNK_BYTES):
                digest.update(chunk)
                size += len(chunk)
                stream.write(chunk)
    if (size, digest.hexdigest()) != (manifest.dump_bytes, manifest.dump_sha256):
        raise EngineError(f"{file} is damaged: its checksum is not the one it was made with.", _REMEDY)


def _dump_of(archive: tarfile.TarFile, file: Path) -> IO[bytes]:
    try:
        content = archive.extractfile(DUMP)
    except KeyError:
        content = None
    if content is None:
        raise EngineError(f"{file} is damaged: it holds no dump.", _REMEDY)
    return content


@contextmanager
def _opened(file: Path) -> Generator[tarfile.TarFile]:
    """A backup that is read; what a damaged archive raises becomes a sentence."""
    try:
        with tarfile.open(file, mode="r:") as archive:
            yield archive
    except tarfile.TarError as error:
        raise EngineError(f"{file} is damaged, or no backup of this program: {error}.", _REMEDY) from error


def _member(name: str, size: int, origin: Origin) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = size, 0o600, origin.created_at // 1000
    return member
