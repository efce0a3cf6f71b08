"""What is written must also be named in its registry: a forgotten line is found here and not by its absence."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path
from types import ModuleType

import cmdb_agent.probes
import cmdb_agent.products
import cmdb_api.resources
from cmdb_agent.products.product import Product
from cmdb_api.resources import ROUTERS
from cmdb_api.web import ROUTERS as PAGES
from cmdb_api.web import pages
from fastapi import APIRouter

import cmdb.model.types
from cmdb.model.sections import SECTIONS
from cmdb.model.types import CI_TYPES
from cmdb.model.verbs import VERBS
from cmdb.model.vocabulary import CIType, Section, Verb
from tests.architecture.sources import product_modules, tree


def modules_of(package: ModuleType) -> list[ModuleType]:
    """Every module that lies in the package's folder, named anywhere or not."""
    folder = Path(str(package.__file__)).parent
    names = sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__")
    return [importlib.import_module(f"{package.__name__}.{name}") for name in names]


def unnamed(package: ModuleType, kind: type, registry: tuple[object, ...] | list[object]) -> list[str]:
    """The values of a kind that a package's modules define and the registry lacks."""
    return [
        f"{module.__name__}.{name}"
        for module in modules_of(package)
        for name, value in vars(module).items()
        if isinstance(value, kind) and not any(value is known for known in registry)
    ]


def test_every_ci_type_is_listed() -> None:
    assert unnamed(cmdb.model.types, CIType, CI_TYPES) == []


def test_every_verb_and_section_is_listed() -> None:
    verbs, sections = importlib.import_module("cmdb.model.verbs"), importlib.import_module("cmdb.model.sections")
    assert {value.name for value in vars(verbs).values() if isinstance(value, Verb)} == {verb.name for verb in VERBS}
    names = {value for name, value in vars(sections).items() if name.isupper() and isinstance(value, str)}
    assert names == {section.name for section in SECTIONS if isinstance(section, Section)}


def test_every_resource_and_every_page_is_served() -> None:
    assert unnamed(cmdb_api.resources, APIRouter, ROUTERS) == []
    assert unnamed(pages, APIRouter, list(PAGES)) == []


def test_every_product_can_be_recognised() -> None:
    listed = {id(product) for product in cmdb_agent.products.PRODUCTS}
    tables = [
        (module.__name__, product)
        for module in modules_of(cmdb_agent.products)
        for value in vars(module).values()
        if isinstance(value, tuple)
        for product in value
        if isinstance(product, Product)
    ]
    assert [(name, product.name) for name, product in tables if id(product) not in listed] == []
    assert len(tables) >= 15


def test_every_probe_is_run_or_a_part_of_one_that_is() -> None:
    run = {probe.read.__module__ for probe in cmdb_agent.probes.PROBES}
    used: set[str] = set()
    for name, path in product_modules().items():
        if name.startswith("cmdb_agent") and name != "cmdb_agent.probes":
            for node in ast.walk(tree(path)):
                if isinstance(node, ast.ImportFrom):
                    used |= {f"{node.module}.{alias.name}" for alias in node.names} | {str(node.module)}
    assert [one.__name__ for one in modules_of(cmdb_agent.probes) if one.__name__ not in run | used] == []
