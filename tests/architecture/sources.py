"""The repository's own files, and what each Python one imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = {
    "cmdb": ROOT,
    "cmdb_agent": ROOT / "agents",
    "cmdb_collectors": ROOT / "collectors",
    "cmdb_api": ROOT / "api",
}
NOT_OURS = {"__pycache__", "build", "dist", "node_modules"}


def files(folder: Path = ROOT) -> Iterator[Path]:
    """Every file that is written by hand or generated and kept; hidden folders and what tools leave are not."""
    for path in sorted(folder.iterdir()):
        if path.name in NOT_OURS or path.name.endswith(".egg-info") or (path.name[0] == "." and path.name != ".ci"):
            continue
        if path.is_dir():
            yield from files(path)
        elif path.is_file():  # recorded /sys trees hold links that lead nowhere
            yield path


def python_files() -> list[Path]:
    """Every Python file of the repository: product, tests and measurements."""
    return [path for path in files() if path.suffix == ".py"]


def product_modules() -> dict[str, Path]:
    """The modules of the four packages, by dotted name."""
    return {
        ".".join(path.relative_to(base).with_suffix("").parts).removesuffix(".__init__"): path
        for package, base in PACKAGES.items()
        for path in sorted((base / package).rglob("*.py"))
    }


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(), filename=str(path))


def imports(module: ast.Module) -> set[str]:
    """The dotted names that a module imports, wherever in it; `from a import b` counts as `a`."""
    found: set[str] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: write imports in full"
            found.add(node.module or "")
    return found


def shown(path: Path) -> str:
    """A path as a message names it."""
    return str(path.relative_to(ROOT))
