"""Sightings in few words, a realistic table of rules, and a store of sightings in memory."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from cmdb.identify.evidence import linking_identifiers
from cmdb.identify.heritage import handed_on, heir_of
from cmdb.identify.incremental import Affected, Change, affected
from cmdb.identify.outcome import Cluster, Partition, SetAside
from cmdb.identify.partition import partition
from cmdb.identify.rules import KindRule, Origin, Rules, Tier
from cmdb.identify.sighting import Address, Decisions, Identifier, Life, Sighting, SightingKey

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
PERIOD = 5 * MINUTE

STRONG, MEDIUM, HARDWARE, IMAGE = Tier.STRONG, Tier.MEDIUM, Origin.HARDWARE, Origin.IMAGE

RULES = Rules({
    "agent_id": KindRule(STRONG, IMAGE, yields_to_hardware=True),
    "cloud_instance_id": KindRule(STRONG, HARDWARE, contradicts=True, void_in_container=True),
    "system_uuid": KindRule(STRONG, HARDWARE, contradicts=True, void_in_container=True),
    "system_serial": KindRule(STRONG, HARDWARE, contradicts=True, void_in_container=True),
    "chassis_serials": KindRule(STRONG, HARDWARE, contradicts=True),
    "base_macs": KindRule(STRONG, HARDWARE, contradicts=True, unless_shared="chassis_serials"),
    "permanent_macs": KindRule(
        STRONG, HARDWARE, contradicts=True, needs_complete=True, vetoes_image=True, void_in_container=True
    ),
    "container_id": KindRule(STRONG, HARDWARE, contradicts=True),
    "routed_macs": KindRule(MEDIUM, HARDWARE, vetoes_image=True, void_in_container=True),
    "machine_id": KindRule(MEDIUM, IMAGE, void_in_container=True),
    "ssh_host_keys": KindRule(MEDIUM, IMAGE),
    "engine_id": KindRule(MEDIUM, IMAGE),
})  # fmt: skip

NO_DECISIONS = Decisions()

_SHORT = {
    "agent": "agent_id", "cloud": "cloud_instance_id", "uuid": "system_uuid", "serial": "system_serial",
    "chassis": "chassis_serials", "base": "base_macs", "mac": "permanent_macs", "container": "container_id",
    "local": "routed_macs", "machine": "machine_id", "key": "ssh_host_keys", "engine": "engine_id",
}  # fmt: skip


def identifiers(text: str) -> frozenset[Identifier]:
    """Identifiers from words: "uuid:u1 mac:m1 mac:m2"."""
    pairs = (word.split(":", 1) for word in text.split())
    return frozenset(Identifier(_SHORT[kind], value) for kind, value in pairs)


def sighting(
    scope: str,
    evidence: str = "",
    *,
    item: str = "host",
    epoch: int = 0,
    source: str = "agent",
    family: str = "machine",
    lives: Sequence[tuple[int, int] | tuple[int, int, str]] = ((0, DAY),),
    born: int | None = None,
    complete: bool = True,
    name: str | None = None,
    addresses: str = "",
    in_container: bool = False,
) -> Sighting:
    """A sighting by an exclusive agent, unless `source` says otherwise.

    `name` may carry a domain; `addresses` are words like "default/10.0.0.5".
    """
    label, _, domain = (name or "").partition(".")
    return Sighting(
        key=SightingKey(scope, item, epoch),
        family=family,
        source_kind=source,
        is_exclusive=source in {"agent", "hypervisor", "cloud"},
        identifiers=identifiers(evidence),
        lives=tuple(Life(life[0], life[1], life[2] if len(life) == 3 else None) for life in lives),
        first_effective_at=lives[0][0] if born is None else born,
        period_ms=PERIOD,
        complete_kinds=frozenset(RULES.kinds) if complete else frozenset(),
        name=label or None,
        name_domain=domain or None,
        addresses=frozenset(Address(*word.split("/")) for word in addresses.split()),
        in_container=in_container,
    )


def divide(*sightings: Sighting, decisions: Decisions = NO_DECISIONS) -> Partition:
    """The partition of these sightings by the realistic rules."""
    return partition(sightings, decisions, RULES)


def scopes(found: Partition) -> set[frozenset[str]]:
    """The scopes that each CI is seen by."""
    return {frozenset(key.scope for key in cluster.members) for cluster in found.clusters}


class Estate:
    """Sightings in memory, and what was last written about them: a store as the ingest keeps one."""

    def __init__(self, rules: Rules = RULES) -> None:
        self.rules = rules
        self.stored: dict[SightingKey, Sighting] = {}
        self.clusters: dict[SightingKey, Cluster] = {}
        self.aside: dict[Identifier, SetAside] = {}
        self.held: dict[SightingKey, tuple[Identifier, ...]] = {}
        self.superseded: set[SightingKey] = set()
        self.decisions = NO_DECISIONS
        self.read = 0
        self._by_identifier: dict[Identifier, set[SightingKey]] = {}

    def statuses(self, identifiers: Collection[Identifier]) -> Mapping[Identifier, SetAside]:
        return {one: self.aside[one] for one in identifiers if one in self.aside}

    def holders(self, identifiers: Collection[Identifier]) -> Iterable[Sighting]:
        keys = {key for one in identifiers for key in self._by_identifier.get(one, ())}
        return self.sightings(keys)

    def sightings(self, keys: Collection[SightingKey]) -> Iterable[Sighting]:
        found = [self.stored[key] for key in keys if key in self.stored]
        self.read += len(found)
        return found

    def take(self, *sightings: Sighting) -> Affected:
        """Applies sightings, new or changed, as one document does."""
        return self.apply([Change(self.stored.get(one.key), one) for one in sightings])

    def drop(self, *keys: SightingKey) -> Affected:
        """Applies the end of sightings."""
        return self.apply([Change(self.stored[key], None) for key in keys])

    def decide(self, decisions: Decisions) -> Affected:
        """Applies what people decided, in place of what they had."""
        former, self.decisions = self.decisions, decisions
        keys = former.keys_that_differ(decisions) & self.stored.keys()
        return self.apply([Change(self.stored[key], self.stored[key]) for key in keys], former)

    def purge(self, key: SightingKey) -> Affected:
        """Forgets a sighting; what it leaves goes to another one of its CI."""
        gone, former = self.stored[key], self.decisions
        cluster = self.clusters.get(key)
        heir = heir_of(gone, self.sightings(cluster.members)) if cluster else None
        changes = {key: Change(gone, None)}
        if heir is not None:
            self.decisions = handed_on(former, key, heir.key)
            changes[heir.key] = Change(self.stored[heir.key], heir)
        for other in former.keys_that_differ(self.decisions) & self.stored.keys() - changes.keys():
            changes[other] = Change(self.stored[other], self.stored[other])
        return self.apply(list(changes.values()), former)

    def apply(self, changes: Sequence[Change], former: Decisions | None = None) -> Affected:
        answer = affected(self, changes, self.decisions, self.rules, former)
        for before, after in changes:
            if before is not None:
                del self.stored[before.key]
                for one in linking_identifiers(before, self.rules):
                    self._by_identifier[one].discard(before.key)
            if after is not None:
                self.stored[after.key] = after
                for one in linking_identifiers(after, self.rules):
                    self._by_identifier.setdefault(one, set()).add(after.key)
        for key in answer.keys:
            self.clusters.pop(key, None)
            self.held.pop(key, None)
            self.superseded.discard(key)
        self.clusters.update(answer.partition.cluster_of())
        self.held.update(answer.partition.held)
        self.superseded |= answer.partition.superseded
        for one in answer.partition.examined:
            self.aside.pop(one, None)
        self.aside.update(answer.partition.set_aside)
        return answer

    def differences(self) -> list[str]:
        """How what was written step by step differs from partitioning everything; witnesses may differ."""
        whole = partition(self.stored.values(), self.decisions, self.rules)
        told = {
            "clusters": (self.clusters, whole.cluster_of()),
            "held": (self.held, dict(whole.held)),
            "superseded": (self.superseded, set(whole.superseded)),
            "set aside": (standing(self.aside), standing(whole.set_aside)),
        }
        return [f"{what}: {mine} is not {right}" for what, (mine, right) in told.items() if mine != right]


def standing(aside: Mapping[Identifier, SetAside]) -> dict[Identifier, tuple[object, ...]]:
    """How each identifier was set aside, as far as that is a function of the sightings alone.

    Witnesses may differ with the way that led here; so may, for a medium identifier that is both crowded and
    held by things that clash, which of the two it is set aside for.
    """
    return {one: (found.tier, found.is_cut, _strong_reason(found)) for one, found in aside.items()}


def _strong_reason(found: SetAside) -> tuple[object, ...]:
    return (found.reason, found.groups) if found.tier is Tier.STRONG else ()
