"""A CMDB on dictionaries: readings laid over each other by hand, for one instant under one partition.

It shares no code with the product, and knows no more than what a `Reading` can say. What should have been so is: what
each scope had said by then, whose value is believed more among those that had spoken, and which services and packages
the most believed of those that had read such has.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.support.readings import PERIOD_MS, PORTS, Reading

_SILENT_AFTER_PERIODS = 3
_BELIEVED = {"agent": 3, "ssh": 2, "snmp": 1}
_BY_SNMP_FIRST = {"if_index", "alias"}
"""Of an interface."""


@dataclass
class Machine:
    """A machine as it was. `things` are what lives in it, by name; `calls`: (service, machine, service)."""

    values: dict[str, Any]
    things: dict[str, dict[str, Any]]
    packages: set[str]
    uses: set[tuple[str, str]]


@dataclass
class _Said:
    """What one scope has said by then; by thing and attribute the value, and since when."""

    facts: dict[tuple[str, str], dict[str, tuple[Any, int]]] = field(default_factory=dict[Any, Any])
    read: set[str] = field(default_factory=set[str])
    uses: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])


@dataclass(frozen=True)
class Manual:
    """A value that a person set for the machine of a scope, from `start` until before `end` (None: it stands)."""

    scope: str
    attribute: str
    value: str
    start: int
    end: int | None = None


class Ledger:
    """What there is to know of readings in the order in which they came; those older than their scope's newest, and
    those that came before, are left out."""

    def __init__(self, arrivals: Iterable[Reading]) -> None:
        self._of: defaultdict[str, list[Reading]] = defaultdict(list)
        for reading in arrivals:
            told = self._of[reading.scope]
            if not told or told[-1].at < reading.at:
                told.append(reading)

    def at(self, instant: int, owners: Mapping[str, str], manual: Iterable[Manual] = ()) -> dict[str, Machine]:
        """Each machine that somebody had seen by then. `owners`: scope → machine."""
        members: defaultdict[str, dict[str, _Said]] = defaultdict(dict)
        for scope, told in self._of.items():
            if told[0].at <= instant:
                members[owners[scope]][scope] = self._said(scope, instant)
        found = {machine: self._machine(said, instant) for machine, said in members.items()}
        for one in sorted(manual, key=lambda one: one.start):
            if one.start <= instant and (one.end is None or instant < one.end) and owners[one.scope] in found:
                found[owners[one.scope]].values[one.attribute] = one.value
        return found

    def _said(self, scope: str, instant: int) -> _Said:
        found = _Said()
        for reading in self._of[scope]:
            if reading.at > instant:
                break
            facts = reading.facts()
            for known in found.facts.keys() - facts.keys():
                if reading.state(known[0]) == "read":
                    del found.facts[known]
            for thing, values in facts.items():
                before = found.facts.get(thing, {})
                kept = {} if reading.state(thing[0]) == "read" else before
                found.facts[thing] = kept | {
                    name: before[name] if name in before and before[name][0] == value else (value, reading.at)
                    for name, value in values.items()
                }
            found.read |= {section for section in ("network", "services", "packages")
                           if reading.state(section) != "not_read"}  # fmt: skip
            found.uses = {use for use in found.uses if ("services", use[0]) in found.facts}
            if ("services", "nginx") in facts:
                found.uses |= {("nginx", f"tcp 10.0.0.{far}:{PORTS['postgres']}") for far in reading.calls}
        return found

    def _machine(self, members: Mapping[str, _Said], instant: int) -> Machine:
        until = {scope: self._heard_until(scope) for scope in members}
        judged_at = min(instant, max(until.values()))

        def trust(scope: str, thing: str = "", attribute: str = "") -> tuple[bool, int]:
            kind = scope.split("|")[0]
            first = thing == "eth0" and attribute in _BY_SNMP_FIRST and kind == "snmp"
            return judged_at <= until[scope], 10 if first else _BELIEVED[kind]

        def value(thing: str, attribute: str) -> Any:
            told = [
                (*trust(scope, thing, attribute), values[attribute][1], scope, values[attribute][0])
                for scope, said in members.items()
                for (_, name), values in said.facts.items()
                if name == thing and attribute in values
            ]
            return max(told)[-1]

        def values(thing: str) -> dict[str, Any]:
            names = {name for said in members.values() for (_, one), known in said.facts.items() if one == thing
                     for name in known}  # fmt: skip
            return {name: value(thing, name) for name in names}

        def listed(section: str) -> set[str]:
            readers = [scope for scope, said in members.items() if section in said.read]
            if not readers:
                return set()
            lead = max(readers, key=lambda scope: (*trust(scope), scope))
            return {thing for one, thing in members[lead].facts if one == section}

        services = listed("services")
        return Machine(
            values=values("host"),
            things={thing: values(thing) for thing in services | (listed("network") & {"eth0"})},
            packages=listed("packages"),
            uses={use for said in members.values() for use in said.uses if use[0] in services},
        )

    def _heard_until(self, scope: str) -> int:
        last = self._of[scope][-1]
        return last.at + _SILENT_AFTER_PERIODS * PERIOD_MS[last.by]
