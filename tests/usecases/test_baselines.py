"""Instants with a name."""

from __future__ import annotations

import pytest

from cmdb.errors import Conflict, Invalid, NotFound
from cmdb.store.driver import Graph
from cmdb.store.queries.retention import raise_horizon
from cmdb.usecases.baselines import create_baseline, delete_baseline, list_baselines, read_baseline
from cmdb.usecases.needs_difference import needs_difference
from tests.support.hosts import START
from tests.support.shop import MINUTE, POSTGRES, report

pytestmark = pytest.mark.neo4j


def test_a_baseline_names_an_instant_and_is_compared_by_it(shop: Graph) -> None:
    made = create_baseline(shop, " before the upgrade ", None, "Shop", "ann", START + MINUTE)
    assert (made.name, made.at, made.made_by, made.is_kept) == ("before the upgrade", START + MINUTE, "ann", True)
    assert made.ci is not None
    report(shop, 1, at=START + 2 * MINUTE, services=POSTGRES, packages=6)
    found = needs_difference(shop, made.ci.id, made.at, START + 3 * MINUTE, START + 3 * MINUTE)
    assert [(one.title, [each.other_title for each in one.relations]) for one in found.cis] == [("web-1", ["p5 1"])]


def test_baselines_are_listed_by_their_instant_page_by_page(graph: Graph) -> None:
    for name, at in (("first", 1), ("third", 3), ("second", 2), ("other second", 2)):
        create_baseline(graph, name, START + at, None, "ann", START + MINUTE)
    names = [one.name for one in list_baselines(graph, 10)]
    assert names == ["third", "second", "other second", "first"]
    page = list_baselines(graph, 2)
    rest = list_baselines(graph, 10, (page[-1].at, page[-1].id))
    assert [one.name for one in page + rest] == names


def test_one_that_lies_before_what_is_kept_says_so_and_no_new_one_may(graph: Graph) -> None:
    made = create_baseline(graph, "long ago", START, None, "ann", START + MINUTE)
    raise_horizon(graph, START + 1)
    assert not read_baseline(graph, made.id).is_kept
    assert not list_baselines(graph, 1)[0].is_kept
    with pytest.raises(Invalid, match="kept since"):
        create_baseline(graph, "longer ago", START - 1, None, "ann", START + MINUTE)


def test_a_name_is_given_once_until_it_is_forgotten(graph: Graph) -> None:
    made = create_baseline(graph, "before", None, None, "ann", START)
    with pytest.raises(Conflict, match="already"):
        create_baseline(graph, "before", None, None, "ben", START)
    delete_baseline(graph, made.id)
    with pytest.raises(NotFound):
        delete_baseline(graph, made.id)
    assert create_baseline(graph, "before", None, None, "ben", START).id != made.id


def test_one_of_a_ci_that_is_gone_is_not_one_of_the_estate(shop: Graph) -> None:
    made = create_baseline(shop, "of the shop", None, "Shop", "ann", START)
    shop.tell("MATCH (n:CI {title: 'Shop'}) DETACH DELETE n")
    found = read_baseline(shop, made.id)
    assert (found.is_of_ci, found.ci) == (True, None)


def test_what_lies_ahead_has_no_name_nor_what_nobody_knows(graph: Graph) -> None:
    with pytest.raises(Invalid, match="ahead"):
        create_baseline(graph, "tomorrow", START + 1, None, "ann", START)
    with pytest.raises(NotFound):
        create_baseline(graph, "of nobody", None, "ci_nobody", "ann", START)
    with pytest.raises(Invalid, match="empty"):
        create_baseline(graph, "  ", None, None, "ann", START)
