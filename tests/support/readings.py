"""Readings of a few machines in few facts: what a document says of one, and the document that says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from cmdb.model.sections import SECTIONS
from cmdb.model.sources import MINUTE_MS

Source = Literal["agent", "ssh", "snmp"]
PERIOD_MS: dict[Source, int] = {"agent": 20_000, "ssh": 60 * MINUTE_MS, "snmp": 60 * MINUTE_MS}
PORTS = {"nginx": 80, "postgres": 5432, "redis": 6379}
_READ_BY: dict[Source, frozenset[str]] = {
    "agent": frozenset(section.name for section in SECTIONS if section.name != "topology"),
    "ssh": frozenset({"identity", "operating_system", "hardware", "network"}),
    "snmp": frozenset({"identity", "network"}),
}


@dataclass(frozen=True)
class Reading:
    """What one document says of machine N, effective at `at`. None in `vendor`, `alias`, a version: not known.

    `system` counts the installations of the machine: each has an agent of its own. `is_proven`: an agent tells the
    evidence by which other sources know the machine. `is_named`: it has its name, and not one for each source.
    `states`: of sections that were not wholly read. `calls`: machines whose `postgres` its `nginx` was seen to call.
    """

    machine: int
    by: Source
    at: int
    system: int = 1
    is_proven: bool = True
    is_named: bool = True
    os_version: str = "12"
    vendor: str | None = None
    alias: str | None = None
    services: Mapping[str, str | None] = field(default_factory=dict[str, "str | None"])
    packages: int = 0
    states: Mapping[str, str] = field(default_factory=dict[str, str])
    calls: tuple[int, ...] = ()

    @property
    def scope(self) -> str:
        """The key of the scope that was read."""
        name = f"agent-{self.machine}-{self.system}"
        if self.by == "agent":
            return f"agent|{name}|host|default|{name}"
        return f"{self.by}|site-a|target|default|machine-{self.machine}"

    def state(self, section: str) -> str:
        """How far a section was read."""
        return self.states.get(section, "read") if section in _READ_BY[self.by] else "not_read"

    def facts(self) -> dict[tuple[str, str], dict[str, Any]]:
        """By (section, thing), each attribute that it knows; a value in a section of its own stands under `host`."""
        mac = f"00:16:3e:00:00:{self.machine:02x}"
        name = f"web-{self.machine}" if self.is_named else f"{self.by}-{self.machine}"
        found: dict[tuple[str, str], dict[str, Any]] = {
            ("identity", "host"): {"name": name},
            ("operating_system", "host"): {"os_version": self.os_version, "os_name": f"Debian by {self.by}"},
            ("hardware", "host"): {"vendor": self.vendor},
            ("network", "eth0"): {"name": "eth0", "mac_address": mac, "if_index": 2, "alias": self.alias},
            ("network", f"10.0.0.{self.machine}"): {"address": f"10.0.0.{self.machine}"},
        }
        for unit, version in self.services.items():
            found["services", unit] = {
                "name": unit, "unit": f"{unit}.service", "version": version, "listens": [f"tcp 0.0.0.0:{PORTS[unit]}"],
            }  # fmt: skip
        for number in range(self.packages):
            found["packages", f"p{number} 1"] = {
                "manager": "dpkg", "name": f"p{number}", "version": "1", "architecture": "amd64",
            }  # fmt: skip
        return {
            (section, thing): {name: value for name, value in said.items() if value is not None}
            for (section, thing), said in found.items()
            if self.state(section) != "not_read"
        }

    def document(self, received_at: int) -> dict[str, Any]:
        """The document, as it comes at this instant (epoch ms)."""
        kind, instance, scope_kind, domain, key = self.scope.split("|")
        host: dict[str, Any] = {}
        items: list[dict[str, Any]] = []
        types = {"services": "ServiceInstance", "packages": "SoftwareRelease"}
        for (section, thing), said in self.facts().items():
            if thing == "host":
                host |= said
            elif thing == "eth0":
                items.append(_item("eth0", "NetworkInterface", "host", said))
            elif section == "network":
                items.append(_item(thing, "IPAddress", "eth0", said))
            else:
                items.append(_item(thing, types[section], "host", said))
        listed = {item["key"] for item in items}
        far_ends = [{"address": f"10.0.0.{far}", "port": PORTS["postgres"], "protocol": "tcp"} for far in self.calls]
        root = {"key": "host", "type": "Server", "identifiers": self._evidence(), "attributes": host}
        return {
            "schema_version": 1,
            "document_id": f"{kind}-{self.machine}-{self.system}-{self.at}",
            "source": {"kind": kind, "name": f"cmdb-{kind}", "version": "1", "instance": instance},
            "scope": {"kind": scope_kind, "key": key, "domain": domain},
            "observed_at": self.at,
            "age_ms": received_at - self.at,
            "interval_ms": PERIOD_MS[self.by],
            "sections": {section.name: self.state(section.name) for section in SECTIONS},
            "items": [root, *items],
            "relations": [
                {"verb": "CALLS", "from": "nginx", "to": far_end, "attributes": {"samples": 3}}
                for far_end in far_ends
                if "nginx" in listed
            ],
        }

    def _evidence(self) -> dict[str, Any]:
        known: dict[str, Any] = {"permanent_macs": [f"00:16:3e:00:00:{self.machine:02x}"]}
        if self.by != "snmp":
            known["machine_id"] = f"machine-{self.machine}-{self.system}"
        if self.by != "agent":
            return known
        own = {"agent_id": f"agent-{self.machine}-{self.system}"}
        return own | known if self.is_proven else own


def _item(key: str, ci_type: str, parent: str, attributes: dict[str, Any]) -> dict[str, Any]:
    return {"key": key, "type": ci_type, "in": parent, "attributes": attributes}
