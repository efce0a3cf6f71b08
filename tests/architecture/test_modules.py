"""What holds for every module: short, named for what it does, explained, and deaf to the environment."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.architecture import sources

MAX_LINES = 500
NAMELESS = {"service", "manager", "utils", "util", "helpers", "helper", "common", "core", "base", "misc"}
READ_THE_ENVIRONMENT = {"cmdb.cli.settings", "cmdb_agent.settings", "cmdb_api.__main__", "cmdb_collectors.settings"}
"""Where each program that takes any hands the variables to its settings; `cmdb.config` is handed them."""

REGISTRIES = ("npmjs", "pythonhosted", "pypi", "maven", "crates", "proxy.golang", "debian")
# Spelled in pieces, so that this file does not find itself.
STRAY = re.compile(
    rf"https?://[a-z0-9.-]*({'|'.join(map(re.escape, REGISTRIES))})[a-z0-9.-]*[/\"')]"
    rf"|(?<![\w.])/{'work'}/(main|shared|steering|\.library)\b"
)


def test_no_module_is_longer_than_it_can_be_read() -> None:
    long = {
        sources.shown(path): lines
        for path in sources.python_files()
        if (lines := len(path.read_text().splitlines())) > MAX_LINES
    }
    assert long == {}, "a module of that length does two things: find the second one a home of its own"


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [name for name in sources.product_modules() if NAMELESS & set(name.split("."))] == []


def test_every_module_says_what_it_alone_knows() -> None:
    bare = [sources.shown(path) for path in sources.python_files()
            if path.read_text().strip() and not ast.get_docstring(sources.tree(path))]  # fmt: skip
    product = [name for name in bare if not name.startswith("tests/")]
    assert product == []


def test_only_settings_modules_read_the_environment() -> None:
    readers = {name for name, path in sources.product_modules().items() if reads_environment(sources.tree(path))}
    assert readers - READ_THE_ENVIRONMENT == set()


def reads_environment(module: ast.Module) -> bool:
    """Whether a module looks into the process's environment rather than being told."""
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv", "environb"}:
            return True
        if isinstance(node, ast.ImportFrom) and node.module == "os":
            return any(alias.name in {"environ", "getenv", "environb"} for alias in node.names)
    return False


def test_no_file_names_a_registry_or_a_path_of_one_machine() -> None:
    """Recordings in `data` folders stand as their machines wrote them: an os-release names its vendor's site."""
    stray = {
        f"{sources.shown(path)}:{number}": line.strip()[:120]
        for path in sources.files()
        if "data" not in path.relative_to(sources.ROOT).parts and (text := read_text(path)) is not None
        for number, line in enumerate(text.splitlines(), 1)
        if STRAY.search(line)
    }
    assert stray == {}


def read_text(path: Path) -> str | None:
    """A file's text; None for what is no text."""
    try:
        return path.read_text()
    except UnicodeDecodeError:
        return None
