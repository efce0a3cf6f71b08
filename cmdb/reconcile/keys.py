"""The keys and ids under which things stand in the graph: hashes of what they are, the same wherever they are made."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from hashlib import blake2b

from cmdb.identify.outcome import ci_id
from cmdb.identify.sighting import SightingKey
from cmdb.model.vocabulary import CIType, Value
from cmdb.observation.relations import Sight


def scope_node(key: SightingKey) -> str:
    """The key of the Scope node that holds this sighting's content."""
    return key.scope if key.epoch == 0 else f"{key.scope}#{key.epoch}"


def value_id(ci_type: CIType, domain: str, values: Mapping[str, Value]) -> str:
    """The id of a thing that its value identifies: the same for everyone who names it."""
    parts = [ci_type.label, domain if ci_type.domain_scoped else "", *(str(values[name]) for name in ci_type.value_key)]
    return _value_digest("\x1f".join(parts))


@lru_cache(maxsize=65_536)
def _value_digest(text: str) -> str:
    # The same packages stand on every machine of an estate.
    return _digest(text)


def birth_id(birth: str) -> str:
    """The id of a dependent thing: its senior's birth."""
    return _digest(birth)


def _digest(text: str) -> str:
    return ci_id(SightingKey(blake2b(text.encode()).hexdigest(), "", 0))


def endpoint_key(scope: str, domain: str, protocol: str, address: str, port: int, *, local: bool) -> str:
    """The key of a far end. A local one (loopback) means something inside this scope's machine only."""
    return f"{f'local:{scope}' if local else domain}|{protocol}|{address}|{port}"


def neighbour_key(domain: str, subtype: str, chassis_id: str) -> str:
    """The key of a neighbour: the same for everyone in the domain who hears of it by this id."""
    return f"{domain}|{subtype}|{chassis_id}"


def sight_key(sight: Sight) -> str:
    """What tells several sights of one neighbour by one interface apart; `links.seeing_of` reads it."""
    parts = (sight.by, sight.port_subtype, sight.port_id, sight.address, sight.port_description)
    return "|".join(part.replace("|", "/") for part in parts)


def is_local(address: str) -> bool:
    """Whether an address resolves inside its own machine only."""
    return address == "::1" or address.startswith(("127.", "169.254.", "fe80:"))
