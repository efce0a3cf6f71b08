"""Groups that what was discovered suggests."""

from cmdb.analyse.proposed_groups import Alternative, propose_groups

POSTGRES = "PostgreSQL on port 5432"


def test_two_servers_of_one_product_and_port_called_by_one_client_are_proposed_as_a_group():
    calls = [Alternative("app", db, "listeners", POSTGRES) for db in ("db2", "db1")]
    calls += [Alternative("app", "cache", "listeners", "Redis on port 6379")]
    [found] = propose_groups(calls, set(), set())
    assert (found.holders, found.members, found.k, found.mode) == (("app",), ("db1", "db2"), 1, "standby")
    assert found.why == "It calls 2 that are the same: PostgreSQL on port 5432."


def test_clients_with_the_same_alternatives_hold_one_group():
    calls = [Alternative(app, db, "listeners", POSTGRES) for app in ("shop", "blog") for db in ("db1", "db2")]
    calls += [Alternative("report", "db1", "listeners", POSTGRES)]
    [found] = propose_groups(calls, set(), set())
    assert found.holders == ("blog", "shop")


def test_a_cluster_needs_most_of_its_members_and_a_pool_loses_capacity():
    nodes = [Alternative("etcd", f"n{i}", "cluster", "etcd-1") for i in range(5)]
    pool = [Alternative("vip", f"w{i}", "pool", "web") for i in range(3)]
    cluster, spread = propose_groups([*pool, *nodes], set(), set())
    assert (cluster.k, cluster.mode) == (3, "standby")
    assert (spread.k, spread.mode) == (1, "capacity")


def test_what_a_person_decided_on_and_what_a_group_covers_is_not_proposed_again():
    feeds = [Alternative("switch", pdu, "power", "feed") for pdu in ("pdu-a", "pdu-b")]
    [found] = propose_groups(feeds, set(), set())
    assert propose_groups(feeds, {found.key}, set()) == ()
    assert propose_groups(feeds, set(), {("switch", frozenset({"pdu-a", "pdu-b", "pdu-c"}))}) == ()
    assert propose_groups(feeds, set(), {("other", frozenset({"pdu-a", "pdu-b"}))}) == (found,)


def test_nothing_is_its_own_alternative():
    replicas = [Alternative("db1", db, "replicas", "orders") for db in ("db1", "db2")]
    assert propose_groups(replicas, set(), set()) == ()
