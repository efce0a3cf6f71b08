"""The machines of a simulated estate: what can be done to them, and what is read from them at an instant."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cmdb.model.sections import SECTIONS, TOPOLOGY

BOOTED = 1_763_800_000_000
NEW_AGENT = "0.2.0"
PACKAGES = (*(f"lib{name}" for name in "abcdefghijklmnopqrst"), "linux-image", "nginx", "openssl", "postgresql")
PORTS = {"nginx": 80, "app-worker": 8081, "postgresql": 5432, "ssh": 22}
PORTS_OF_A_SWITCH = 48

HostEdit = tuple[str, str, str, Any, Callable[[], None]]
"""Kind, key of the item, attribute, new value, and what does it."""


@dataclass
class Host:
    """A host as it is now. `system` counts the installations of it; each has an agent of its own."""

    number: int
    is_leased: bool
    packages: dict[str, str]
    users: dict[str, str]
    leases: random.Random
    system: int = 1
    card: int = 1
    lease: int = 0
    boots: int = 1
    booted_at: int = BOOTED
    agent: str = "0.1.0"
    kernel: int = 28
    versions: dict[str, int] = field(default_factory=dict[str, int])
    crashed: set[str] = field(default_factory=set[str])
    more_services: dict[str, int] = field(default_factory=dict[str, int])
    dns_servers: list[str] = field(default_factory=lambda: ["10.255.0.53"])
    read_only: bool = False
    more_addresses: list[str] = field(default_factory=list[str])

    @classmethod
    def made(cls, number: int, dice: random.Random) -> Host:
        """A host with packages in versions of its own; one in twenty has a leased address."""
        packages = {name: f"1.{dice.randint(0, 3)}.0" for name in PACKAGES}
        users = {unit: "root" if unit == "ssh" else "www-data" for unit in PORTS}
        return cls(number, number % 20 == 7, packages, users, random.Random(number))

    @property
    def name(self) -> str:
        """Its host name."""
        return f"host-{self.number}"

    @property
    def scope(self) -> str:
        """The key of its scope: its agent's id, anew with each installation."""
        return f"agent-{self.number}-{self.system}"

    @property
    def address(self) -> str:
        """Where it answers."""
        if self.is_leased:
            return f"10.{100 + self.lease % 100}.{self.number >> 8}.{self.number & 255}"
        return f"10.0.{self.number >> 8}.{self.number & 255}"

    def upgrade(self, names: list[str], release: int) -> None:
        """New versions of some packages; every third night a kernel and the web server with them."""
        for name in names:
            self.packages[name] = f"2.{release}.0"
        if release % 3 == 0:
            self.packages["linux-image"] = f"6.1.{release}"
            self.kernel = 28 + release
            self.versions["nginx"] = release

    def replace_card(self) -> None:
        """Another network card in the same slot."""
        self.card += 1

    def move_lease(self) -> None:
        """Another address, never one that it had."""
        self.lease += 1

    def crash(self, unit: str) -> None:
        """A service ends and does not listen."""
        self.crashed.add(unit)

    def recover(self) -> None:
        """Whatever crashed runs again."""
        self.crashed.clear()

    def boot(self, at: int) -> None:
        """It was off until then."""
        self.boots += 1
        self.booted_at = at

    def reinstall(self) -> None:
        """The same machine from the newest image, with a new agent."""
        self.system += 1
        self.boots += 1
        self.crashed.clear()
        self.packages = dict.fromkeys(PACKAGES, "3.0.0")
        self.versions = dict.fromkeys(PORTS, 3)

    def bring_agent_up(self) -> None:
        """An agent that words the same facts anew."""
        self.agent = NEW_AGENT

    def edits(self) -> list[HostEdit]:
        """What somebody may do to it without asking."""

        def hijack_names() -> None:
            self.dns_servers = ["192.0.2.66"]

        def downgrade() -> None:
            self.packages["openssl"] = "0.9.8"

        def become_root() -> None:
            self.users["nginx"] = "root"

        def listen() -> None:
            self.more_services["miner"] = 4444

        def remove() -> None:
            self.crashed.add("postgresql")

        def remount() -> None:
            self.read_only = True

        def install() -> None:
            self.packages["netcat"] = "1.10"

        def answer_at_another() -> None:
            self.more_addresses.append(added)

        added = f"10.66.{self.number >> 8}.{self.number & 255}"
        return [
            ("name servers", "host", "dns_servers", ["192.0.2.66"], hijack_names),
            ("package", "host", "dpkg openssl amd64", ["0.9.8"], downgrade),
            ("user", "svc:nginx", "user", "root", become_root),
            ("listener", "svc:miner", "presence", "miner", listen),
            ("removal", "svc:postgresql", "presence", None, remove),
            ("mount", "fs:/", "is_read_only", True, remount),
            ("installation", "host", "dpkg netcat amd64", ["1.10"], install),
            ("address", "if:eth0", "address", sorted([self.address, added]), answer_at_another),
        ]

    def rollout(self) -> tuple[str, str, Any, Callable[[], None]]:
        """What somebody does to many at once without asking."""

        def switch_user() -> None:
            self.users["ssh"] = "nobody"

        return "svc:ssh", "user", "nobody", switch_user

    def document(self, at: int) -> dict[str, Any]:
        """What its agent reads at an instant, by a right clock."""
        mac = f"00:16:3e:{self.card:02x}:{self.number >> 8:02x}:{self.number & 255:02x}"
        evidence = {
            "agent_id": self.scope, "machine_id": f"{self.number:016x}{self.system:016x}",
            "system_uuid": f"{self.number + (1 << 40):032x}", "permanent_macs": [mac],
        }  # fmt: skip
        facts = {
            "name": self.name, "os_version": "12", "cpu_count": 8, "memory_bytes": 32 << 30,
            "os_name": "Debian" if self.agent == NEW_AGENT else "Debian GNU/Linux",
            "kernel_version": f"6.1.0-{self.kernel}-amd64", "default_gateways": ["10.0.0.1"],
            "dns_servers": self.dns_servers, "load_average_1m": (at % 97) / 10,
        }  # fmt: skip
        items = [
            {"key": "host", "type": "Server", "identifiers": evidence, "attributes": facts},
            _inside("if:eth0", "NetworkInterface", "host", name="eth0", kind="physical", mac_address=mac, if_index=2),
            _inside(f"addr:{self.address}", "IPAddress", "if:eth0", address=self.address),
            *(_inside(f"addr:{one}", "IPAddress", "if:eth0", address=one) for one in self.more_addresses),
            _inside("net", "Subnet", f"addr:{self.address}", prefix="10.0.0.0/8"),
            _inside("disk:sda", "BlockDevice", "host", name="sda", kind="disk", size_bytes=1 << 40),
            _inside("fs:/", "Filesystem", "host", mount_point="/", is_read_only=self.read_only, used_bytes=at % 4096),
            *(self._package(name, version) for name, version in sorted(self.packages.items())),
            *(self._service(unit, port) for unit, port in sorted((PORTS | self.more_services).items())
              if unit not in self.crashed),
        ]  # fmt: skip
        far_end = {"address": f"10.0.0.{1 + self.number // 10}", "port": 5432, "protocol": "tcp"}
        return _document(
            self.scope, at, items, kind="agent", name="cmdb-agent", version=self.agent,
            booted_at=self.booted_at, boot_id=f"boot-{self.scope}-{self.boots}",
            sections={section.name: "not_read" if section.name == TOPOLOGY else "read" for section in SECTIONS},
            relations=[
                {"verb": "STORED_ON", "from": "fs:/", "to": "disk:sda"},
                {"verb": "CALLS", "from": "svc:nginx", "to": far_end, "attributes": {"samples": 3}},
            ],
        )  # fmt: skip

    def _package(self, name: str, version: str) -> dict[str, Any]:
        return _inside(f"pkg:dpkg:{name}:amd64", "SoftwareRelease", "host", manager="dpkg", name=name,
                       version=version, architecture="amd64")  # fmt: skip

    def _service(self, unit: str, port: int) -> dict[str, Any]:
        return _inside(
            f"svc:{unit}", "ServiceInstance", "host", name=unit, unit=f"{unit}.service",
            product=unit.upper() if self.agent == NEW_AGENT else unit, version=f"{self.versions.get(unit, 1)}.0",
            user=self.users.get(unit, "root"), executable=f"/usr/sbin/{unit}", listens=[f"tcp 0.0.0.0:{port}"],
            started_at=self.booted_at, process_count=4,
        )  # fmt: skip


@dataclass
class Switch:
    """A switch as it is now, with hosts at its ports."""

    number: int
    hosts: int
    firmware: int = 1
    label: str = "to the rack"
    status: dict[int, str] = field(default_factory=dict[int, str])

    ports = PORTS_OF_A_SWITCH

    @property
    def name(self) -> str:
        """Its system name."""
        return f"switch-{self.number}"

    @property
    def scope(self) -> str:
        """The key of its scope: the address that the collector reads."""
        return f"10.254.0.{self.number}"

    def update(self) -> None:
        """New firmware."""
        self.firmware += 1

    def set_port(self, port: int, status: str) -> None:
        """A port goes down or up by itself."""
        self.status[port] = status

    def relabel(self) -> None:
        """Somebody writes another label on the first port."""
        self.label = "patched by hand"

    def document(self, at: int) -> dict[str, Any]:
        """What a collector reads at an instant."""
        chassis = f"00:1b:54:00:{self.number:02x}:00"
        facts = {"name": self.name, "sys_name": self.name, "base_mac": chassis,
                 "os_version": f"15.{self.firmware}", "forwards": True}  # fmt: skip
        device = {
            "key": "device",
            "type": "NetworkDevice",
            "identifiers": {"base_macs": [chassis]},
            "attributes": facts,
        }
        ports = [
            _inside(f"if:{port + 1}", "NetworkInterface", "device", name=f"Gi0/{port + 1}", if_index=port + 1,
                    kind="physical", mac_address=f"{chassis[:-2]}{port + 1:02x}", admin_status="up",
                    alias=self.label if port == 0 else None, oper_status=self.status.get(port, "up"))
            for port in range(self.ports)
        ]  # fmt: skip
        return _document(
            self.scope, at, [device, *ports], kind="snmp", name="cmdb-collector", version="0.1.0",
            booted_at=BOOTED, boot_id=None, relations=[self._neighbour(port) for port in range(1, self.ports)],
            sections={name: "read" for name in ("identity", "hardware", "operating_system", "network", TOPOLOGY)},
        )  # fmt: skip

    def _neighbour(self, port: int) -> dict[str, Any]:
        """The host that LLDP names at a port."""
        number = ((self.number - 1) * (self.ports - 1) + port - 1) % self.hosts + 1
        mac = f"00:16:3e:01:{number >> 8:02x}:{number & 255:02x}"
        far_end = {
            "chassis_id_subtype": "macAddress", "chassis_id": mac, "port_id_subtype": "interfaceName",
            "port_id": "eth0", "sys_name": f"host-{number}", "discovered_by": "lldp",
        }  # fmt: skip
        return {"verb": "LINKED_TO", "from": f"if:{port + 1}", "to": far_end}


def _inside(key: str, ci_type: str, parent: str, **attributes: Any) -> dict[str, Any]:
    return {"key": key, "type": ci_type, "in": parent, "attributes": attributes}


def _document(
    scope: str, at: int, items: list[dict[str, Any]], *, kind: str, name: str, version: str, **more: Any
) -> dict[str, Any]:
    instance = scope if kind == "agent" else "collector"
    return {
        "schema_version": 1,
        "document_id": f"{scope.replace('.', '-')}-{at}",
        "source": {"kind": kind, "name": name, "version": version, "instance": instance},
        "scope": {"kind": "host" if kind == "agent" else "device", "key": scope, "domain": "default"},
        "observed_at": at,
        "items": items,
        **more,
    }
