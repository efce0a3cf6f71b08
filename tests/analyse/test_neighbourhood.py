import pytest

from cmdb.analyse.neighbourhood import Neighbourhood
from tests.analyse.sketch import sketch

EDGE = {
    "edge_from": ["a"], "edge_to": ["b"], "verbs": ["CALLS"], "strengths": ["hard"], "evidence": ["observed"],
    "valid_from": [1], "last_seen_at": [2],
}  # fmt: skip
GROUP = {"group_ids": ["a"], "group_k": [1], "group_share": [None], "group_modes": ["standby"]}
NODES = {"ids": ["b", "a"], "types": ["Server", "Server"], "names": ["beta", None]}


def test_nodes_are_sorted_by_id_and_the_nameless_are_called_by_it():
    n = Neighbourhood.from_columns(**NODES, **EDGE)
    assert (n.ids, n.names, n.sources, n.targets) == (("a", "b"), ("a", "beta"), (0,), (1,))
    assert ("a" in n, "c" in n) == (True, False)


def test_edges_may_name_nodes_by_any_key():
    columns = EDGE | {"edge_from": [7], "edge_to": [9]}
    n = Neighbourhood.from_columns(**NODES, **columns, keys=[9, 7], frontier=[9])
    assert (n.sources, n.targets, n.frontier) == ((0,), (1,), frozenset({1}))


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (NODES | {"types": ["Server"]}, "node columns differ in length"),
        (NODES | EDGE | {"verbs": []}, "edge columns differ in length"),
        (NODES | GROUP | {"group_k": []}, "group columns differ in length"),
        (NODES | {"ids": ["a", "a"]}, "a node id occurs twice"),
        (NODES | {"keys": [1, 1]}, "a node key occurs twice"),
        (NODES | EDGE | {"edge_to": ["c"]}, "'c' is not among the nodes"),
        (NODES | EDGE | {"strengths": ["firm"]}, "unknown strength"),
        (NODES | EDGE | {"evidence": ["heard"]}, "unknown evidence"),
        (NODES | EDGE | {"verbs": ["ANY_OF"]}, "'a' has members but is no group"),
        (NODES | GROUP | {"group_modes": ["spare"]}, "unknown mode"),
        (NODES | GROUP | {"group_k": [None]}, "either a count or a share"),
        (NODES | GROUP | {"group_share": [0.5]}, "either a count or a share"),
        (NODES | GROUP | {"group_k": [0]}, "at least one member"),
        (NODES | GROUP | {"group_k": [None], "group_share": [1.5]}, "above 0 and is at most 1"),
    ],
)
def test_columns_that_contradict_each_other_are_refused(columns, message):
    with pytest.raises(ValueError, match=message):
        Neighbourhood.from_columns(**columns)


@pytest.mark.parametrize(("need", "members", "k"), [(0.07, 100, 7), (0.5, 3, 2), (1.0, 4, 4), (9, 4, 4), (0.01, 3, 1)])
def test_a_need_is_a_whole_number_of_members_and_never_more_than_there_are(need, members, k):
    n = sketch("g ANY_OF " + " ".join(f"m{i}" for i in range(members)), needs={"g": need})
    assert n.groups[n.index_of("g")].k == k


def test_a_membership_stated_twice_is_one_member():
    n = sketch("app NEEDS g\ng ANY_OF m1 m2\ng ANY_OF m1")
    assert len(n.groups[n.index_of("g")].members) == 2
