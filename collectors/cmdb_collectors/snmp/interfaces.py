"""The interfaces of one device as documents name them, and how others refer to them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cmdb_collectors.snmp.mibs.if_mib import ETHERNET, Interface

INTERFACES_MAX = 5000

_PHYSICAL_TYPES = (ETHERNET, 62, 69, 117)  # the last three: Fast and Gigabit Ethernet of older agents
_KINDS = {
    24: "loopback", 53: "virtual", 131: "tunnel", 135: "vlan", 136: "vlan", 150: "tunnel", 161: "bond", 209: "bridge",
}  # fmt: skip
# Agents call many interfaces plain Ethernet, or just virtual; what they are stands in their names.
_NAMED = (
    (re.compile(r"(?:lo|loopback)[- ]?\d*", re.IGNORECASE), "loopback"),
    (re.compile(r"(?:port-channel|po|ae|bond|team|trk|lag|bundle-ether|be|eth-trunk)[- ]?\d+", re.IGNORECASE), "bond"),
    (re.compile(r"(?:vlan|vl|vlan-interface|vlanif|irb|bvi)[-. ]?\d+(?:\.\d+)?", re.IGNORECASE), "vlan"),
    (re.compile(r"[a-z][a-z0-9]*\.\d{1,4}"), "vlan"),
    (re.compile(r"br\d+|br-.+|virbr\d+(?:-nic)?|docker\d+|bridge\d*|vmbr\d+|lxcbr\d+|cni\d+|cbr\d+"), "bridge"),
    (re.compile(r"veth.*|vnet\d+|cali[0-9a-f]{11}"), "veth"),
    (re.compile(r"(?:tun|tap|gre|sit|wg|ipip|gretap|erspan|vxlan|ppp|tunnel)[- ]?\w*", re.IGNORECASE), "tunnel"),
    (re.compile(r"(?:dummy|ifb|nlmon|null)\w*", re.IGNORECASE), "virtual"),
)
_USB = re.compile(r"usb\d*|enx[0-9a-f]{12}|.*\bUSB\b.*", re.DOTALL)


class Interfaces:
    """The interfaces by ifIndex, with their keys; found by a name or a MAC where just one has it."""

    def __init__(self, found: Iterable[Interface]) -> None:
        self.by_index = {one.if_index: one for one in found}
        self.keys: dict[int, str] = {}
        self._named: dict[str, set[int]] = {}
        self._macs: dict[str, set[int]] = {}
        used: set[str] = set()
        for one in self.by_index.values():
            key = f"if:{one.label}"
            key = key if key not in used else f"{key}#{one.if_index}"
            used.add(key)
            self.keys[one.if_index] = key
            for name in {one.name, one.description, one.alias} - {None}:
                self._named.setdefault(_plain(name or ""), set()).add(one.if_index)
            if one.mac_address:
                self._macs.setdefault(one.mac_address, set()).add(one.if_index)

    @property
    def mac_addresses(self) -> set[str]:
        """The MAC addresses of the device's own interfaces."""
        return set(self._macs)

    def named(self, text: str | None) -> int | None:
        """The ifIndex of the one interface with this name, description or alias, spelled in any of the usual ways.

        A name weighs more than a description, that more than an alias.
        """
        indexes = self._named.get(_plain(text), set()) if text else set()
        if len(indexes) < 2:
            return next(iter(indexes), None)
        for said in ("name", "description"):
            exact = [i for i in indexes if _plain(getattr(self.by_index[i], said) or "") == _plain(text or "")]
            if len(exact) == 1:
                return exact[0]
        return None

    def with_mac(self, mac_address: str | None) -> int | None:
        """The ifIndex of the one interface with this MAC; of several, of the only physical one."""
        indexes = self._macs.get(mac_address or "", set())
        physical = [index for index in indexes if kind(self.by_index[index]) == "physical"]
        return next(iter(indexes)) if len(indexes) == 1 else physical[0] if len(physical) == 1 else None


def kind(one: Interface) -> str | None:
    """What an interface is, in the words of the model; None where neither its type nor its name says."""
    if one.type is not None and one.type not in (*_PHYSICAL_TYPES, 1, 53):
        return _KINDS.get(one.type)
    for name in (one.name, one.description):
        for pattern, word in _NAMED:
            if name and pattern.fullmatch(name):
                return word
    if one.type in _PHYSICAL_TYPES:
        return {True: "physical", False: "virtual", None: None}[one.has_connector]
    return _KINDS.get(one.type or 0)


def is_port(one: Interface) -> bool:
    """True for an Ethernet port with a socket for a cable, as far as the agent says; not for one on USB."""
    if one.type not in _PHYSICAL_TYPES or kind(one) not in ("physical", None):
        return False
    return not any(_USB.fullmatch(name) for name in (one.name, one.description) if name)


def short_port(name: str) -> str:
    """A port's name in one of the spellings it has: `GigabitEthernet1/0/3`, `Gi1/0/3` and `gi 1/0/3` are one."""
    found = re.fullmatch(r"([a-z\-]*)\s*([\d/.:]+)", name.strip().lower())
    return found[1].replace("-", "")[:2] + found[2] if found else _plain(name)


def _plain(name: str) -> str:
    return "".join(name.split()).lower()
