"""Which processes are services, on machines with and without systemd."""

import pytest
from cmdb_agent.probes import services
from cmdb_agent.processes.sampling import Sampler
from cmdb_agent.processes.table import unit_of

ID = "0123456789abcdef" * 4
NGINX, POSTGRES, PYTHON, SSHD = (
    "/usr/sbin/nginx",
    "/usr/lib/postgresql/15/bin/postgres",
    "/usr/bin/python3.11",
    "/usr/sbin/sshd",
)


def read(machine, *, samples=3, known=None, host=None, between=None):
    host = host or machine.host()
    sampler = Sampler(host)
    for number in range(samples - 1):
        sampler.sample()
        if between:
            between(number)
    return services.read(host, sampler, set() if known is None else known)


def found(machine, **options):
    reading = read(machine, **options)[0]
    return {item["key"]: item["attributes"] for item in reading.items if item["type"] == "ServiceInstance"}


def calls(machine, **options):
    reading = read(machine, **options)[1]
    return {
        (r["from"], r["to"]["address"], r["to"]["port"], r["to"]["protocol"]): r["attributes"]["samples"]
        for r in reading.relations
    }


def nginx(machine, cgroup="0::/"):
    machine.process(
        100, parent=1, line=["nginx: master process /usr/sbin/nginx"], exe=NGINX, inodes=(5001,), cgroup=cgroup
    )
    for pid in (101, 102):
        machine.process(
            pid, parent=100, line=["nginx: worker process"], exe=NGINX, inodes=(5001,), cgroup=cgroup, uid=33
        )
    machine.listener(5001, 80)


def test_master_and_workers_that_share_a_listener_are_one_service(machine):
    nginx(machine)
    one = found(machine)
    assert list(one) == [f"svc:{NGINX}:"]
    service = one[f"svc:{NGINX}:"]
    assert service["pids"] == ["100", "101", "102"]
    assert service["listens"] == ["tcp 0.0.0.0:80"]
    assert (service["name"], service["product"], service["product_category"]) == ("nginx", "nginx", "web server")
    assert service["process_count"] == 3
    assert service["user"] == "root"


def test_a_process_that_neither_listens_nor_connects_is_no_service(machine):
    machine.process(200, parent=1, line=["/usr/bin/python3", "/opt/batch.py"], exe=PYTHON)
    machine.process(201, parent=2, line=[], name="kworker/0:1", flags=0x208040)
    machine.without_sockets()
    assert found(machine) == {}


def test_everything_in_a_unit_is_one_service_named_by_it_though_it_does_not_listen(machine):
    cgroup = "0::/system.slice/backup.service"
    machine.process(300, parent=1, line=["/bin/sh", "/usr/local/bin/backup"], exe="/usr/bin/dash", cgroup=cgroup)
    machine.process(301, parent=300, line=["/usr/bin/restic", "backup"], cgroup=cgroup)
    machine.without_sockets()
    service = found(machine)["svc:unit:backup.service"]
    assert (service["name"], service["unit"], service["executable"]) == ("backup", "backup.service", "/usr/bin/restic")
    assert service["pids"] == ["301", "300"]


def test_a_unit_that_is_only_a_shell_script_is_described_by_it(machine):
    line = ["/bin/sh", "/usr/local/bin/poll"]
    machine.process(300, parent=1, line=line, exe="/usr/bin/dash", cgroup="0::/system.slice/poll.service")
    machine.without_sockets()
    assert found(machine)["svc:unit:poll.service"]["main_argument"] == "/usr/local/bin/poll"


@pytest.mark.parametrize(
    ("path", "unit"),
    [
        ("/system.slice/nginx.service", "nginx.service"),
        ("/system.slice/system-postgresql.slice/postgresql@15-main.service", "postgresql@15-main.service"),
        ("/system.slice/docker.service/sub", "docker.service"),
        ("/machine.slice/machine-web.scope", None),
        ("/user.slice/user-1000.slice/session-3.scope", None),
        ("/user.slice/user-1000.slice/user@1000.service/app.slice/thing.service", None),
        ("/system.slice/run-r1234.service", None),
        ("/system.slice/ssh@3-10.0.0.1:22-10.0.0.2:50000.service", None),
        ("/init.scope", None),
        ("/", None),
    ],
)
def test_login_sessions_and_drawn_names_are_no_units(path, unit):
    assert unit_of(path) == unit


def test_launchers_are_cut_off_and_do_not_join_what_they_start(machine):
    machine.process(400, parent=1, line=["make", "run"], exe="/usr/bin/make")
    machine.process(401, parent=400, line=["/bin/sh", "-c", "python app.py"], exe="/usr/bin/dash", inodes=(5100,))
    machine.process(402, parent=401, line=["python", "app.py"], exe=PYTHON, inodes=(5100,), cwd="/srv/shop")
    machine.process(403, parent=402, line=["python", "app.py"], exe=PYTHON, inodes=(5100,), cwd="/srv/shop")
    machine.listener(5100, 8000)
    one = found(machine)
    assert list(one) == [f"svc:{PYTHON}:/srv/shop/app.py"]
    assert one[f"svc:{PYTHON}:/srv/shop/app.py"]["pids"] == ["402", "403"]
    assert one[f"svc:{PYTHON}:/srv/shop/app.py"]["name"] == "app.py"


def test_one_executable_with_two_main_arguments_is_two_services(machine):
    machine.process(500, parent=1, line=["python", "/opt/a.py"], exe=PYTHON, inodes=(5200,))
    machine.process(501, parent=500, line=["python", "/opt/b.py"], exe=PYTHON, inodes=(5201,))
    machine.listener(5200, 8001)
    machine.listener(5201, 8002)
    assert set(found(machine)) == {f"svc:{PYTHON}:/opt/a.py", f"svc:{PYTHON}:/opt/b.py"}


def test_two_services_that_run_the_same_are_told_apart_by_their_ports(machine):
    redis = "/usr/bin/redis-check-rdb"
    for pid, port in ((600, 6380), (601, 6379)):
        machine.process(pid, parent=1, line=[f"redis-server *:{port}"], exe=redis, inodes=(pid,))
        machine.listener(pid, port)
    both = found(machine)
    assert set(both) == {f"svc:{redis}::tcp/6379", f"svc:{redis}::tcp/6380"}
    assert {service["product"] for service in both.values()} == {"Redis"}


def test_helpers_of_multiprocessing_belong_to_the_program_that_started_them(machine):
    spawn = "from multiprocessing.spawn import spawn_main; spawn_main(tracker_fd=5, pipe_handle=7)"
    machine.process(
        700, parent=1, line=["python", "-m", "uvicorn", "shop:app", "--workers", "2"], exe=PYTHON, inodes=(5300,)
    )
    machine.process(701, parent=700, line=["python", "-c", spawn, "--multiprocessing-fork"], exe=PYTHON, inodes=(5300,))
    machine.listener(5300, 8000)
    assert found(machine)[f"svc:{PYTHON}:shop:app"]["pids"] == ["700", "701"]


def test_a_login_over_ssh_is_no_service_and_no_part_of_one(machine):
    machine.process(
        800, parent=1, line=["sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups"], exe=SSHD, inodes=(5400,)
    )
    machine.process(801, parent=800, line=["sshd: alice [priv]"], exe=SSHD, inodes=(5401,))
    machine.process(802, parent=801, line=["sshd: alice@pts/0"], exe=SSHD, inodes=(5401, 5402))
    machine.listener(5400, 22)
    machine.connection(5401, ("10.0.0.5", 22), ("10.0.0.9", 50000))
    machine.connection(5402, ("10.0.0.5", 40000), ("10.0.0.7", 5432))
    service = found(machine)[f"svc:{SSHD}:"]
    assert service["pids"] == ["800"]
    assert service["clients"] == ["10.0.0.9 1"]
    assert calls(machine) == {}


def test_the_session_that_the_agent_runs_over_is_no_client(machine, own_pid):
    machine.process(800, parent=1, line=["/usr/sbin/sshd", "-D"], exe=SSHD, inodes=(5400,))
    machine.process(801, parent=800, line=["sshd: root@notty"], exe=SSHD, inodes=(5401,))
    machine.process(own_pid, parent=801, line=["/usr/bin/python3", "-m", "cmdb_agent", "collect"], exe=PYTHON)
    machine.listener(5400, 22)
    machine.connection(5401, ("10.0.0.5", 22), ("10.0.0.9", 50000))
    assert "clients" not in found(machine)[f"svc:{SSHD}:"]


def test_the_agent_s_own_connections_are_not_reported(machine, own_pid):
    machine.process(own_pid, parent=1, line=["python3", "-m", "cmdb_agent", "run"], exe=PYTHON, inodes=(5500,))
    machine.connection(5500, ("10.0.0.5", 40000), ("10.0.0.8", 443))
    assert found(machine) == {}
    assert calls(machine) == {}


def test_a_process_that_holds_a_connection_in_two_samples_is_a_service(machine):
    machine.process(900, parent=1, line=["/opt/worker/bin/worker", "--queue", "mail"], inodes=(5600,))
    machine.connection(5600, ("10.0.0.5", 40000), ("10.0.0.7", 5672))
    key = "svc:/opt/worker/bin/worker:"
    assert list(found(machine)) == [key]
    assert calls(machine) == {(key, "10.0.0.7", 5672, "tcp"): 3}
    assert found(machine, samples=1) == {}


def test_a_service_stays_one_while_its_process_lives(machine):
    machine.process(900, parent=1, line=["/opt/worker/bin/worker"], inodes=(5600,))
    machine.connection(5600, ("10.0.0.5", 40000), ("10.0.0.7", 5672))
    known = set()
    read(machine, known=known)
    machine.without_sockets()
    assert list(found(machine, known=known)) == ["svc:/opt/worker/bin/worker:"]
    machine.gone(900)
    assert found(machine, known=known) == {}
    assert known == set()


def test_a_new_process_with_the_pid_of_a_service_is_not_the_service(machine):
    machine.process(900, parent=1, line=["/opt/worker/bin/worker"])
    machine.without_sockets()
    assert found(machine, known={(900, 1)}) == {}


def test_what_is_known_survives_a_restart_of_the_agent_but_not_of_the_machine(machine):
    host = machine.host()
    kept = services.remember(host, {(900, 77), (4, 5)})
    assert services.recall(host, kept) == {(900, 77), (4, 5)}
    machine.file("/proc/sys/kernel/random/boot_id", "another\n")
    assert services.recall(host, kept) == set()


def test_a_backend_s_clients_are_counted_per_address_on_the_service(machine):
    machine.process(1000, parent=1, line=[POSTGRES, "-D", "/var/lib/postgresql/15/main"], exe=POSTGRES, inodes=(5700,))
    for pid, client in ((1001, "10.0.0.8"), (1002, "10.0.0.8"), (1003, "127.0.0.1")):
        machine.process(pid, parent=1000, line=[f"postgres: 15/main: shop shop {client}"], exe=POSTGRES, inodes=(pid,))
        machine.connection(pid, ("10.0.0.5", 5432), (client, 40000 + pid))
    machine.listener(5700, 5432)
    service = found(machine)[f"svc:{POSTGRES}:"]
    assert service["clients"] == ["10.0.0.8 2", "127.0.0.1 1"]
    assert service["process_count"] == 4
    assert (service["product"], service["version"]) == ("PostgreSQL", "15")
    assert calls(machine) == {}


def test_both_ends_of_a_loopback_connection_are_told_apart_by_the_listener(machine):
    machine.process(1000, parent=1, line=[POSTGRES], exe=POSTGRES, inodes=(5700, 5701))
    machine.process(1100, parent=1, line=["python", "/opt/app.py"], exe=PYTHON, inodes=(5702,))
    machine.listener(5700, 5432, "127.0.0.1")
    machine.connection(5701, ("127.0.0.1", 5432), ("127.0.0.1", 40000))
    machine.connection(5702, ("127.0.0.1", 40000), ("127.0.0.1", 5432))
    assert calls(machine) == {(f"svc:{PYTHON}:/opt/app.py", "127.0.0.1", 5432, "tcp"): 3}
    assert found(machine)[f"svc:{POSTGRES}:"]["clients"] == ["127.0.0.1 1"]


def test_a_connection_that_was_there_in_one_sample_counts_one(machine):
    machine.process(900, parent=1, line=["/opt/worker"], inodes=(5600, 5601))
    machine.connection(5600, ("10.0.0.5", 40000), ("10.0.0.7", 5672))
    later = [lambda: machine.connection(5601, ("10.0.0.5", 40001), ("10.0.0.7", 6379))]
    seen = calls(machine, between=lambda number: later.pop()() if number == 1 else None)
    assert seen[("svc:/opt/worker:", "10.0.0.7", 6379, "tcp")] == 1


def test_a_udp_server_listens_and_a_udp_client_s_port_does_not(machine):
    machine.process(1200, parent=1, line=["/usr/sbin/snmpd"], inodes=(5800, 5801))
    machine.listener(5800, 161, protocol="udp")
    machine.listener(5801, 45000, protocol="udp")
    assert found(machine)["svc:/usr/sbin/snmpd:"]["listens"] == ["udp 0.0.0.0:161"]


def test_a_listener_that_a_supervisor_opened_is_that_of_the_program_it_started(machine):
    machine.process(1700, parent=1, line=["python", "/venv/bin/cmdb", "up"], exe=PYTHON, inodes=(6300,))
    machine.process(1701, parent=1700, line=["python", "-m", "cmdb_api", "--fd", "3"], exe=PYTHON, inodes=(6300,))
    machine.listener(6300, 8000)
    api = found(machine)[f"svc:{PYTHON}:cmdb_api"]
    assert (api["listens"], api["product"]) == (["tcp 0.0.0.0:8000"], "CMDB API")
    assert "listens" not in found(machine)[f"svc:{PYTHON}:/venv/bin/cmdb up"]


def test_a_listener_that_the_first_process_holds_for_a_service_is_the_service_s(machine):
    machine.process(
        1, parent=0, line=["/sbin/init"], exe="/usr/lib/systemd/systemd", cgroup="0::/init.scope", inodes=(5900, 5901)
    )
    machine.process(1300, parent=1, line=["/usr/sbin/cupsd"], cgroup="0::/system.slice/cups.service", inodes=(5900,))
    machine.listener(5900, 631)
    machine.listener(5901, 19999)
    services_found = found(machine)
    assert services_found["svc:unit:cups.service"]["listens"] == ["tcp 0.0.0.0:631"]
    assert services_found["svc:/usr/lib/systemd/systemd:"]["listens"] == ["tcp 0.0.0.0:19999"]


def container(machine, pid=1400, namespace="net:[4026532999]"):
    cgroup = f"0::/system.slice/docker-{ID}.scope"
    machine.process(pid, parent=1, line=["redis-server *:6379"], exe="/usr/local/bin/redis-server", cgroup=cgroup,
                    inodes=(6000, 6001), namespace=namespace)  # fmt: skip
    machine.listener(6000, 6379, of=str(pid))
    machine.connection(6001, ("172.17.0.2", 40000), ("10.0.0.7", 5432), of=str(pid))
    machine.file(
        f"/proc/{pid}/net/fib_trie",
        "Local:\n  |-- 127.0.0.1\n     /32 host LOCAL\n  |-- 172.17.0.2\n     /32 host LOCAL\n",
    )
    machine.without_sockets()


def test_a_container_is_an_item_and_its_service_lives_in_it(machine):
    container(machine)
    config = '{"Name": "/cache", "Config": {"Image": "redis:7"}}'
    machine.file(f"/var/lib/docker/containers/{ID}/config.v2.json", config)
    reading = read(machine)[0]
    items = {item["key"]: item for item in reading.items}
    assert items[f"container:{ID}"]["identifiers"] == {"container_id": ID}
    assert items[f"container:{ID}"]["attributes"] == {
        "name": "cache", "container_id": ID, "runtime": "docker", "image": "redis:7",
    }  # fmt: skip
    service = items["svc:container:cache"]
    assert service["in"] == f"container:{ID}"
    assert service["attributes"]["container_name"] == "cache"
    assert service["attributes"]["listens"] == ["tcp 172.17.0.2:6379"]


def test_a_published_port_is_the_container_s_and_not_the_runtime_s(machine):
    proxy = ["/usr/bin/docker-proxy", "-proto", "tcp", "-host-ip", "0.0.0.0", "-host-port", "16379", "-container-ip",
             "172.17.0.2", "-container-port", "6379"]  # fmt: skip
    dockerd = "0::/system.slice/docker.service"
    machine.process(1390, parent=1, line=["/usr/bin/dockerd", "-H", "fd://"], cgroup=dockerd)
    machine.process(1391, parent=1390, line=proxy, cgroup=dockerd, inodes=(6050,))
    container(machine)
    machine.listener(6050, 16379)
    services_found = found(machine)
    assert services_found[f"svc:container:{ID[:12]}"]["listens"] == ["tcp 0.0.0.0:16379", "tcp 172.17.0.2:6379"]
    assert "listens" not in services_found["svc:unit:docker.service"]


def test_a_container_s_connections_are_seen_in_its_own_network_namespace(machine):
    container(machine)
    assert calls(machine) == {(f"svc:container:{ID[:12]}", "10.0.0.7", 5432, "tcp"): 1}


def test_a_container_without_readable_configuration_goes_by_its_id(machine):
    container(machine)
    host = machine.host(is_root=False)
    host.denied = {"/var/lib/docker"}
    assert list(found(machine, host=host)) == [f"svc:container:{ID[:12]}"]


def test_a_process_in_a_sandbox_of_its_own_is_not_the_machine_s_service(machine):
    machine.process(1500, parent=1, line=["/usr/bin/postgres"], inodes=(6100,), namespace="net:[4026533333]")
    machine.listener(6100, 5432, of="1500")
    machine.without_sockets()
    assert found(machine) == {}


def test_without_root_services_of_others_are_missed_and_the_sections_say_so(machine):
    nginx(machine)
    host = machine.host(is_root=False)
    host.denied = {"/proc/100/fd", "/proc/101/fd", "/proc/102/fd"}
    readings = read(machine, host=host)
    assert [reading.state for reading in readings] == ["partial", "partial"]
    assert {problem["kind"] for reading in readings for problem in reading.problems} == {"permission_denied"}
    assert readings[0].items == []


def test_a_process_that_is_hidden_even_from_root_leaves_the_section_read(machine):
    nginx(machine)
    host = machine.host()
    host.denied = {"/proc/102/fd", "/proc/102/exe"}
    readings = read(machine, host=host)
    assert [reading.state for reading in readings] == ["read", "read"]
    assert {problem["kind"] for problem in readings[0].problems} == {"hidden"}


def test_a_program_that_was_replaced_on_disk_is_the_same_program(machine):
    nginx(machine)
    for pid in (100, 101, 102):
        machine.link(f"/proc/{pid}/exe", f"{NGINX} (deleted)")
    assert list(found(machine)) == [f"svc:{NGINX}:"]


def test_a_command_line_loses_its_secrets_before_it_is_reported(machine):
    machine.process(1600, parent=1, line=["/opt/app", "--password=hunter22"], inodes=(6200,))
    machine.listener(6200, 8000)
    assert found(machine)["svc:/opt/app:"]["command_line"] == "/opt/app --password=***"


def test_the_version_is_the_package_s_where_the_package_manager_put_the_program(machine):
    nginx(machine)
    machine.file(
        "/var/lib/dpkg/status",
        "Package: nginx\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.22.1-9+deb12u1\n",
    )
    assert found(machine)[f"svc:{NGINX}:"]["version"] == "1.22.1"
