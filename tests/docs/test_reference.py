"""The reference says what the program does: generated parts are fresh, and no setting is left out."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cmdb.model import reference
from cmdb.model.types import CI_TYPES
from cmdb.model.verbs import VERBS

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = ROOT / "docs" / "reference" / "settings.md"
NAME = re.compile(r"CMDB_[A-Z_]+[A-Z]")


def names_in(path: Path) -> set[str]:
    """The environment variables of the product that a module's texts name."""
    return {
        name
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for name in NAME.findall(node.value)
    }


def used(*folders: str) -> set[str]:
    """Every environment variable of the product that the modules of these folders name."""
    paths = (path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))
    return set[str]().union(*map(names_in, paths))


def documented() -> set[str]:
    """The names that stand in code at the beginning of a row of the settings reference."""
    return set(re.findall(r"^\| `([^`]+)`", SETTINGS.read_text(), re.MULTILINE))


def agent_keys() -> set[str]:
    """The keys of the agent's configuration file, as its settings module lists them."""
    for node in ast.walk(ast.parse((ROOT / "agents" / "cmdb_agent" / "settings.py").read_text())):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "_KEYS":
            return {text.value for text in ast.walk(node) if isinstance(text, ast.Constant)}
    pytest.fail("the agent's settings module lists its keys as _KEYS")


def test_the_reference_of_ci_types_is_what_the_model_says() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cmdb.model.reference", "--check"], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_stale_reference_is_found_and_the_message_names_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stale = tmp_path / "ci-types.md"
    stale.write_text(reference.render().replace("Server", "Mainframe"))
    monkeypatch.setattr(reference, "FILE", stale)
    assert reference.main(["--check"]) == 1
    assert reference.COMMAND in capsys.readouterr().err
    assert reference.main([]) == 0
    assert reference.main(["--check"]) == 0


def test_every_type_attribute_identifier_and_verb_stands_in_the_reference() -> None:
    text = reference.render()
    assert [t.label for t in CI_TYPES if f"\n## {t.label}\n" not in text] == []
    assert [a.name for t in CI_TYPES for a in t.attributes if f"| `{a.name}` | {a.kind} |" not in text] == []
    assert [i.kind for t in CI_TYPES for i in t.identified_by if f"| `{i.kind}` | {i.tier} |" not in text] == []
    assert [v.name for v in VERBS if f"| `{v.name}` |" not in text] == []


def test_every_setting_of_the_core_is_explained() -> None:
    config = names_in(ROOT / "cmdb" / "config.py")
    assert len(config) >= 9
    assert config - documented() == set()


def test_every_variable_that_is_read_is_explained_and_no_other() -> None:
    explained = {name for name in documented() if name.startswith("CMDB_")}
    assert explained == used("cmdb", "agents", "api", "collectors", "tests/support", "bench")


def test_every_key_of_the_agents_file_is_explained() -> None:
    assert len(agent_keys()) >= 6
    assert agent_keys() - documented() == set()
