import pytest

from cmdb.analyse.strength import DECLARED, FADED, OTHERWISE, RULES, Party, call_strength, freshness

DAY = 24 * 60 * 60 * 1000
NOW = 1_700_000_000_000
APP = Party("Java program", "runtime")
UNKNOWN = Party()


def strength(caller=APP, callee=UNKNOWN, port=None, seen_at=NOW, **more):
    return call_strength(caller, callee, port, seen_at, NOW, **more)


@pytest.mark.parametrize(
    ("caller", "callee", "port", "expected"),
    [
        (APP, Party("PostgreSQL", "database"), 5432, "hard"),
        (APP, UNKNOWN, 8443, "hard"),
        (APP, Party("chrony", "time"), 123, "soft"),
        (APP, UNKNOWN, 123, "soft"),
        (APP, Party("CoreDNS", "name resolution"), 53, "soft"),
        (APP, Party("Unbound", None), 53, "soft"),
        (APP, UNKNOWN, 6514, "soft"),
        (APP, Party("syslog-ng", "logging"), 514, "soft"),
        (APP, Party(None, "metrics"), 8086, "soft"),
        (APP, Party("Zabbix server", "monitoring"), 10051, "soft"),
        (Party("Prometheus", "monitoring"), Party("PostgreSQL", "database"), 9187, "none"),
        (Party("zabbix_server", None), APP, 10050, "none"),
        (Party("Bareos", "backup"), Party("PostgreSQL", "database"), 5432, "none"),
        (Party("Nmap", "scanner"), APP, 80, "none"),
        (Party("OpenSSH server", "remote access"), Party("PostgreSQL", "database"), 5432, "none"),
        (Party("CMDB API", "cmdb"), Party("Neo4j", "graph database"), 7687, "hard"),
        (Party("CMDB agent", "cmdb"), Party("CMDB API", "cmdb"), 8000, "none"),
    ],
)
def test_default_strengths(caller, callee, port, expected):
    verdict = strength(caller, callee, port)
    assert (verdict.strength, verdict.freshness) == (expected, 1)
    assert (verdict.reason == OTHERWISE) == (expected == "hard")


def test_a_known_product_on_a_port_of_another_kind_is_not_judged_by_the_port():
    assert strength(callee=Party("Tomcat", "application server"), port=514).strength == "hard"


def test_a_declared_strength_wins_over_the_rules():
    verdict = strength(callee=Party("chrony", "time"), declared="hard")
    assert (verdict.strength, verdict.reason) == ("hard", DECLARED)


@pytest.mark.parametrize(("days", "fresh"), [(0, 1), (15, 0.5), (27, 0.1), (30, 0), (400, 0), (-1, 1)])
def test_a_call_fades_evenly_over_thirty_days(days, fresh):
    assert freshness(NOW - days * DAY, NOW) == pytest.approx(fresh)


def test_a_call_counts_until_it_was_unseen_for_thirty_days_whatever_was_declared():
    assert strength(seen_at=NOW - 30 * DAY + 1).strength == "hard"
    verdict = strength(seen_at=NOW - 30 * DAY, declared="hard")
    assert (verdict.strength, verdict.reason, verdict.freshness) == ("none", FADED, 0)


def test_every_rule_has_a_reason_and_words_that_can_match():
    for rule in RULES:
        assert rule.reason.endswith(".")
        words = rule.categories | rule.products
        assert words
        assert all(word == word.lower() and not set(word) & set(" _") for word in words)
        assert rule.end == "callee" or not rule.ports
