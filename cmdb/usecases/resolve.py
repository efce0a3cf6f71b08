"""What a person means: a CI by its id, its name, an address, or the host and port it answers at."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Sequence

from cmdb.errors import Invalid, NotFound
from cmdb.model import normal
from cmdb.model.types import CI_TYPES
from cmdb.reconcile.matching import covers
from cmdb.store.driver import Graph, Transaction
from cmdb.store.queries import naming
from cmdb.store.queries.naming import Named

MAX_CANDIDATES = 20
CALLED_BY_NAME = tuple(
    t.label for t in CI_TYPES if t.label == "ServiceInstance" or ((t.family or t.declared) and t.label != "Team")
)
MACHINES = tuple(t.label for t in CI_TYPES if t.family)
OTHER_NAMES = ("title", "unit", "container_name", "product", "fqdn")

_FAR_END = re.compile(r"(?:(?P<protocol>tcp|udp)[ /])?(?:\[(?P<v6>[^\]]+)\]|(?P<host>[^:\s/]+)):(?P<port>\d{1,5})")


class Ambiguous(Invalid):
    """Several CIs go by this name; `candidates` are those it could mean, at most `MAX_CANDIDATES`."""

    def __init__(self, text: str, candidates: Sequence[Named], field: str | None = None) -> None:
        shown = "; ".join(map(_shown, candidates))
        super().__init__(f"{text!r} could be any of these, name one by its id: {shown}", field)
        self.candidates = tuple(candidates)


def _shown(one: Named) -> str:
    listens = f", {one.listens[0]}" if one.listens else ""
    return f"{one.id} ({one.type} {one.label}{listens})"


def resolve(graph: Graph, text: str, field: str | None = None) -> Named:
    """The one CI meant by an id, `host:port`, an address, a host name, a service's name or `NAME@HOST`.

    A current CI goes before an ended one of the same name. Raises NotFound for an id that nobody has, Ambiguous
    where several fit, Invalid where none does; `field` is where the text stood.
    """
    return graph.read(lambda tx: resolve_in(tx, text, field))


def resolve_in(tx: Transaction, text: str, field: str | None = None) -> Named:
    """`resolve` within a transaction."""
    text = text.strip()
    if text.startswith("ci_"):
        found = naming.by_ids(tx, [text]).get(text)
        if found is None:
            raise NotFound("CI", text)
        return found
    for way in (_by_title, _by_far_end, _by_address, _by_other_names):
        candidates = _current_first(way(tx, text))
        if len(candidates) == 1:
            return candidates[0]
        if candidates:
            raise Ambiguous(text, candidates[:MAX_CANDIDATES], field)
    raise Invalid(f"nothing is known by {text!r}: give an id, a name, an address or HOST:PORT", field)


def resolve_all(graph: Graph, texts: Iterable[str], field: str) -> dict[str, Named]:
    """Each text with the CI it means; `field` is the list they stand in."""

    def read(tx: Transaction) -> dict[str, Named]:
        return {text: resolve_in(tx, text, f"{field}[{number}]") for number, text in enumerate(texts)}

    return graph.read(read)


def _by_title(tx: Transaction, text: str) -> list[Named]:
    name, at, host = text.rpartition("@")
    if at and name:
        return [one for one in _called(tx, name) if one.place == (normal.host_name(host) or host)]
    return naming.by_title(tx, sorted({text, text.lower()}), CALLED_BY_NAME, MAX_CANDIDATES + 1)


def _called(tx: Transaction, name: str) -> list[Named]:
    titled = naming.by_title(tx, sorted({name, name.lower()}), CALLED_BY_NAME, 1000)
    return titled or naming.by_text(tx, name, CALLED_BY_NAME, OTHER_NAMES, 1000)


def _by_far_end(tx: Transaction, text: str) -> list[Named]:
    match = _FAR_END.fullmatch(text)
    if match is None or int(match["port"]) > 65_535:
        return []
    host, port, protocol = match["v6"] or match["host"], int(match["port"]), match["protocol"] or "tcp"
    address = "127.0.0.1" if host.lower() == "localhost" else normal.ip_address(host)
    if address and ipaddress.ip_address(address).is_loopback:
        return _answering(naming.listeners_anywhere(tx, port), protocol, port, address)
    if address:
        machines = naming.holders_of(tx, address, MAX_CANDIDATES + 1)
    else:
        machines = _current_first(_machines_called(tx, host))
    return _answering(naming.listeners_on(tx, {one.id for one in machines}, port), protocol, port, address)


def _answering(found: list[Named], protocol: str, port: int, address: str | None) -> list[Named]:
    """Those that answer there: the ones bound to the address itself go before those bound to all."""

    def listens(fits: Callable[[str], bool]) -> list[Named]:
        return [one for one in found if any(map(fits, one.listens))]

    if address is None:
        return listens(lambda one: one.startswith(f"{protocol} ") and one.endswith(f":{port}"))
    exact = listens(lambda one: one in {f"{protocol} {address}:{port}", f"{protocol} [{address}]:{port}"})
    return exact or listens(lambda one: covers(one, protocol, address, port))


def _by_address(tx: Transaction, text: str) -> list[Named]:
    address = normal.ip_address(text)
    return naming.holders_of(tx, address, MAX_CANDIDATES + 1) if address else []


def _by_other_names(tx: Transaction, text: str) -> list[Named]:
    return naming.by_text(tx, text, CALLED_BY_NAME, OTHER_NAMES, MAX_CANDIDATES + 1)


def _machines_called(tx: Transaction, text: str) -> list[Named]:
    """Machines by their full name where it has a dot, else by the short one."""
    if "." in text:
        return naming.by_text(tx, text, MACHINES, ("fqdn",), MAX_CANDIDATES + 1)
    return naming.by_title(tx, [text.lower()], MACHINES, MAX_CANDIDATES + 1)


def _current_first(found: list[Named]) -> list[Named]:
    """The current ones; where there is none, the one that ended last."""
    current = [one for one in found if one.state == "active"]
    return current or sorted(found, key=lambda one: (one.ended_at or 0, one.id))[-1:]
