import json
import re
from pathlib import Path

import pytest
from cmdb_agent.processes import command_line, instances
from cmdb_agent.processes.table import Process
from cmdb_agent.products import PRODUCTS, recognise, version_of
from cmdb_agent.products.product import upstream

# `recorded`: read from a process that ran. The others are written as vendors document their programs' start.
LINES = json.loads((Path(__file__).parent.parent / "data" / "product_lines.json").read_text())


def process(recorded):
    arguments = tuple(recorded["arguments"])
    name = recorded.get("name") or recorded["executable"].rpartition("/")[2][:15]
    return Process(1, 0, name, 1, 1, arguments, recorded["executable"], None, None, None)


@pytest.mark.parametrize("recorded", LINES, ids=lambda recorded: recorded["arguments"][0][:40])
def test_a_process_is_recognised_with_its_version(recorded):
    one = process(recorded)
    line = " ".join(one.arguments)
    main = command_line.main_argument(one.program, one.arguments)
    product = recognise(instances.names_of(one), main, line, frozenset())
    found = product and (product.name, product.category, version_of(product, one.program, line, recorded["packages"]))
    expected = recorded["product"] and (recorded["product"], recorded["category"], recorded["version"])
    assert found == expected


def test_every_product_of_the_table_has_a_line_and_every_line_names_one():
    assert {line["product"] for line in LINES} - {None} == {product.name for product in PRODUCTS}


def test_what_most_estates_run_is_recognised_by_lines_read_from_running_processes():
    recorded = {line["product"] for line in LINES if line["recorded"]}
    assert recorded >= {
        "PostgreSQL", "MariaDB", "Redis", "nginx", "Apache HTTP Server", "HAProxy", "Apache Tomcat", "Java program",
        "Gunicorn", "Uvicorn", "Node.js program", "OpenSSH server", "Net-SNMP agent", "Docker", "Neo4j", "CMDB",
        "CMDB API", "CMDB agent", "RabbitMQ", "Apache Kafka", "Apache ZooKeeper", "containerd", "etcd", "Prometheus",
        "Keycloak", "Memcached", "Varnish", "Postfix", "Dovecot", "Exim", "BIND", "Unbound", "dnsmasq", "Samba",
        "OpenLDAP", "Squid", "chrony", "NTP daemon", "CUPS", "OpenVPN", "strongSwan", "InfluxDB", "NATS", "Mosquitto",
        "PgBouncer", "PHP-FPM", "uWSGI", "cron", "rsyslog", "lldpd", "Zabbix agent", "Zabbix server",
    }  # fmt: skip


# What only names, asks, edits, watches or is built for a product, and is none.
LOOKALIKES = json.loads((Path(__file__).parent.parent / "data" / "lookalike_lines.json").read_text())


@pytest.mark.parametrize("line", LOOKALIKES, ids=lambda line: " ".join(line["arguments"])[:60])
def test_what_only_looks_like_a_product_is_not_taken_for_it(line):
    one = process(line)
    main = command_line.main_argument(one.program, one.arguments)
    product = recognise(instances.names_of(one), main, " ".join(one.arguments), frozenset())
    assert (product.name if product else None) == line["product"]


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
