"""The agent runs where nothing is installed: what it may import is a list, and everything else is a mistake."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

AGENT = Path(__file__).parents[2] / "agents" / "cmdb_agent"
MODULES = sorted(AGENT.rglob("*.py"))


def imported(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively"
            yield node.module


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(AGENT)))
def test_the_agent_imports_the_standard_library_psutil_and_itself(path):
    allowed = sys.stdlib_module_names | {"psutil", "cmdb_agent"}
    assert {name.split(".")[0] for name in imported(path)} <= allowed


@pytest.mark.parametrize("path", sorted((AGENT / "wire").rglob("*.py")), ids=lambda path: path.name)
def test_the_wire_imports_the_standard_library_and_itself(path):
    for name in imported(path):
        assert name.split(".")[0] in sys.stdlib_module_names or name.startswith("cmdb_agent.wire"), name


def test_a_reading_imports_neither_ssl_nor_psutil():
    code = (
        "import sys, cmdb_agent.__main__; print(sorted({'ssl', 'http.client', 'psutil', 'asyncio'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": str(AGENT.parent)}, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(AGENT)))
def test_the_agent_is_written_in_the_oldest_python_it_runs_on(path):
    ast.parse(path.read_text(), feature_version=(3, 9))
    assert "from __future__ import annotations" in path.read_text() or path.name == "__init__.py"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(AGENT)))
def test_only_the_settings_read_the_environment(path):
    reads = "environ" in path.read_text() or "getenv" in path.read_text()
    assert not reads or path.name in ("settings.py", "containment.py")  # the latter: another process's, in /proc
