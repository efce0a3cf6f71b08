"""Programs, listeners and connections of a device, as the services that an agent on it would find."""

from __future__ import annotations

from typing import Any

from cmdb_collectors.snmp import services
from cmdb_collectors.snmp.values import Rows

from tests.collectors.snmp.rows import entry
from tests.support import snmprec

RUN, LISTENER, CONNECTION = "1.3.6.1.2.1.25.4.2.1", "1.3.6.1.2.1.6.20.1", "1.3.6.1.2.1.6.19.1"
UDP = "1.3.6.1.2.1.7.7.1"
FAR = (10, 0, 0, 9)


def program(pid: int, name: str, path: str, parameters: str = "") -> Rows:
    return entry(RUN, (pid,), {2: name.encode(), 4: path.encode(), 5: parameters.encode(), 7: 1})


def listener(port: int, pid: int, address: tuple[int, ...] = (0, 0, 0, 0)) -> Rows:
    return entry(LISTENER, (1, 4, *address, port), {4: pid})


def connection(port: int, pid: int, remote: tuple[int, ...], remote_port: int) -> Rows:
    return entry(CONNECTION, (1, 4, 10, 0, 0, 1, port, 1, 4, *remote, remote_port), {7: 5, 8: pid})


def found(rows: Rows) -> dict[str, dict[str, Any]]:
    return {item["key"]: item["attributes"] for item in services.read(rows)[0].items}


def calls(rows: Rows) -> set[tuple[str, str, int]]:
    relations = services.read(rows)[1].relations
    return {(one["from"], one["to"]["address"], one["to"]["port"]) for one in relations}


def own(node: str) -> Rows:
    return next(snmprec.read(path) for path in snmprec.own() if path.stem == f"lab_{node}")


def test_the_web_machine_of_the_lab_has_its_proxy_and_its_application_with_all_they_call() -> None:
    rows = own("web")
    assert {key: one["listens"] for key, one in found(rows).items()} == {
        "svc:/usr/sbin/snmpd:": ["tcp 0.0.0.0:199", "udp 10.99.0.21:161", "udp 127.0.0.1:161"],
        "svc:/usr/sbin/sshd:": ["tcp 10.99.0.21:22"],
        "svc:/usr/sbin/nginx:": ["tcp 10.99.0.21:80"],
        "svc:/usr/bin/python3:/srv/lab/app.py": ["tcp 127.0.0.1:8080"],
    }
    assert calls(rows) == {
        ("svc:/usr/sbin/nginx:", "127.0.0.1", 8080),
        ("svc:/usr/bin/python3:/srv/lab/app.py", "10.99.0.31", 5432),
        ("svc:/usr/bin/python3:/srv/lab/app.py", "10.99.0.31", 6379),
    }


def test_the_database_machine_of_the_lab_has_postgresql_with_its_workers_as_one_service() -> None:
    database = found(own("db"))["svc:/usr/lib/postgresql/15/bin/postgres:"]
    assert (database["product"], database["version"], database["process_count"]) == ("PostgreSQL", "15", 7)
    assert (database["listens"], database["clients"]) == (["tcp 10.99.0.31:5432"], ["10.99.0.21 1"])
    assert calls(own("db")) == set()


def test_a_client_that_only_holds_a_connection_is_a_service() -> None:
    assert calls(own("cli")) == {("svc:/usr/bin/python3:/srv/lab/app.py", "10.99.0.21", 80)}


def test_an_idle_program_is_no_service() -> None:
    assert found(program(5, "sleep", "/bin/sleep", "60") | program(6, "crond", "/usr/sbin/crond")) == {}


def test_two_servers_of_one_program_stay_two_services_and_workers_go_to_theirs() -> None:
    rows = program(1, "postgres", "/usr/bin/postgres", "-p 5432") | listener(5432, 1)
    rows |= program(2, "postgres", "/usr/bin/postgres", "-p 5433") | listener(5433, 2)
    rows |= program(3, "postgres", "postgres: app db 10.0.0.9 idle")
    rows |= connection(5433, 3, FAR, 40000)
    assert {key: one["pids"] for key, one in found(rows).items()} == {
        "svc:/usr/bin/postgres::tcp/5432": ["1"], "svc:/usr/bin/postgres::tcp/5433": ["2", "3"]
    }  # fmt: skip


def test_what_comes_in_is_a_client_and_no_call() -> None:
    rows = program(1, "nginx", "/usr/sbin/nginx") | listener(80, 1) | connection(80, 1, FAR, 40000)
    assert calls(rows) == set()
    assert found(rows)["svc:/usr/sbin/nginx:"]["clients"] == ["10.0.0.9 1"]


def test_secrets_on_a_command_line_do_not_leave_the_collector() -> None:
    rows = program(1, "app", "/opt/app", "--password hunter2 --port 80") | listener(80, 1)
    (service,) = found(rows).values()
    assert "hunter2" not in str(service)
    assert service["command_line"] == "/opt/app --password *** --port 80"


def test_a_login_and_a_launcher_are_no_services() -> None:
    rows = program(1, "sshd", "sshd: alice@pts/0") | connection(22, 1, FAR, 40000)
    rows |= program(2, "bash", "/bin/bash") | connection(50000, 2, FAR, 443)
    assert found(rows) == {}


def test_a_datagram_socket_on_a_port_handed_out_to_clients_is_no_listener() -> None:
    rows = program(1, "app", "/opt/app")
    rows |= entry(UDP, (1, 4, 0, 0, 0, 0, 40001, 1, 4, 0, 0, 0, 0, 0, 1), {8: 1})
    assert found(rows) == {}
    rows |= entry(UDP, (1, 4, 0, 0, 0, 0, 514, 1, 4, 0, 0, 0, 0, 0, 1), {8: 1})
    assert [one["listens"] for one in found(rows).values()] == [["udp 0.0.0.0:514"]]


def test_listeners_whose_process_the_agent_does_not_name_are_said() -> None:
    reading = services.read(listener(443, 0))[0]
    assert reading.items == []
    assert [one["kind"] for one in reading.problems] == ["not_available"]


def test_the_older_table_says_that_there_are_listeners_and_not_whose() -> None:
    rows = entry("1.3.6.1.2.1.6.13.1", (0, 0, 0, 0, 22, 0, 0, 0, 0, 0), {1: 2})
    assert [one["kind"] for one in services.read(rows)[0].problems] == ["not_available"]
