"""The written documentation: its links lead somewhere, its paths exist, and nothing that must be named is missing."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = [*sorted(DOCS.rglob("*.md")), *sorted(ROOT.glob("*.md")), *sorted((ROOT / "bench").glob("*.md"))]
DECISIONS = sorted((DOCS / "decisions").glob("*.md"))
PARTS = ("**Context.**", "**Decision.**", "**Consequences.**", "**Alternatives.**")
LINK = re.compile(r"\]\(([^)#\s]+)(#[^)]*)?\)")
TOPS = ("cmdb", "agents", "collectors", "api", "tests", "bench", "docs", "requirements")
WITHOUT_TOP = {"cmdb_agent": "agents", "cmdb_api": "api", "cmdb_collectors": "collectors"}


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_every_link_to_a_file_leads_to_one(page: Path) -> None:
    targets = [target for target, _ in LINK.findall(page.read_text()) if not re.match(r"[a-z]+:", target)]
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_every_path_that_a_page_names_exists(page: Path) -> None:
    named = re.findall(r"`((?:[\w.-]+/)+[\w.-]*)`", page.read_text())
    missing = [path for path in named if not exists(path)]
    assert missing == []


def exists(path: str) -> bool:
    """Whether a path from the top of the repository exists; others are not ours to judge."""
    first = path.split("/")[0]
    if first in WITHOUT_TOP:
        path, first = f"{WITHOUT_TOP[first]}/{path}", WITHOUT_TOP[first]
    return first not in TOPS or (ROOT / path).exists()


def test_decisions_are_numbered_without_a_gap_and_titled_with_their_number() -> None:
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))
    assert [path.name for path in DECISIONS if not path.read_text().startswith(f"# {int(path.name[:4])}. ")] == []


@pytest.mark.parametrize("page", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_says_why_what_follows_and_what_else_there_was(page: Path) -> None:
    places = [page.read_text().find(part) for part in PARTS]
    assert -1 not in places
    assert places == sorted(places)
    assert len(page.read_text().splitlines()) <= 60, "a decision is a page"


def test_the_decision_on_dependencies_names_every_one() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [
        *project["project"]["dependencies"],
        *(one for group in project["project"]["optional-dependencies"].values() for one in group),
        *(one for one in project["dependency-groups"]["dev"] if isinstance(one, str)),
    ]
    text = (DOCS / "decisions" / "0014-dependencies-and-why.md").read_text()
    names = [re.split(r"[\[<>=~!; ]", one)[0].lower() for one in wanted]
    assert [name for name in names if f"`{name}`" not in text] == []


def test_the_glossary_is_sorted_and_fixes_each_word_once() -> None:
    words = re.findall(r"^\| \*\*([^*]+)\*\* \|", (DOCS / "glossary.md").read_text(), re.MULTILINE)
    assert len(words) > 30
    assert words == sorted(set(words), key=str.lower)


def test_contributing_names_a_place_for_everything_that_is_added() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text()
    wanted = ("CI type", "probe", "product", "resource", "query", "setting", "decision")
    assert [thing for thing in wanted if not re.search(rf"^#+ .*\b{thing}\b", text, re.MULTILINE | re.IGNORECASE)] == []
