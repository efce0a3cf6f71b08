"""Who may import whom: the contracts of pyproject.toml, and lists of what each package may import at all.

A contract forbids what somebody thought of. The lists here allow, and so catch the package nobody thought of.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture import sources

PURE = {"cmdb.model": (), "cmdb.identify": (), "cmdb.analyse": ("cmdb.model",), "cmdb.practices": ("cmdb.errors",)}
ALLOWED: dict[str, tuple[str, ...]] = PURE | {
    "cmdb.analyse.layout": ("cmdb.analyse", "cmdb.model", "grandalf"),
    "cmdb.reconcile": ("cmdb.model", "cmdb.identify", "cmdb.observation"),
    "cmdb.observation": ("cmdb.model", "cmdb.errors", "msgspec"),
    "cmdb.errors": (),
    "cmdb.config": ("cmdb.errors",),
    "cmdb.tether": (),
    "cmdb.store": (
        "cmdb.model", "cmdb.identify", "cmdb.reconcile", "cmdb.observation", "cmdb.errors", "cmdb.tether",
        "neo4j", "jgo", "httpx", "msgspec",
    ),
    "cmdb.usecases": (
        "cmdb.model", "cmdb.identify", "cmdb.reconcile", "cmdb.observation", "cmdb.analyse", "cmdb.practices",
        "cmdb.store", "cmdb.config", "cmdb.errors", "msgspec",
    ),
    "cmdb.bootstrap": ("cmdb.config", "cmdb.errors", "cmdb.store"),
    "cmdb.cli": (
        "cmdb", "cmdb.bootstrap", "cmdb.usecases", "cmdb.config", "cmdb.errors", "cmdb.tether",
        "typer", "rich", "httpx",
    ),
    "cmdb_api": (
        "cmdb", "cmdb.bootstrap", "cmdb.usecases", "cmdb.analyse", "cmdb.practices", "cmdb.model", "cmdb.config",
        "cmdb.errors", "fastapi", "starlette", "pydantic", "uvicorn", "jinja2", "prometheus_client", "httpx",
    ),
    "cmdb_agent": ("psutil",),
    "cmdb_agent.wire": (),
    "cmdb_collectors": ("cmdb_agent", "pysnmp", "pyasn1", "paramiko", "rich"),
}  # fmt: skip
"""What a package may import besides the standard library and itself; the most exact name counts."""

MODULES = sources.product_modules()


def within(module: str, package: str) -> bool:
    """Whether a module is the package or lies in it. `cmdb` alone stands for its `__init__`, not for the core."""
    return module == package or (package != "cmdb" and module.startswith(f"{package}."))


def rule_of(module: str) -> str:
    """The most exact entry of `ALLOWED` that covers a module."""
    return max((package for package in ALLOWED if within(module, package)), key=len, default="")


def not_allowed(module: str, tree: ast.Module) -> list[str]:
    """What a module imports without being allowed to."""
    own = rule_of(module)
    allowed = (own, *ALLOWED[own])
    return sorted(
        name
        for name in sources.imports(tree)
        if name.split(".")[0] not in sys.stdlib_module_names and not any(within(name, one) for one in allowed)
    )


def test_the_contracts_of_the_architecture_are_kept() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint, "--no-cache"], cwd=sources.ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_module_is_covered_by_a_list_of_allowed_imports() -> None:
    bare = {"cmdb", "cmdb_agent", "cmdb_collectors", "cmdb_api"}
    assert [module for module in MODULES if module not in bare and not rule_of(module)] == []


@pytest.mark.parametrize("package", sorted(ALLOWED))
def test_a_package_imports_only_what_it_is_allowed_to(package: str) -> None:
    broken = {
        module: found
        for module, path in MODULES.items()
        if rule_of(module) == package and (found := not_allowed(module, sources.tree(path)))
    }
    assert broken == {}


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("cmdb_agent.probes.packages", "import requests"),
        ("cmdb_agent.wire.outbox", "import psutil"),
        ("cmdb_agent.wire.outbox", "from cmdb_agent.state import State"),
        ("cmdb_collectors.sweep", "from cmdb.model.normal import mac_address"),
        ("cmdb.analyse.impact", "import grandalf"),
        ("cmdb.model.normal", "from cmdb.identify.rules import Rules"),
        ("cmdb.usecases.observe", "def f():\n    import neo4j"),
        ("cmdb_api.app", "from cmdb.store.driver import Graph"),
    ],
)
def test_an_import_that_no_list_allows_is_found_wherever_it_stands(module: str, line: str) -> None:
    assert not_allowed(module, ast.parse(line)) != []
