"""Writes `lock.json` anew: resolves the engine's runtime dependencies and hashes every jar.

Run by a developer who moves to another version: `python -m cmdb.store.engine.make_lock`.
It takes about a minute and changes nothing else.
"""

import argparse
import hashlib
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
from jgo.constants import MAVEN_CENTRAL_URL
from jgo.maven import Artifact as MavenArtifact
from jgo.maven import MavenContext

from cmdb.store.engine.lock import Artifact, Lock

ENGINE = "org.neo4j:neo4j:5.26.30"


def resolve_lock(engine: str, maven_url: str) -> Lock:
    """The lock of one engine coordinate (`group:artifact:version`), sorted by coordinate.

    The hashes are those of the bytes that the repository at `maven_url` delivers now.
    """
    with tempfile.TemporaryDirectory() as repository:
        context = MavenContext(repo_cache=Path(repository), remote_repos={"central": maven_url})
        roots, dependencies = context.resolver.resolve([context.create_dependency(engine)])
        wanted = [*roots, *(each for each in dependencies if each.scope in ("compile", "runtime"))]
        jars = {each.artifact.key: each.artifact for each in wanted if each.type == "jar"}
        with ThreadPoolExecutor(max_workers=16) as pool:
            paths = list(pool.map(MavenArtifact.resolve, jars.values()))
        artifacts = [
            Artifact(
                group=jar.groupId,
                artifact=jar.artifactId,
                version=jar.version,
                classifier=jar.classifier or None,
                sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
                size_bytes=path.stat().st_size,
            )
            for jar, path in zip(jars.values(), paths, strict=True)
        ]
    artifacts.sort(key=lambda each: (each.group, each.artifact, each.version, each.classifier or ""))
    return Lock(engine=engine, artifacts=tuple(artifacts))


def _one_line_each(lock: Lock) -> bytes:
    """The lock as JSON with one line a jar, so that a diff shows which jars moved."""
    lines = b",\n".join(b"  " + msgspec.json.encode(each) for each in lock.artifacts)
    return b'{"engine": %b, "artifacts": [\n%b\n]}\n' % (msgspec.json.encode(lock.engine), lines)


def main() -> None:
    """Writes the lock file into the package."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", default=ENGINE, help="coordinate of the engine, group:artifact:version")
    parser.add_argument("--maven-url", default=MAVEN_CENTRAL_URL, help="repository to resolve from")
    arguments = parser.parse_args()
    lock = resolve_lock(arguments.engine, arguments.maven_url)
    Path(__file__).with_name("lock.json").write_bytes(_one_line_each(lock))
    print(f"{len(lock.artifacts)} jars, {lock.size_bytes / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
