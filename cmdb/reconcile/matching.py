"""Which of these is which of those: dependent things recognised within one machine."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from cmdb.model.vocabulary import CIType, Value

_WILDCARDS = ("0.0.0.0", "::", "*")  # noqa: S104 - compared with, never bound


def match(
    ci_type: CIType, left: Mapping[str, Mapping[str, Value]], right: Mapping[str, Mapping[str, Value]]
) -> dict[str, str]:
    """Pairs left key → right key, by the type's match rules in order; each rule only where it names one on each side.

    A list attribute matches where it shares an element; for listening endpoints a wildcard address covers all.
    """
    pairs: dict[str, str] = {}
    for names in ci_type.inside.matches if ci_type.inside else ():
        free_left = {key: values for key, values in left.items() if key not in pairs}
        used = set(pairs.values())
        free_right = {key: values for key, values in right.items() if key not in used}
        if not free_left or not free_right:
            break
        pairs |= _by(names, free_left, free_right)
    return pairs


def _by(
    names: tuple[str, ...], left: Mapping[str, Mapping[str, Value]], right: Mapping[str, Mapping[str, Value]]
) -> dict[str, str]:
    index: defaultdict[tuple[object, ...], set[str]] = defaultdict(set)
    for key, values in right.items():
        for signature in _signatures(names, values):
            index[signature].add(key)
    candidates = {
        key: {other for signature in _signatures(names, values) for other in index.get(signature, ())}
        for key, values in left.items()
    }
    claimed_by: defaultdict[str, int] = defaultdict(int)
    for others in candidates.values():
        for other in others:
            claimed_by[other] += 1
    return {
        key: other
        for key, others in candidates.items()
        if len(others) == 1
        for other in others
        if claimed_by[other] == 1
    }


def _signatures(names: tuple[str, ...], values: Mapping[str, Value]) -> list[tuple[object, ...]]:
    """What must be equal for two things to match by these attributes; empty where one is absent."""
    found = [values.get(name) for name in names]
    if any(value is None or value == [] for value in found):
        return []
    if len(names) == 1 and isinstance(found[0], list):
        return [(signature,) for element in found[0] for signature in _endpoint(element)]
    return [tuple(tuple(value) if isinstance(value, list) else value for value in found)]


def _endpoint(listens: str) -> list[str]:
    """The port a listener occupies: two listeners of one machine on one port are one service, or follow each other."""
    protocol, _, endpoint = listens.partition(" ")
    _, _, port = endpoint.rpartition(":")
    return [f"{protocol} {port}"]


def covers(listens: str, protocol: str, address: str, port: int) -> bool:
    """Whether a listening endpoint such as `tcp 0.0.0.0:443` answers at this address and port."""
    listen_protocol, _, endpoint = listens.partition(" ")
    host, _, listen_port = endpoint.rpartition(":")
    host = host.strip("[]")
    if listen_protocol != protocol or listen_port != str(port):
        return False
    return host in _WILDCARDS or host == address
