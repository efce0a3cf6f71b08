"""What holds for every declaration of the model: complete, explained, and named by the rules."""

from __future__ import annotations

import importlib
import pkgutil
import re

import pytest

from cmdb.model import sections, sources, types, verbs
from cmdb.model.types import CI_TYPES, IDENTIFIERS
from cmdb.model.vocabulary import Attribute, CIType, Impact, Tier, Verb

ATTRIBUTES = [(t, a) for t in CI_TYPES for a in t.attributes]
UNITS = {"_bytes": "bytes", "_seconds": "seconds", "_milliseconds": "milliseconds", "_percent": "percent",
         "_bits_per_second": "bits per second"}  # fmt: skip


def ids(pair: tuple[CIType, Attribute]) -> str:
    return f"{pair[0].label}.{pair[1].name}"


def test_every_type_that_a_file_declares_is_registered() -> None:
    modules = [
        importlib.import_module(f"{types.__name__}.{found.name}") for found in pkgutil.iter_modules(types.__path__)
    ]
    declared = {one.label for module in modules for one in vars(module).values() if isinstance(one, CIType)}
    assert declared == {one.label for one in CI_TYPES}


def test_every_verb_is_listed_and_no_past_form_is_a_verb_of_its_own() -> None:
    declared = [one for one in vars(verbs).values() if isinstance(one, Verb)]
    assert set(declared) == set(verbs.VERBS)
    assert {one.past for one in verbs.VERBS} & verbs.BY_NAME.keys() == set()


def test_every_verb_of_the_model_says_what_it_means_in_both_directions() -> None:
    assert [v.name for v in verbs.VERBS if not (v.about and v.inverse and re.fullmatch("[A-Z_]+", v.name))] == []


def test_what_carries_impact_is_all_that_is_not_impact_none() -> None:
    assert {v.name for v in verbs.VERBS} - {v.name for v in verbs.IMPACT_VERBS} == {
        v.name for v in verbs.VERBS if v.impact is Impact.NONE
    }


@pytest.mark.parametrize("ci_type", CI_TYPES, ids=lambda t: t.label)
def test_a_type_says_what_it_is_and_can_be_named(ci_type: CIType) -> None:
    assert re.fullmatch(r"[A-Z][A-Za-z]+", ci_type.label)
    assert ci_type.about.endswith(".")
    assert ci_type.title
    assert any(attribute.column for attribute in ci_type.attributes), "a list of them would be empty columns"


@pytest.mark.parametrize("pair", ATTRIBUTES, ids=ids)
def test_an_attribute_says_what_it_is_and_is_named_by_the_rules(pair: tuple[CIType, Attribute]) -> None:
    _, attribute = pair
    assert re.fullmatch(r"[a-z][a-z0-9_]*", attribute.name)
    assert len(attribute.about) > 3
    assert attribute.about.endswith((".", "…"))
    assert attribute.section in sections.SECTION_NAMES
    assert (attribute.kind == "instant") == attribute.name.endswith("_at")
    assert (attribute.kind == "boolean") == attribute.name.startswith(("is_", "has_", "forwards"))
    unit = next((unit for suffix, unit in UNITS.items() if attribute.name.endswith(suffix)), None)
    if unit is not None:
        assert attribute.unit == unit
    if attribute.normalise is not None:
        assert attribute.kind == "text", "a normaliser takes one text"
    if attribute.merge == "union":
        assert attribute.kind == "texts", "only lists can be joined"


@pytest.mark.parametrize("pair", ATTRIBUTES, ids=ids)
def test_what_always_moves_identifies_nothing_and_is_not_searched(pair: tuple[CIType, Attribute]) -> None:
    ci_type, attribute = pair
    if attribute.volatile:
        matched = {name for names in (ci_type.inside.matches if ci_type.inside else ()) for name in names}
        assert attribute.name not in {*ci_type.title, *ci_type.value_key, *matched}
        assert not attribute.searchable


@pytest.mark.parametrize("identifier", IDENTIFIERS.values(), ids=lambda i: i.kind)
def test_an_identifier_gives_its_reason_and_a_weak_one_joins_nothing(identifier: types.Identifier) -> None:
    assert len(identifier.because) > 10
    assert identifier.section in sections.SECTION_NAMES
    if identifier.contradicts:
        assert identifier.tier is Tier.STRONG, "only strong evidence can tell two things apart"


def test_every_section_owns_something_and_says_what() -> None:
    owned = {a.section for _, a in ATTRIBUTES} | {i.section for i in IDENTIFIERS.values()}
    owned |= {t.section for t in CI_TYPES if t.section} | {sections.CONNECTIONS}
    assert owned == sections.SECTION_NAMES
    assert all(section.about.endswith(".") for section in sections.SECTIONS)


def test_an_agent_is_believed_before_a_login_and_a_login_before_a_file() -> None:
    ranks = [sources.SOURCE_KINDS[kind].rank for kind in ("agent", "ssh", "snmp", "import")]
    assert ranks == sorted(ranks, reverse=True)
    assert len(set(ranks)) == len(ranks)
