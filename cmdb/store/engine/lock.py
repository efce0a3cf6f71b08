"""The lock: which jars make the engine, each with its size and SHA-256, as read from `lock.json`."""

import hashlib
from functools import cache
from importlib import resources

import msgspec


class Artifact(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One jar of the engine; `classifier` is None for the main jar of its coordinate."""

    group: str
    artifact: str
    version: str
    sha256: str
    size_bytes: int
    classifier: str | None = None

    @property
    def file_name(self) -> str:
        """The jar's name, as it stands in every folder that holds it."""
        suffix = f"-{self.classifier}" if self.classifier else ""
        return f"{self.artifact}-{self.version}{suffix}.jar"

    @property
    def repository_path(self) -> str:
        """Where a Maven repository keeps the jar, relative to its address.

        Source: Maven 2 repository layout.
        """
        return f"{self.group.replace('.', '/')}/{self.artifact}/{self.version}/{self.file_name}"


class Lock(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All jars of one version of the engine, sorted by coordinate."""

    engine: str
    artifacts: tuple[Artifact, ...]

    @property
    def name(self) -> str:
        """The engine's artifact and version, such as `neo4j-5.26.30`."""
        return "-".join(self.engine.split(":")[1:])

    @property
    def size_bytes(self) -> int:
        """The sum of all jars."""
        return sum(artifact.size_bytes for artifact in self.artifacts)

    @property
    def digest(self) -> str:
        """One hash for the whole lock: equal digests mean equal jars."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()


@cache
def read_lock() -> Lock:
    """The lock this version of the product was tested with."""
    return msgspec.json.decode(resources.files("cmdb.store.engine").joinpath("lock.json").read_bytes(), type=Lock)
