"""Where jars come from: a Maven repository over HTTP, or a folder prepared by hand."""

import ssl
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from cmdb.store.engine.errors import EngineError
from cmdb.store.engine.lock import Artifact

_CHUNK_BYTES = 1 << 18


@dataclass(frozen=True)
class Source:
    """A place that has jars, and how one is read there, in pieces.

    `read` raises EngineError when asking again is of no use, httpx.TransportError when it may be.
    """

    origin: str
    read: Callable[[Artifact], Iterator[bytes]]


def folder_source(jars_dir: Path) -> Source:
    """The jars of a folder in which they lie side by side, or as in a Maven repository."""

    def read(artifact: Artifact) -> Iterator[bytes]:
        places = (jars_dir / artifact.file_name, jars_dir / artifact.repository_path)
        path = next((place for place in places if place.is_file()), None)
        if path is None:
            raise EngineError(
                f"The folder {jars_dir} does not hold {artifact.file_name}.",
                "Copy the jars again from the cache folder of a machine that has started this version, "
                "or unset CMDB_ENGINE_JARS to fetch them.",
            )
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK_BYTES):
                yield chunk

    return Source(str(jars_dir), read)


@contextmanager
def repository_source(url: str | None, connections: int) -> Generator[Source]:
    """The jars of the Maven repository at `url`; None means Maven Central."""
    address = (url or _maven_central()).rstrip("/")
    # Companies put their own authority into the system's store, which httpx does not read by itself.
    trust = httpx.create_ssl_context()
    trust.load_default_certs(ssl.Purpose.SERVER_AUTH)
    limits = httpx.Limits(max_connections=connections)
    with httpx.Client(verify=trust, follow_redirects=True, timeout=30, limits=limits) as client:

        def read(artifact: Artifact) -> Iterator[bytes]:
            with client.stream("GET", f"{address}/{artifact.repository_path}") as answer:
                if answer.is_server_error or answer.status_code == 429:
                    raise httpx.RemoteProtocolError(f"it answered {answer.status_code}")
                if not answer.is_success:
                    raise EngineError(
                        f"{address} answered {answer.status_code} for {artifact.repository_path}.",
                        "Set CMDB_MAVEN_URL to the address of a Maven repository or mirror that holds it.",
                    )
                yield from answer.iter_bytes(_CHUNK_BYTES)

        yield Source(address, read)


def _maven_central() -> str:
    # Imported here because it takes 0.3 s and only a fetch needs it.
    from jgo.constants import MAVEN_CENTRAL_URL

    return MAVEN_CENTRAL_URL
