"""The products that are recognised: a table, one row each, read from top to bottom; the first row that fits wins.

To add one: a row here, and a recorded process line in tests/agents/data/product_lines.json.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Product:
    """One product and how its processes look.

    `programs`: base names of the program, one of which must fit (empty: any). `main`: pattern for the main argument.
    `line`: pattern for the whole command line. All that are given must fit. `ports`: where it listens by default; a row
    with neither main nor line may name ports that decide between products of one program.
    `version`: pattern whose group 1 is the version in the path or the command line. `packages`: patterns of the names
    of packages whose version is the product's, for programs that a package manager put below /usr.
    """

    name: str
    category: str
    programs: tuple[str, ...] = ()
    main: str | None = None
    line: str | None = None
    ports: tuple[int, ...] = ()
    version: str | None = None
    packages: tuple[str, ...] = ()


_JAVA = ("java",)
_PYTHON = ("python", "gunicorn", "uvicorn", "hypercorn", "daphne", "granian")

PRODUCTS: tuple[Product, ...] = (
    # this product
    Product("CMDB agent", "cmdb", main=r"cmdb_agent|(?:.*/)?cmdb-agent(?:\.pyz)?"),
    Product("CMDB API", "cmdb", main=r"cmdb_api(?:[.:].*)?|(?:.*/)?cmdb(?:\.cli\.main|\.cli)? serve"),
    Product("CMDB", "cmdb", main=r"(?:.*/)?cmdb(?:\.cli\.main|\.cli)?(?: .*)?"),
    # databases and caches
    Product("PostgreSQL", "database", ("postgres", "postmaster"), ports=(5432,),
            version=r"/(?:postgresql|pgsql)[/-](\d+(?:\.\d+)?)/", packages=(r"postgresql-(\d+)",)),
    Product("PgBouncer", "connection pool", ("pgbouncer",), ports=(6432,), packages=("pgbouncer",)),
    Product("MariaDB", "database", ("mariadbd", "mariadbd-safe"), ports=(3306,), packages=(r"mariadb-server(?:-core)?(?:-[\d.]+)?",)),
    Product("MySQL", "database", ("mysqld", "mysqld_safe"), ports=(3306,), packages=(r"mysql-server-core-[\d.]+", "mysql-community-server-core")),
    Product("Redis", "cache", ("redis-server", "redis-sentinel", "redis-check-rdb"), ports=(6379, 26379), packages=("redis-server", "redis-tools")),
    Product("Valkey", "cache", ("valkey-server", "valkey-sentinel"), ports=(6379,), packages=("valkey-server",)),
    Product("Memcached", "cache", ("memcached",), ports=(11211,), packages=("memcached",)),
    Product("MongoDB", "database", ("mongod", "mongos"), ports=(27017,), packages=("mongodb-org-server", "mongodb-server-core")),
    Product("InfluxDB", "database", ("influxd", "influxdb3"), ports=(8086,), packages=("influxdb2?",)),
    Product("ClickHouse", "database", ("clickhouse", "clickhouse-server"), ports=(8123, 9000), packages=("clickhouse-common-static",)),
    Product("etcd", "key-value store", ("etcd",), ports=(2379, 2380), packages=("etcd-server",)),
    Product("Neo4j", "graph database", _JAVA, main=r"(?:org|com)\.neo4j\.server\..*|.*[/-]neo4j-[^/]*\.jar", ports=(7474, 7687),
            version=r"neo4j-(?:server|kernel|bootcheck|enterprise|community|import-api)[-/](\d+\.\d+(?:\.\d+)?)|/neo4j-(?:community|enterprise)-(\d[\d.]*)"),
    Product("Elasticsearch", "search engine", _JAVA, main=r"org\.elasticsearch\..*", ports=(9200, 9300), version=r"elasticsearch-(\d[\d.]*\d)", packages=("elasticsearch",)),
    Product("OpenSearch", "search engine", _JAVA, main=r"org\.opensearch\..*", ports=(9200, 9300), version=r"opensearch-(\d[\d.]*\d)"),
    Product("Apache Solr", "search engine", _JAVA, line=r"-Dsolr\.(?:solr\.home|install\.dir)=", ports=(8983,), version=r"solr-(\d[\d.]*\d)"),
    Product("Apache Cassandra", "database", _JAVA, main=r"org\.apache\.cassandra\.service\.CassandraDaemon", ports=(9042,), version=r"apache-cassandra-(\d[\d.]*\d)"),
    # messages
    Product("Apache Kafka", "message broker", _JAVA, main=r"kafka\.Kafka|kafka\.docker\..*", ports=(9092,), version=r"/kafka_[\d.]+-(\d[\d.]*\d)\.jar"),
    Product("Apache ZooKeeper", "coordination", _JAVA, main=r"org\.apache\.zookeeper\.server\..*", ports=(2181,), version=r"/zookeeper-(\d[\d.]*\d)\.jar"),
    Product("RabbitMQ", "message broker", ("beam.smp", "beam"), line=r"(?:^| )-s rabbit |rabbit_prelaunch|-rabbit ", ports=(5672, 15672),
            version=r"rabbitmq_server-(\d[\d.]*\d)", packages=("rabbitmq-server",)),
    Product("Mosquitto", "message broker", ("mosquitto",), ports=(1883, 8883), packages=("mosquitto",)),
    Product("NATS", "message broker", ("nats-server",), ports=(4222,), packages=("nats-server",)),
    # web and application servers
    Product("nginx", "web server", ("nginx",), ports=(80, 443), packages=("nginx", "nginx-core", "nginx-light", "nginx-full", "nginx-extras")),
    Product("Apache HTTP Server", "web server", ("apache2", "httpd"), ports=(80, 443), packages=("apache2-bin", "httpd")),
    Product("Caddy", "web server", ("caddy",), ports=(80, 443), packages=("caddy",)),
    Product("lighttpd", "web server", ("lighttpd",), ports=(80,), packages=("lighttpd",)),
    Product("HAProxy", "load balancer", ("haproxy",), packages=("haproxy",)),
    Product("Traefik", "load balancer", ("traefik",)),
    Product("Envoy", "proxy", ("envoy",)),
    Product("Varnish", "cache", ("varnishd", "cache-main"), ports=(6081,), packages=("varnish",)),
    Product("Squid", "proxy", ("squid",), ports=(3128,), packages=("squid", "squid-openssl")),
    Product("Keepalived", "load balancer", ("keepalived",), packages=("keepalived",)),
    Product("Apache Tomcat", "application server", _JAVA, main=r"org\.apache\.catalina\.startup\.Bootstrap", ports=(8080, 8009),
            version=r"(?:apache-tomcat-|/tomcat-)(\d+\.\d+\.\d+)", packages=(r"tomcat\d+",)),
    Product("WildFly", "application server", _JAVA, line=r"org\.jboss\.as\.(?:standalone|server)|jboss-modules\.jar", ports=(8080, 9990), version=r"wildfly-(\d[\d.]*\d)"),
    Product("Eclipse Jetty", "application server", _JAVA, main=r"org\.eclipse\.jetty\..*|.*/jetty[^/]*/start\.jar", ports=(8080,), version=r"jetty-(?:home|distribution)-(\d[\d.]*\d)"),
    Product("Jenkins", "automation server", _JAVA, main=r".*/jenkins\.war", ports=(8080,), packages=("jenkins",)),
    Product("Keycloak", "identity provider", _JAVA, line=r"/keycloak[^ ]*/lib/|-Dkc\.home\.dir=", ports=(8080, 8443), version=r"keycloak-(\d[\d.]*\d)"),
    Product("Gunicorn", "application server", _PYTHON, line=r"(?:^|[ /])gunicorn(?::| |$)"),
    Product("Uvicorn", "application server", _PYTHON, line=r"(?:^|[ /])uvicorn(?::| |$)"),
    Product("uWSGI", "application server", ("uwsgi", "uwsgi-core"), packages=("uwsgi-core",)),
    Product("Celery", "task queue", line=r"(?:^|[ /])celery(?: -A| worker| beat|d:| multi)"),
    Product("PHP-FPM", "application server", ("php-fpm",), ports=(9000,), version=r"php-fpm(\d+\.\d+)|php/(\d+\.\d+)/fpm", packages=(r"php[\d.]+-fpm",)),
    Product("Jupyter", "notebook server", line=r"(?:^|[ /])jupyter-(?:lab|notebook|server)(?: |$)", ports=(8888,)),
    # remote access, names, time, mail, files
    Product("OpenSSH server", "remote access", ("sshd",), ports=(22,), packages=("openssh-server",)),
    Product("Dropbear", "remote access", ("dropbear",), ports=(22,), packages=("dropbear-bin",)),
    Product("OpenVPN", "remote access", ("openvpn",), ports=(1194,), packages=("openvpn",)),
    Product("BIND", "name resolution", ("named",), ports=(53,), packages=("bind9",)),
    Product("Unbound", "name resolution", ("unbound",), ports=(53,), packages=("unbound",)),
    Product("dnsmasq", "name resolution", ("dnsmasq",), ports=(53, 67), packages=("dnsmasq-base",)),
    Product("CoreDNS", "name resolution", ("coredns",), ports=(53,)),
    Product("systemd-resolved", "name resolution", ("systemd-resolved", "systemd-resolve"), packages=("systemd-resolved", "systemd")),
    Product("chrony", "time", ("chronyd",), ports=(123, 323), packages=("chrony",)),
    Product("NTP daemon", "time", ("ntpd",), ports=(123,), packages=("ntpsec", "ntp")),
    Product("systemd-timesyncd", "time", ("systemd-timesyncd", "systemd-timesyn"), packages=("systemd-timesyncd", "systemd")),
    Product("Postfix", "mail", ("master",), line=r"/postfix/", ports=(25,), packages=("postfix",)),
    Product("Exim", "mail", ("exim4", "exim"), ports=(25,), packages=("exim4-daemon-(?:light|heavy)",)),
    Product("Dovecot", "mail", ("dovecot",), ports=(143, 993), packages=("dovecot-core",)),
    Product("Samba", "file server", ("smbd", "nmbd", "samba"), ports=(445, 139), packages=("samba",)),
    Product("OpenLDAP", "directory", ("slapd",), ports=(389, 636), packages=("slapd",)),
    Product("CUPS", "printing", ("cupsd",), ports=(631,), packages=("cups-daemon",)),
    # monitoring and logs
    Product("Net-SNMP agent", "monitoring", ("snmpd",), ports=(161,), packages=("snmpd",)),
    Product("Prometheus", "monitoring", ("prometheus",), ports=(9090,), version=r"prometheus-(\d[\d.]*\d)", packages=("prometheus",)),
    Product("Prometheus node exporter", "monitoring", ("node_exporter", "prometheus-node-exporter"), ports=(9100,), version=r"node_exporter-(\d[\d.]*\d)", packages=("prometheus-node-exporter",)),
    Product("Alertmanager", "monitoring", ("alertmanager", "prometheus-alertmanager"), ports=(9093,), packages=("prometheus-alertmanager",)),
    Product("Grafana", "monitoring", ("grafana", "grafana-server"), ports=(3000,), packages=("grafana",)),
    Product("Zabbix agent", "monitoring", ("zabbix_agentd", "zabbix_agent2"), ports=(10050,), packages=("zabbix-agent2?",)),
    Product("Zabbix server", "monitoring", ("zabbix_server",), ports=(10051,), packages=(r"zabbix-server-\w+",)),
    Product("Telegraf", "monitoring", ("telegraf",), packages=("telegraf",)),
    Product("lldpd", "monitoring", ("lldpd",), packages=("lldpd",)),
    Product("rsyslog", "logging", ("rsyslogd",), ports=(514,), packages=("rsyslog",)),
    Product("syslog-ng", "logging", ("syslog-ng",), ports=(514,), packages=("syslog-ng-core",)),
    Product("systemd-journald", "logging", ("systemd-journald", "systemd-journal"), packages=("systemd",)),
    Product("Fluent Bit", "logging", ("fluent-bit",), packages=("fluent-bit",)),
    Product("Logstash", "logging", _JAVA, main=r"org\.logstash\.Logstash", version=r"logstash-core-(\d[\d.]*\d)"),
    # containers and virtual machines
    Product("Docker", "container runtime", ("dockerd", "docker-proxy"), ports=(2375, 2376), packages=("docker-ce", "docker.io")),
    Product("containerd", "container runtime", ("containerd", "containerd-shim-runc-v2"), packages=("containerd.io", "containerd")),
    Product("Podman", "container runtime", ("podman", "conmon"), packages=("podman",)),
    Product("Kubernetes kubelet", "container orchestration", ("kubelet",), ports=(10250,), packages=("kubelet",)),
    Product("Kubernetes API server", "container orchestration", ("kube-apiserver",), ports=(6443,)),
    Product("libvirt", "hypervisor", ("libvirtd", "virtqemud"), packages=("libvirt-daemon",)),
    Product("HashiCorp Vault", "secrets", ("vault",), ports=(8200,), packages=("vault",)),
    Product("HashiCorp Consul", "service discovery", ("consul",), ports=(8500,), packages=("consul",)),
    # whatever else a runtime runs
    Product("Java program", "runtime", _JAVA, version=r"/(?:jdk|jre|java|openjdk)-?(\d+(?:\.\d+)*)"),
    Product("Node.js program", "runtime", ("node", "next-server", "PM2"), version=r"/node(?:js)?[-/]v?(\d+\.\d+\.\d+)", packages=("nodejs",)),
)  # fmt: skip


def recognise(names: tuple[str, ...], main: str | None, line: str, ports: frozenset[int]) -> Product | None:
    """The product of a process. `names` are base names it goes by, best first; `main` is its main argument.

    Ports never make a product: they only choose between rows that fit.
    """
    fitting = [product for product in PRODUCTS if _fits(product, names, main, line)]
    first = next(iter(fitting), None)
    if first is None or first.main or first.line:
        return first
    return next((p for p in fitting if p.programs == first.programs and ports.intersection(p.ports)), first)


def _fits(product: Product, names: tuple[str, ...], main: str | None, line: str) -> bool:
    if product.programs and not any(name in product.programs for name in names):
        return False
    if product.main is not None and (main is None or not re.fullmatch(product.main, main)):
        return False
    return product.line is None or bool(re.search(product.line, line))


def version_of(product: Product, executable: str, line: str, packages: dict[str, str]) -> str | None:
    """The version of a product, as far as it can be read without running it.

    The package's where the program stands below /usr and one of its packages is installed; else what path and command
    line say. `packages`: versions by package name.
    """
    said = _said(product.version, (executable, line))
    if executable.startswith(("/usr/", "/bin/", "/sbin/")) and not executable.startswith("/usr/local/"):
        for pattern in product.packages:
            for name in sorted(packages):
                found = re.fullmatch(pattern, name)
                if found and (not found.groups() or said is None or found[1] == said):
                    return upstream(packages[name])
    return said


def _said(pattern: str | None, texts: tuple[str, ...]) -> str | None:
    for text in texts if pattern else ():
        found = re.search(pattern or "", text)
        if found:
            return next((group for group in found.groups() if group), None)
    return None


def upstream(version: str) -> str:
    """The upstream part of a Debian version: without epoch, revision and repacking suffix (deb-version(7))."""
    without_epoch = version.split(":", 1)[-1]
    return re.sub(
        r"[+~](?:dfsg|ds|really|git|deb|ubuntu|repack).*$", "", without_epoch.rpartition("-")[0] or without_epoch
    )
