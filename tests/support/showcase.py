"""A small estate that looks like a real one: a web shop on nine machines, its services and its teams."""

from __future__ import annotations

from typing import Any

from cmdb.observation.document import decode
from cmdb.store.driver import Graph
from cmdb.usecases.dependencies import declare_dependency
from cmdb.usecases.observe import observe
from cmdb.usecases.services import ServiceChanges, declare_service
from cmdb.usecases.teams import create_team, set_responsible
from tests.support.hosts import START, encoded, host

PRODUCTS = {
    "haproxy": ("HAProxy", "load balancer", "2.6.12"),
    "nginx": ("nginx", "web server", "1.22.1"),
    "shop-web": ("Gunicorn", "application server", "21.2.0"),
    "orders-api": ("Gunicorn", "application server", "21.2.0"),
    "billing": ("Node.js", "runtime", "18.19.0"),
    "reports": ("Apache Tomcat", "application server", "10.1.6"),
    "postgresql": ("PostgreSQL", "database", "15.8"),
    "redis": ("Redis", "cache", "7.0.15"),
    "sshd": ("OpenSSH server", "remote access", "9.2"),
}
SSHD = ("sshd", "tcp 0.0.0.0:22")
DATABASE, CACHE, ORDERS = ("10.0.0.31", 5432), ("10.0.0.41", 6379), ("10.0.0.25", 8000)
SERVICES: tuple[ServiceChanges, ...] = (
    {
        "name": "Web shop",
        "criticality": "critical",
        "description": "Where customers look and buy.",
        "entry_points": ["haproxy@edge-1"],
        "owners": ["Web platform"],
    },
    {
        "name": "Order intake",
        "criticality": "high",
        "description": "Takes orders from the shop and from partners.",
        "entry_points": ["nginx@edge-2"],
        "owners": ["Web platform"],
    },
    {"name": "Partner billing", "criticality": "medium", "entry_points": ["billing@billing-1"]},
    {"name": "Sales reports", "criticality": "low", "entry_points": ["reports@reports-1"]},
)
BY = "Ada Lindqvist"


def machines(at: int = START) -> list[dict[str, Any]]:
    """A document for each machine, all read at `at`."""
    web = "tcp 0.0.0.0:8080"
    return [
        _machine(11, "edge-1", "haproxy", "tcp 0.0.0.0:443", at, ("10.0.0.21", 8080), ("10.0.0.22", 8080)),
        _machine(12, "edge-2", "nginx", "tcp 0.0.0.0:443", at, ORDERS),
        _machine(21, "web-1", "shop-web", web, at, CACHE),
        _machine(22, "web-2", "shop-web", web, at, CACHE),
        _machine(25, "orders-1", "orders-api", "tcp 0.0.0.0:8000", at, DATABASE),
        _machine(27, "billing-1", "billing", "tcp 0.0.0.0:3000", at, ORDERS),
        _machine(28, "reports-1", "reports", "tcp 0.0.0.0:8443", at, DATABASE),
        _machine(31, "db-1", "postgresql", "tcp 0.0.0.0:5432", at),
        _machine(41, "cache-1", "redis", "tcp 0.0.0.0:6379", at),
    ]


def with_postgresql(version: str, at: int) -> list[dict[str, Any]]:
    """The machines as they were read at `at`, with another version of the database."""
    documents = machines(at)
    for document in documents:
        for item in document["items"]:
            if item["attributes"].get("name") == "postgresql":
                item["attributes"]["version"] = version
    return documents


def take_all(graph: Graph, documents: list[dict[str, Any]]) -> None:
    """Take documents in, each two seconds after it was read."""
    for document in documents:
        observe(graph, decode(encoded(document), None), document["observed_at"] + 2000)


def build(graph: Graph, at: int = START) -> None:
    """The machines as they were at `at`, with the services, teams and dependencies that somebody declared on them."""
    take_all(graph, machines(at))
    create_team(graph, "Web platform", BY, at, contact="#web-platform")
    create_team(graph, "Data stores", BY, at, contact="stores@shop.example")
    for service in SERVICES:
        declare_service(graph, service, BY, at)
    declare_dependency(graph, "Web shop", "Order intake", "soft", BY, at)  # without it, customers can still look
    for machine in ("db-1", "cache-1"):
        set_responsible(graph, machine, "support", ["Data stores"], BY, at)


def _machine(number: int, name: str, unit: str, listens: str, at: int, *calls: tuple[str, int]) -> dict[str, Any]:
    document = host(
        number, at=at, name=name, services=((unit, listens), SSHD), calls=tuple((unit, *far) for far in calls)
    )  # fmt: skip
    for item in document["items"]:
        item["attributes"] |= _more(item["type"], item["attributes"], name)
    return document


def _more(ci_type: str, known: dict[str, Any], host_name: str) -> dict[str, Any]:
    match ci_type:
        case "Server":
            return {
                "fqdn": f"{host_name}.shop.example", "os_version": "12", "kernel_version": "6.1.0-26-amd64",
                "architecture": "x86_64", "vendor": "QEMU", "virtualization": "kvm", "cpu_count": 4,
                "memory_bytes": 16 << 30,
            }  # fmt: skip
        case "ServiceInstance":
            product, category, version = PRODUCTS[known["name"]]
            return {"product": product, "product_category": category, "version": version}
        case "NetworkInterface":
            return {"speed_bits_per_second": 10**10, "mtu": 1500, "oper_status": "up", "kind": "physical"}
        case "Filesystem":
            return {"size_bytes": 200 << 30, "used_bytes": 81 << 30, "filesystem_type": "ext4"}
        case "BlockDevice":
            return {"size_bytes": 200 << 30}
        case _:
            return {}
