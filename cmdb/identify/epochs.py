"""Which thing stands under a key now: today's 10.0.0.5:22 is tomorrow another host, and agents are copied."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import IntEnum

from cmdb.identify.compare import Values, contradiction
from cmdb.identify.outcome import seniority
from cmdb.identify.rules import Origin, Rules, Tier
from cmdb.identify.sighting import Identifier, Sighting, SightingKey
from cmdb.identify.tiers import corroboration

_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reading:
    """What one document says about the thing under a key.

    `booted_at` and `boot_id` are None where the source cannot tell.
    """

    identifiers: frozenset[Identifier]
    complete_kinds: frozenset[str] = frozenset()
    in_container: bool = False
    booted_at: int | None = None
    boot_id: str | None = None


@dataclass(frozen=True, slots=True)
class Epoch:
    """One of the things that stood under a key: its sighting's claims so far, and its replaced cards.

    `former_macs` were replaced by others; `is_swap_refuted` says that one of them came back, so that no
    change of cards is believed under this epoch any more.
    """

    number: int
    last: Reading
    former_macs: frozenset[Identifier] = frozenset()
    is_swap_refuted: bool = False


@dataclass(frozen=True, slots=True)
class EpochChoice:
    """Which epoch a reading belongs to; `number` is None where it is held, since nothing tells.

    `former_macs` and `is_swap_refuted` are to be kept with the epoch.
    """

    number: int | None
    is_new: bool = False
    former_macs: frozenset[Identifier] = frozenset()
    is_swap_refuted: bool = False


class _Relation(IntEnum):
    """How a reading stands to an epoch, the likeliest first."""

    SAME = 0
    RETURN = 1
    SWAP = 2
    UNKNOWN = 3
    OTHER = 4


def choose_epoch(epochs: Sequence[Epoch], reading: Reading, rules: Rules, first_free: int = 0) -> EpochChoice:
    """The epoch of one key that a reading belongs to, or a new one.

    `first_free`: epochs below it were purged, and their numbers are not given to other things.

    It joins the epoch with which it shares hardware and does not contradict. Where the hardware says
    nothing it joins the only epoch there is. Network cards may be replaced: with another hardware
    identifier in common, or, in a machine known by MAC alone, with the same agent id and the same image
    after a later boot. Should a replaced card come back, there were two machines all along: the epoch
    returns to the old card, and the new one is from then on another thing.
    """
    if not epochs:
        return EpochChoice(first_free, is_new=True)
    relation, _, number, epoch = min(
        (_relate(one, reading, rules), -len(one.last.identifiers & reading.identifiers), one.number, one)
        for one in epochs
    )
    if relation is _Relation.RETURN:
        return EpochChoice(number, is_swap_refuted=True)
    if relation is _Relation.SWAP:
        hardware = _hardware(epoch.last, rules)
        replaced = hardware.soft if hardware.is_soft else hardware.cards
        return EpochChoice(number, former_macs=epoch.former_macs | replaced)
    if relation is _Relation.OTHER:
        return EpochChoice(max(first_free, *(one.number + 1 for one in epochs)), is_new=True)
    if relation is _Relation.UNKNOWN and len(epochs) > 1:
        return EpochChoice(None)
    return EpochChoice(number, False, epoch.former_macs, epoch.is_swap_refuted)


def find_renewals(epochs: Collection[Sighting]) -> frozenset[SightingKey]:
    """Of the epochs of one agent's key, those that have to enrol again: an older one lives on beside them."""
    ordered = sorted(epochs, key=seniority)
    return frozenset(
        junior.key
        for number, junior in enumerate(ordered)
        if any(elder.last_seen_at > junior.first_effective_at for elder in ordered[:number])
    )


def replaces(successor: Sighting, predecessor: Sighting) -> bool:
    """Whether an epoch took the place of an earlier one of its key: same name and address, and never both."""
    return (
        successor.key[:2] == predecessor.key[:2]
        and successor.first_effective_at > predecessor.last_seen_at
        and bool(corroboration(successor, predecessor))
    )


@dataclass(frozen=True, slots=True)
class _Hardware:
    """What a reading says of the hardware: network cards apart, they can be replaced.

    `soft` are MACs that software makes up. They come and go with roles, and count only where no other
    hardware is known.
    """

    fixed: Values
    cards: frozenset[Identifier]
    soft: frozenset[Identifier]

    @property
    def is_soft(self) -> bool:
        return not self.fixed and not self.cards


def _relate(epoch: Epoch, reading: Reading, rules: Rules) -> _Relation:
    old, new = _hardware(epoch.last, rules), _hardware(reading, rules)
    if contradiction(old.fixed, _NOTHING, new.fixed, _NOTHING, rules):
        return _Relation.OTHER
    if not old.cards.isdisjoint(new.cards):
        return _Relation.SAME
    shares = any(not old.fixed[kind].isdisjoint(new.fixed[kind]) for kind in old.fixed.keys() & new.fixed.keys())
    cards, new_cards = old.cards, new.cards
    if old.is_soft or new.is_soft:
        if not old.soft.isdisjoint(new.soft):
            return _Relation.SAME
        if old.is_soft and new.is_soft:
            cards, new_cards = old.soft, new.soft
    kinds = {one.kind for one in cards | new_cards}
    complete = epoch.last.complete_kinds & reading.complete_kinds
    if not cards or not new_cards or not kinds <= complete:
        return _Relation.SAME if shares else _Relation.UNKNOWN
    if not epoch.former_macs.isdisjoint(new_cards):
        return _Relation.RETURN
    by_mac_alone = not old.fixed and not new.fixed
    believable = shares or (by_mac_alone and _is_later_boot_of_one_agent(epoch.last, reading, rules))
    return _Relation.SWAP if believable and not epoch.is_swap_refuted else _Relation.OTHER


def _hardware(reading: Reading, rules: Rules) -> _Hardware:
    fixed: dict[str, set[str]] = {}
    cards: set[Identifier] = set()
    soft: set[Identifier] = set()
    for one in _valid(reading, rules):
        rule = rules.kinds[one.kind]
        if rule.origin is Origin.HARDWARE:
            if rule.tier is not Tier.STRONG:
                soft.add(one)
            elif rule.needs_complete:
                cards.add(one)
            else:
                fixed.setdefault(one.kind, set()).add(one.value)
    return _Hardware({kind: frozenset(found) for kind, found in fixed.items()}, frozenset(cards), frozenset(soft))


def _valid(reading: Reading, rules: Rules) -> frozenset[Identifier]:
    void = {kind for kind, rule in rules.kinds.items() if reading.in_container and rule.void_in_container}
    return frozenset(one for one in reading.identifiers if one.kind in rules.kinds and one.kind not in void)


def _is_later_boot_of_one_agent(old: Reading, new: Reading, rules: Rules) -> bool:
    common = [rules.kinds[one.kind] for one in _valid(old, rules) & _valid(new, rules)]
    one_agent = any(rule.yields_to_hardware for rule in common)
    one_image = any(rule.tier is Tier.MEDIUM and rule.origin is Origin.IMAGE for rule in common)
    if old.booted_at is None or new.booted_at is None:
        return False
    one_boot = old.boot_id is not None and old.boot_id == new.boot_id
    return one_agent and one_image and not one_boot and new.booted_at > old.booted_at
