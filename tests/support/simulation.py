"""An estate over two weeks: what its agents and its collector would have sent, and what really happened meanwhile.

The same seed gives the same estate. Hosts are read every six hours or once a day at 06:00, switches every six hours.
Things happen between readings: upgrades within windows of approved changes, replaced cards, moves of leased addresses,
failures, re-imaging, a new agent that words things anew, readings that fail half-way, clocks that are wrong, documents
that come late. And edits that nobody approved, each of which `Simulation.edits` names.

An edit stands long enough to be read, and no approved window lies near it on its machine: otherwise nobody could tell.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from tests.support.simulated_machine import PACKAGES, Host, Switch

START = 1_763_942_400_000
"""Midnight, UTC."""
HOUR = 3_600_000
DAY = 24 * HOUR
QUIET = 60 * HOUR
"""No window of a machine is nearer than this to an edit of it: the longest time between two whole readings is 48 h."""
EVERY = 6 * HOUR


@dataclass(frozen=True, slots=True)
class Delivery:
    """A document and when the server gets it, by the server's clock."""

    received_at: int
    document: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ApprovedChange:
    """A change that was approved for machines (their names), and its window."""

    id: str
    machines: frozenset[str]
    start_at: int
    end_at: int


@dataclass(frozen=True, slots=True)
class Edit:
    """What was done to a machine (its name) without permission: `attribute` of `thing` became `new`.

    `thing` is the key of an item, `attribute` as `tests.support.replay` names it. None in `new`: it went.
    """

    machine: str
    thing: str
    attribute: str
    new: Any
    at: int


@dataclass(frozen=True, slots=True)
class Simulation:
    """Deliveries in the order in which they arrive; `happened` counts what happened, by kind."""

    deliveries: tuple[Delivery, ...]
    changes: tuple[ApprovedChange, ...]
    edits: tuple[Edit, ...]
    happened: dict[str, int]


Act = Callable[[], None]


@dataclass
class _Course:
    """The course of events while it is made up."""

    dice: random.Random
    hosts: list[Host]
    switches: list[Switch]
    days: int
    acts: list[tuple[int, int, Act]] = field(default_factory=list[tuple[int, int, Act]])
    changes: list[ApprovedChange] = field(default_factory=list[ApprovedChange])
    edits: list[Edit] = field(default_factory=list[Edit])
    happened: dict[str, int] = field(default_factory=dict[str, int])
    off: dict[int, list[tuple[int, int]]] = field(default_factory=dict[int, list[tuple[int, int]]])

    def will(self, at: int, kind: str, act: Act) -> None:
        """Something happens at an instant; what happens at one instant does so in the order in which it was said."""
        self.acts.append((at, len(self.acts), act))
        self.happened[kind] = self.happened.get(kind, 0) + 1

    def some(self, hosts: list[Host], share: float) -> list[Host]:
        """A share of hosts, at least one."""
        return self.dice.sample(hosts, max(1, round(share * len(hosts))))

    def at(self, first_day: float, last_day: float) -> int:
        """An instant between two days."""
        return START + self.dice.randint(int(first_day * DAY), int(last_day * DAY))

    def approve(self, machines: list[Host] | list[Switch], start_at: int, hours: float) -> ApprovedChange:
        """A new approved change."""
        named = frozenset(one.name for one in machines)
        change = ApprovedChange(f"CHG-{len(self.changes) + 1:06d}", named, start_at, start_at + int(hours * HOUR))
        self.changes.append(change)
        return change


def simulate(seed: int = 0, hosts: int = 200, days: int = 14) -> Simulation:
    """An estate of so many hosts (at least 20), over so many days (at least 12), and a switch for each 40 hosts."""
    if hosts < 20 or days < 12:
        raise ValueError(f"{hosts} hosts over {days} days are too few for all that is to happen")
    dice = random.Random(seed)
    switches = [Switch(number, hosts) for number in range(1, hosts // 40 + 2)]
    course = _Course(dice, [Host.made(number, dice) for number in range(1, hosts + 1)], switches, days)
    watched, others = _halves(course)
    _upgrades(course, others)
    _cards(course, others)
    _leases(course, others)
    _failures(course, others)
    _new_agent(course)
    _edits(course, watched)
    _firmware(course)
    deliveries = tuple(_deliveries(course))
    return Simulation(deliveries, tuple(course.changes), tuple(course.edits), dict(sorted(course.happened.items())))


def _halves(course: _Course) -> tuple[list[Host], list[Host]]:
    """Those that someone edits (two in five), and those to which everything else happens."""
    shuffled = course.dice.sample(course.hosts, len(course.hosts))
    share = len(shuffled) * 2 // 5
    return shuffled[:share], sorted(shuffled[share:], key=lambda host: host.number)


def _upgrades(course: _Course, others: list[Host]) -> None:
    """Patch nights, 22:00 to midnight: a night's hosts get the same versions, some a new kernel and service too."""
    for night in range(2, course.days - 1):
        group = course.some([one for one in others if not one.is_leased], 0.15)
        change = course.approve(group, START + night * DAY + 22 * HOUR, 2)
        names = course.dice.sample(PACKAGES, 3)
        for host in group:
            at = course.dice.randint(change.start_at + 1, change.end_at - 1)
            course.will(at, "upgrade", lambda host=host, names=names, night=night: host.upgrade(names, night))


def _cards(course: _Course, others: list[Host]) -> None:
    """Network cards fail and are replaced under an emergency change."""
    for host in course.some([one for one in others if not one.is_leased], 0.03):
        change = course.approve([host], course.at(1, course.days - 1), 3)
        course.will(change.start_at + HOUR, "card replaced", host.replace_card)


def _leases(course: _Course, others: list[Host]) -> None:
    """Some hosts have leased addresses, which move every day."""
    for host in others:
        if host.is_leased:
            for day in range(1, course.days):
                course.will(course.at(day + 0.3, day + 0.9), "lease moved", host.move_lease)


def _failures(course: _Course, others: list[Host]) -> None:
    """Services crash and come back, machines stand still for a while, and a few are installed anew.

    None of them in between: nobody could tell whether a service that the old installation lost has come back.
    """
    failing = course.some(others, 0.1)
    for host in failing:
        at = course.at(1, course.days - 4)
        course.will(at, "service failed", lambda host=host: host.crash("app-worker"))
        course.will(at + course.dice.randint(HOUR, 20 * HOUR), "service back", lambda host=host: host.recover())
    standing = [one for one in others if not one.is_leased]
    for host in course.some(standing, 0.08):
        at = course.at(1, course.days - 3)
        back = at + course.dice.randint(6 * HOUR, 40 * HOUR)
        course.off.setdefault(host.number, []).append((at, back))
        course.will(back, "machine was off", lambda host=host, back=back: host.boot(back))
    for host in course.some([one for one in standing if one not in failing], 0.03):
        course.will(course.at(3, course.days - 2), "re-imaged", host.reinstall)


def _new_agent(course: _Course) -> None:
    """On the sixth day, in the course of six hours, every agent is brought to a version that words things anew."""
    for host in course.hosts:
        course.will(course.at(5.5, 5.75), "agent brought up", host.bring_agent_up)


def _edits(course: _Course, watched: list[Host]) -> None:
    """What nobody approved: half of it where approved changes were long before and after, the rest in the first days.

    The first days' edits have been read before the new agent comes, which hides what is seen with it.
    """
    for place, host in enumerate(watched):
        at = course.at(7, 8) if place % 2 else course.at(1.5, 3.2)
        if place % 2:
            course.approve([host], at - QUIET - 2 * HOUR, 2)
            course.approve([host], at + QUIET, 2)
        kind, thing, attribute, new, act = host.edits()[place % len(host.edits())]
        course.edits.append(Edit(host.name, thing, attribute, new, at))
        course.will(at, f"edited {kind}", act)
    rollout = course.at(9, 9.5)
    for host in watched[::2][: len(watched) // 3]:
        thing, attribute, new, act = host.rollout()
        course.edits.append(Edit(host.name, thing, attribute, new, rollout))
        course.will(rollout + course.dice.randint(0, HOUR), "rolled out", act)


def _firmware(course: _Course) -> None:
    """Switches: ports go down and up, firmware is updated under a change, and somebody relabels one."""
    for switch in course.switches:
        change = course.approve([switch], START + course.dice.randint(9, course.days - 1) * DAY + 22 * HOUR, 1)
        course.will(change.start_at + HOUR // 2, "firmware", switch.update)
        for _ in range(3):
            at = course.at(1, course.days - 1)
            port = course.dice.randrange(switch.ports)
            course.will(at, "port down", lambda switch=switch, port=port: switch.set_port(port, "down"))
            course.will(at + 7 * HOUR, "port up", lambda switch=switch, port=port: switch.set_port(port, "up"))
        at = course.at(2, 5)
        course.edits.append(Edit(switch.name, "if:1", "alias", "patched by hand", at))
        course.will(at, "edited port", switch.relabel)


def _deliveries(course: _Course) -> Iterator[Delivery]:
    """Every reading of every machine, in the order of arrival, with what goes wrong on the way."""
    pending = sorted(course.acts, key=lambda act: act[:2], reverse=True)
    queue: list[tuple[int, int, Delivery]] = []
    trouble: set[str] = set()
    for number, (at, machine) in enumerate(_readings(course)):
        while pending and pending[-1][0] <= at:
            pending.pop()[2]()
        while queue and queue[0][0] <= at:
            yield heapq.heappop(queue)[2]
        if isinstance(machine, Host) and any(
            since <= at < until for since, until in course.off.get(machine.number, ())
        ):
            continue
        document = machine.document(at)
        # Never twice in a row: a whole reading lies between two that were not.
        mishap = course.dice.random() if machine.scope not in trouble else 1.0
        trouble.discard(machine.scope)
        delivery = Delivery(at, document)
        if mishap < 0.08 and isinstance(machine, Host):
            trouble.add(machine.scope)
            delivery = _mishap(course, delivery, mishap)
        heapq.heappush(queue, (delivery.received_at, number, delivery))
    while queue:
        yield heapq.heappop(queue)[2]


def _readings(course: _Course) -> Iterator[tuple[int, Host | Switch]]:
    """Instants and machines, in order: a few minutes apart, so that no two machines are read at once."""
    readings: list[tuple[int, int, Host | Switch]] = []
    machines: list[Host | Switch] = [*course.hosts, *course.switches]
    for place, machine in enumerate(machines):
        every = DAY if isinstance(machine, Host) and machine.number % 2 else EVERY
        first = START + EVERY + place * 30_000
        readings += [(at, place, machine) for at in range(first, START + course.days * DAY, every)]
    for at, _, machine in sorted(readings, key=lambda reading: reading[:2]):
        yield at, machine


def _mishap(course: _Course, delivery: Delivery, mishap: float) -> Delivery:
    """A reading that failed half-way, one under a wrong clock, or one that was kept back for some hours."""
    document = delivery.document
    if mishap < 0.03:
        course.happened["partial reading"] = course.happened.get("partial reading", 0) + 1
        section, types = course.dice.choice((("packages", "SoftwareRelease"), ("services", "ServiceInstance")))
        state = course.dice.choice(("partial", "not_read"))
        listed = [i for i in document["items"] if i["type"] != types]
        some = [i for i in document["items"] if i["type"] == types][::2] if state == "partial" else []
        kept = {item["key"] for item in listed + some}
        relations = [one for one in document["relations"] if one["from"] in kept]
        sections = document["sections"] | {section: state}
        return replace(
            delivery, document=document | {"items": listed + some, "relations": relations, "sections": sections}
        )
    if mishap < 0.05:
        course.happened["wrong clock"] = course.happened.get("wrong clock", 0) + 1
        jump = course.dice.choice((-document["observed_at"] + 1_000, 10 * 365 * DAY))
        moved = {"observed_at": document["observed_at"] + jump, "booted_at": max(0, document["booted_at"] + jump)}
        return replace(delivery, document=document | moved)
    course.happened["came late"] = course.happened.get("came late", 0) + 1
    waited = course.dice.randint(HOUR, 8 * HOUR)
    return Delivery(delivery.received_at + waited, document | {"age_ms": waited})
