import json
import re
from pathlib import Path

import pytest
from cmdb_agent.processes import command_line, instances
from cmdb_agent.processes.table import Process
from cmdb_agent.products import PRODUCTS, recognise, version_of
from cmdb_agent.products.product import upstream

LINES = json.loads((Path(__file__).parent.parent / "data" / "product_lines.json").read_text())


def process(recorded):
    arguments = tuple(recorded["arguments"])
    name = recorded["executable"].rpartition("/")[2][:15]
    return Process(1, 0, name, 1, 1, arguments, recorded["executable"], None, None, None)


@pytest.mark.parametrize("recorded", LINES, ids=lambda recorded: recorded["arguments"][0][:40])
def test_a_recorded_process_is_recognised_with_its_version(recorded):
    one = process(recorded)
    line = " ".join(one.arguments)
    main = command_line.main_argument(one.program, one.arguments)
    product = recognise(instances.names_of(one), main, line, frozenset())
    found = product and (product.name, product.category, version_of(product, one.program, line, recorded["packages"]))
    expected = recorded["product"] and (recorded["product"], recorded["category"], recorded["version"])
    assert found == expected


def test_at_least_thirty_products_have_a_recorded_line():
    recorded = {line["product"] for line in LINES}
    assert len(recorded - {None}) >= 30
    assert recorded - {None} <= {product.name for product in PRODUCTS}


def test_every_row_of_the_table_can_fit_and_its_patterns_are_patterns():
    for product in PRODUCTS:
        assert product.programs or product.is_special, product.name
        assert all(pattern.count("*") <= 1 for pattern in product.main), product.name
        for pattern in (product.version, *product.packages):
            assert pattern is None or re.compile(pattern)


def test_no_product_stands_twice_in_the_table():
    names = [product.name for product in PRODUCTS]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("1:9.2p1-2+deb12u3", "9.2p1"),
        ("5:7.0.15-1~deb12u1", "7.0.15"),
        ("18.19.0+dfsg-6~deb12u1", "18.19.0"),
        ("7.0.5", "7.0.5"),
        ("2:8.39-13build5", "8.39"),
        ("1.0~rc1-1", "1.0~rc1"),
    ],
)
def test_the_upstream_version_is_told_from_the_packaging(version, expected):
    assert upstream(version) == expected
