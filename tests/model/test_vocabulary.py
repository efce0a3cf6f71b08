"""A declaration that contradicts itself, or another one, fails when it is imported and names both sides."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cmdb.model import normal, verbs
from cmdb.model.types import CI_TYPES, check
from cmdb.model.types.server import SERVER
from cmdb.model.vocabulary import (
    Attribute,
    CIType,
    Family,
    Identifier,
    Impact,
    Inside,
    ModelError,
    Origin,
    Tier,
    Verb,
)

NAME = Attribute(name="name", about="What it is called.", section="identity")
TOKEN = Identifier(
    kind="token", tier=Tier.STRONG, origin=Origin.HARDWARE, because="a test says so", section="identity",
    normalise=normal.exact,
)  # fmt: skip


def toaster(**changes: Any) -> CIType:
    """A sound declaration of a type that is not in the model, with some of its parts exchanged."""
    parts: dict[str, Any] = {
        "label": "Toaster", "about": "Toasts.", "attributes": (NAME,), "title": ("name",), "section": "identity",
        "family": Family.MACHINE, "identified_by": (TOKEN,),
    }  # fmt: skip
    return CIType(**(parts | changes))


def test_a_sound_declaration_joins_the_others() -> None:
    assert check((*CI_TYPES, toaster()))["Toaster"].by_name == {"name": NAME}


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"attributes": (NAME, NAME)}, ("Toaster", "'name'", "twice")),
        ({"attributes": (NAME, Attribute(name="id", about="An id.", section="identity"))}, ("Toaster.id", "every CI")),
        ({"title": ("nickname",)}, ("Toaster.title", "'nickname'")),
        ({"value_key": ("serial",), "family": None, "identified_by": ()}, ("Toaster.value_key", "'serial'")),
        (
            {"inside": Inside(verb=verbs.PART_OF, parents=("Server",), matches=(("slot",),)), "family": None,
             "identified_by": ()},
            ("Toaster.inside.matches", "'slot'"),
        ),
        ({"declared": True}, ("Toaster", "one way")),
        ({"family": None, "identified_by": ()}, ("Toaster", "one way")),
        ({"family": None, "declared": True}, ("Toaster", "'token'", "family")),
        ({"section": None}, ("Toaster", "section")),
    ],
)  # fmt: skip
def test_a_type_that_contradicts_itself_is_refused(changes: dict[str, Any], names: tuple[str, ...]) -> None:
    with pytest.raises(ModelError) as refused:
        toaster(**changes)
    assert all(name in str(refused.value) for name in names), refused.value


@pytest.mark.parametrize(
    ("make", "names"),
    [
        (lambda: toaster(label="Server"), ("two types", "Server")),
        (
            lambda: toaster(identified_by=(Identifier(
                kind="machine_id", tier=Tier.WEAK, origin=Origin.IMAGE, because="no reason", section="identity",
                normalise=normal.exact),)),
            ("Server", "Toaster", "'machine_id'"),
        ),
        (
            lambda: toaster(attributes=(NAME, Attribute(name="memory_bytes", about="Crumbs.", section="identity"))),
            ("'memory_bytes'", "integer", "Server", "text", "Toaster"),
        ),
        (
            lambda: toaster(attributes=(Attribute(name="name", about="Its name.", section="heating"),)),
            ("Toaster", "'heating'", "sections.py"),
        ),
        (lambda: toaster(relationships=((verbs.POWERED_BY, "Reactor"),)), ("Toaster", "Reactor")),
        (
            lambda: toaster(inside=Inside(verb=verbs.PART_OF, parents=("Kitchen",))),
            ("Toaster", "Kitchen"),
        ),
        (
            lambda: toaster(relationships=(
                (Verb(name="BURNS", about="burns", inverse="is burnt by", impact=Impact.NONE), "Server"),)),
            ("Toaster", "BURNS", "verbs.py"),
        ),
    ],
)  # fmt: skip
def test_two_declarations_that_contradict_each_other_are_refused(
    make: Callable[[], CIType], names: tuple[str, ...]
) -> None:
    with pytest.raises(ModelError) as refused:
        check((*CI_TYPES, make()))
    assert all(name in str(refused.value) for name in names), refused.value


def test_the_refusal_comes_when_the_file_is_imported(tmp_path: Path) -> None:
    file = tmp_path / "kettle.py"
    file.write_text(
        "from cmdb.model.vocabulary import CIType\n"
        "KETTLE = CIType(label='Kettle', about='Boils.', attributes=(), title=('name',), declared=True)\n"
    )
    spec = importlib.util.spec_from_file_location("kettle", file)
    assert spec is not None
    assert spec.loader is not None
    with pytest.raises(ModelError, match=r"Kettle\.title names 'name', which Kettle does not declare"):
        spec.loader.exec_module(importlib.util.module_from_spec(spec))


def test_declaring_one_type_twice_is_no_way_to_change_it() -> None:
    with pytest.raises(ModelError, match="two types are called Server"):
        check((*CI_TYPES, SERVER))
