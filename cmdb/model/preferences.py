"""Where a kind of source is believed more or less than its rank says: by type and attribute, each with its reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from cmdb.model.sources import SOURCE_KINDS, rank_of_kind
from cmdb.model.types import BY_LABEL
from cmdb.model.types.machine_evidence import MACHINES
from cmdb.model.vocabulary import ModelError

ABOVE_EVERY_RANK = 1_000


@dataclass(frozen=True, kw_only=True)
class Preference:
    """For these attributes of these types the kinds `first` are believed before all others, in this order.

    The others follow by their ranks.
    """

    types: tuple[str, ...]
    attributes: tuple[str, ...]
    first: tuple[str, ...]
    because: str


PREFERENCES = (
    Preference(
        types=MACHINES,
        attributes=("sys_name", "sys_descr", "sys_object_id", "sys_location", "sys_contact", "engine_id"),
        first=("snmp",),
        because="they are what the device's SNMP agent is set to say; whoever else has them read its configuration",
    ),
    Preference(
        types=MACHINES,
        attributes=("base_mac", "forwards"),
        first=("snmp",),
        because="BRIDGE-MIB says what a device passes on; a look at its interfaces from within is a guess",
    ),
    Preference(
        types=("NetworkDevice", "Printer", "StorageDevice", "PowerUnit"),
        attributes=("vendor", "model", "serial_number", "os_name", "os_version"),
        first=("snmp",),
        because="the maker's MIB names the product; a login sees the board and the system that were built into it",
    ),
    Preference(
        types=("NetworkInterface",),
        attributes=("if_index", "description", "alias", "member_number", "vlan_ids"),
        first=("snmp",),
        because="neighbours and forwarding tables name a port as IF-MIB and Q-BRIDGE-MIB number it",
    ),
)


def check(preferences: Iterable[Preference]) -> dict[tuple[str, str], Preference]:
    """The preferences by type and attribute. Raises ModelError where one names what is not there, or two disagree."""
    found: dict[tuple[str, str], Preference] = {}
    for one in preferences:
        for kind in one.first:
            if kind not in SOURCE_KINDS:
                raise ModelError(f"a preference names the source {kind!r}, which sources.py does not declare")
        for label in one.types:
            for name in one.attributes:
                if label not in BY_LABEL or name not in BY_LABEL[label].by_name:
                    raise ModelError(f"a preference names {label}.{name}, which no declaration defines")
                if found.setdefault((label, name), one) is not one:
                    raise ModelError(f"two preferences are about {label}.{name}")
    return found


BY_ATTRIBUTE = check(PREFERENCES)


@lru_cache(maxsize=4_096)
def rank_of(source_kind: str, label: str, attribute: str) -> int:
    """How far a kind of source is believed for one attribute of one type; the highest wins. Unknown kinds have 0."""
    preference = BY_ATTRIBUTE.get((label, attribute))
    if preference is not None and source_kind in preference.first:
        return ABOVE_EVERY_RANK - preference.first.index(source_kind)
    return rank_of_kind(source_kind)


def believed(label: str, attribute: str) -> tuple[str, ...]:
    """The kinds of sources, the most believed first."""
    return tuple(sorted(SOURCE_KINDS, key=lambda kind: -rank_of(kind, label, attribute)))
