"""Brings the jars of the lock into the cache folder, each one verified before it gets its name."""

import hashlib
import shutil
import threading
from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import nullcontext
from pathlib import Path

import httpx

from cmdb.store.engine.errors import EngineError
from cmdb.store.engine.files import disk_errors_explained, disk_full, exclusive
from cmdb.store.engine.lock import Artifact, Lock
from cmdb.store.engine.settings import EngineSettings
from cmdb.store.engine.sources import Source, folder_source, repository_source

# Called with the bytes that are there and the bytes of all jars, never by two threads at once.
Progress = Callable[[int, int], None]

_THREADS = 16
_ATTEMPTS = 4
_FIRST_PAUSE_SECONDS = 0.3


def fetch_jars(lock: Lock, settings: EngineSettings, progress: Progress | None = None) -> Path:
    """The folder that holds exactly the jars of `lock`; those that are missing are brought first.

    Hashes are checked when a jar arrives; later calls compare names and sizes only, which takes
    milliseconds. Raises EngineError.
    """
    folder = settings.cache_dir / f"{lock.name}-{lock.digest[:12]}"
    stamp = folder / "verified"
    if stamp.exists() and not _missing(lock, folder):
        return folder
    with disk_errors_explained(folder, lock.size_bytes):
        folder.mkdir(parents=True, exist_ok=True)
        with exclusive(folder / "lock"):
            _remove_strays(lock, folder)
            if missing := _missing(lock, folder):
                _bring_all(settings, lock, missing, folder, progress)
            stamp.touch()
    return folder


def _missing(lock: Lock, folder: Path) -> list[Artifact]:
    """The artifacts whose jar is absent or of another size."""
    sizes = {path.name: path.stat().st_size for path in folder.glob("*.jar")}
    return [each for each in lock.artifacts if sizes.get(each.file_name) != each.size_bytes]


def _remove_strays(lock: Lock, folder: Path) -> None:
    """Java is given the whole folder, so that a jar which is not in the lock must not lie there."""
    wanted = {each.file_name for each in lock.artifacts}
    for path in folder.iterdir():
        if path.suffix in {".jar", ".part"} and path.name not in wanted:
            path.unlink()


def _bring_all(
    settings: EngineSettings, lock: Lock, missing: list[Artifact], folder: Path, progress: Progress | None
) -> None:
    missing_bytes = sum(each.size_bytes for each in missing)
    if shutil.disk_usage(folder).free < missing_bytes:
        raise disk_full(folder, missing_bytes)
    tally = _Tally(lock.size_bytes - missing_bytes, lock.size_bytes, progress)
    with (
        nullcontext(folder_source(settings.jars_dir))
        if settings.jars_dir
        else repository_source(settings.maven_url, _THREADS) as source,
        ThreadPoolExecutor(_THREADS, thread_name_prefix="engine-fetch") as pool,
    ):
        work = [pool.submit(_bring, each, source, folder, tally) for each in missing]
        try:
            done, _ = wait(work, return_when=FIRST_EXCEPTION)
        finally:
            # On the first failure, or on Ctrl-C, the others stop at their next piece.
            tally.stopped.set()
            pool.shutdown(wait=True, cancel_futures=True)
        for each in done:
            each.result()


class _Tally:
    """What all threads have brought so far, and whether they shall go on."""

    def __init__(self, done_bytes: int, total_bytes: int, progress: Progress | None) -> None:
        self.stopped = threading.Event()
        self._done_bytes = done_bytes
        self._total_bytes = total_bytes
        self._progress = progress
        self._guard = threading.Lock()

    def add(self, size_bytes: int) -> None:
        with self._guard:
            self._done_bytes += size_bytes
            if self._progress is not None:
                self._progress(self._done_bytes, self._total_bytes)


def _bring(artifact: Artifact, source: Source, folder: Path, tally: _Tally) -> None:
    pause_seconds = _FIRST_PAUSE_SECONDS
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return _bring_once(artifact, source, folder, tally)
        except httpx.TransportError as error:
            if attempt == _ATTEMPTS:
                raise EngineError(
                    f"{artifact.file_name} could not be fetched from {source.origin}: {error}.",
                    "Check this machine's network and proxy settings; or set CMDB_MAVEN_URL to a mirror "
                    "that it can reach; or set CMDB_ENGINE_JARS to a folder that holds the jars.",
                ) from error
        if tally.stopped.wait(pause_seconds):
            return None
        pause_seconds *= 2
    return None


def _bring_once(artifact: Artifact, source: Source, folder: Path, tally: _Tally) -> None:
    draft = folder / f"{artifact.file_name}.part"
    sha256, got_bytes = hashlib.sha256(), 0
    try:
        with draft.open("wb") as file:
            for chunk in source.read(artifact):
                if tally.stopped.is_set():
                    return
                file.write(chunk)
                sha256.update(chunk)
                got_bytes += len(chunk)
                tally.add(len(chunk))
        _check(artifact, sha256.hexdigest(), got_bytes, source)
        draft.replace(folder / artifact.file_name)
    except BaseException:
        tally.add(-got_bytes)
        draft.unlink(missing_ok=True)
        raise


def _check(artifact: Artifact, sha256: str, size_bytes: int, source: Source) -> None:
    if (sha256, size_bytes) != (artifact.sha256, artifact.size_bytes):
        raise EngineError(
            f"{artifact.file_name} from {source.origin} is not the file it should be: "
            f"expected SHA-256 {artifact.sha256} and {artifact.size_bytes} bytes, "
            f"got {sha256} and {size_bytes} bytes. It was not used.",
            "Replace that file where it comes from, or choose another mirror (CMDB_MAVEN_URL) "
            "or folder of jars (CMDB_ENGINE_JARS).",
        )
