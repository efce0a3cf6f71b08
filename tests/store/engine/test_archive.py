"""The file of a backup: whole, private, and refused when it is not what it was."""

from __future__ import annotations

import io
import stat
import tarfile
from pathlib import Path

import pytest

from cmdb.errors import Conflict, Invalid, NotFound
from cmdb.store.engine import EngineError
from cmdb.store.engine.archive import Origin, extract_dump, read_manifest, write_archive
from cmdb.store.migrations import MIGRATIONS
from cmdb.usecases.backup import check_new_file, read_backup

NEWEST = max(one.number for one in MIGRATIONS)
CONTENT = bytes(range(256)) * 5000


def origin(migration: int = NEWEST, engine: str = "5.26.30") -> Origin:
    return Origin("0.1.0", engine, migration, 1_764_000_000_000)


def backup(folder: Path, made_from: Origin | None = None) -> Path:
    dump = folder / "neo4j.dump"
    dump.write_bytes(CONTENT)
    file = folder / "backup.tar"
    write_archive(file, dump, made_from or origin())
    return file


def test_what_is_written_is_read_again_by_its_owner_alone(tmp_path: Path):
    file = backup(tmp_path)
    extract_dump(file, tmp_path / "again")
    assert (tmp_path / "again").read_bytes() == CONTENT
    assert read_backup(file) == origin()
    assert [stat.S_IMODE(one.stat().st_mode) for one in (file, tmp_path / "again")] == [0o600, 0o600]
    assert sorted(one.name for one in tmp_path.iterdir()) == ["again", "backup.tar", "neo4j.dump"]


def test_any_tar_takes_the_dump_out(tmp_path: Path):
    with tarfile.open(backup(tmp_path)) as archive:
        dump = archive.extractfile("neo4j.dump")
        assert dump is not None
        assert dump.read() == CONTENT


@pytest.mark.parametrize("place", [600, 5_000, 900_000])
def test_a_changed_byte_is_found(tmp_path: Path, place: int):
    file = backup(tmp_path)
    content = bytearray(file.read_bytes())
    content[place] ^= 0x20
    file.write_bytes(content)
    with pytest.raises(EngineError, match=r"is damaged"):
        extract_dump(file, tmp_path / "again")


@pytest.mark.parametrize("length", [0, 100, 700, 3_000, 700_000])
def test_a_file_that_was_cut_off_is_found(tmp_path: Path, length: int):
    file = backup(tmp_path)
    file.write_bytes(file.read_bytes()[:length])
    with pytest.raises(EngineError, match=r"is damaged|no backup"):
        extract_dump(file, tmp_path / "again")


def test_another_archive_is_no_backup(tmp_path: Path):
    file = tmp_path / "holiday.tar"
    with tarfile.open(file, "w") as archive:
        member = tarfile.TarInfo("beach.jpg")
        member.size = 3
        archive.addfile(member, io.BytesIO(b"sea"))
    with pytest.raises(Invalid, match=r"holiday.tar is not a backup of this program"):
        read_backup(file)


def test_a_format_of_later_is_refused_with_the_version_that_knows_it(tmp_path: Path):
    file = tmp_path / "later.tar"
    text = b'{"format": 2, "origin": {"product": "7.0", "engine": "5.26.30", "migration": 1, "created_at": 1}, '
    text += b'"dump_bytes": 0, "dump_sha256": "", "more": []}'
    with tarfile.open(file, "w") as archive:
        member = tarfile.TarInfo("manifest.json")
        member.size = len(text)
        archive.addfile(member, io.BytesIO(text))
    with pytest.raises(EngineError, match=r"format 2, which this version does not know.\nRestore it with version 7.0"):
        read_manifest(file)


def test_a_graph_of_a_later_version_is_refused(tmp_path: Path):
    file = backup(tmp_path, origin(migration=NEWEST + 1))
    with pytest.raises(Invalid, match=rf"had migration {NEWEST + 1}, and this version knows no later one than"):
        read_backup(file)


@pytest.mark.parametrize("engine", ["5.27.0", "2025.01.0"])
def test_a_store_of_a_later_engine_is_refused(tmp_path: Path, engine: str):
    with pytest.raises(Invalid, match=rf"made with Neo4j {engine}"):
        read_backup(backup(tmp_path, origin(engine=engine)))


def test_a_store_of_a_later_patch_is_read(tmp_path: Path):
    assert read_backup(backup(tmp_path, origin(engine="5.26.99"))).engine == "5.26.99"


def test_nothing_is_overwritten_and_no_folder_is_made_up(tmp_path: Path):
    with pytest.raises(Conflict, match="exists already"):
        check_new_file(backup(tmp_path))
    with pytest.raises(NotFound, match="no folder"):
        check_new_file(tmp_path / "missing" / "backup.tar")
    with pytest.raises(NotFound, match="no file"):
        read_backup(tmp_path / "missing.tar")
