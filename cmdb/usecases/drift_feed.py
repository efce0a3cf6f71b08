"""What drift is judged from, as it stands in the graph: revisions, windows of changes, and what lives where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cmdb.analyse.drift import MAX_DEPTH, NoiseRule, Revision, Window
from cmdb.analyse.presence import Interval, Thing, presence_revisions
from cmdb.model.types.network_interface import NETWORK_INTERFACE
from cmdb.model.types.software_release import SOFTWARE_RELEASE
from cmdb.store.driver import Transaction
from cmdb.store.queries import drift as stored
from cmdb.store.queries.drift_presence import Turn

APPROVED = ("approved", "implementing", "completed")
"""The states of a change whose window authorises."""
MAX_WINDOWS = 5_000


def value_revisions(ended: Iterable[stored.Ended]) -> list[Revision]:
    """Values that ended, as revisions."""
    return [
        Revision(
            ci=one.ci, type=one.type, attribute=one.attribute, old=one.old, new=one.new,
            changed_after=one.changed_after, seen_at=one.seen_at, cause=one.cause, scope=one.sighting,
        )
        for one in ended
        # A claim that lost to another source's and became that has changed nothing that stands.
        if one.old != one.new
    ]  # fmt: skip


def turn_revisions(turns: Iterable[Turn]) -> list[Revision]:
    """Relationships that began and ended, as revisions."""
    return presence_revisions(
        Interval(
            verb=one.verb, start=_thing(dict(one.start)), end=_thing(dict(one.end)), began=one.began,
            changed_after=one.changed_after, seen_at=one.seen_at, cause=one.cause,
        )
        for one in turns
    )  # fmt: skip


def _thing(said: dict[str, object]) -> Thing:
    known = {name: said[name] for name in ("id", "type", "title")}
    package = said["type"] == SOFTWARE_RELEASE.label
    return Thing(
        **{name: str(value) for name, value in known.items()},
        since=_instant(said["valid_from"]),
        until=_instant(said["valid_to"]),
        named=" ".join(str(said[name] or "") for name in ("manager", "name", "architecture")).strip()
        if package
        else "",
        told=_told(said),
    )


def _told(said: dict[str, object]) -> str:
    """The version of a package; an interface with its machine; else nothing beside its title."""
    if said["type"] == SOFTWARE_RELEASE.label:
        return str(said["version"] or "")
    is_port = said["type"] == NETWORK_INTERFACE.label and said["machine"]
    return f"{said['title']} on {said['machine']}" if is_port else ""


def _instant(value: object) -> int | None:
    return value if isinstance(value, int) else None


@dataclass(frozen=True, slots=True)
class Grounds:
    """What revisions are judged by. `places` has each of their CIs and all that these live in, by id.

    `is_cut`: there are more windows than were read, which are the newest.
    """

    windows: tuple[Window, ...]
    places: dict[str, stored.Place]
    rules: tuple[NoiseRule, ...]
    is_cut: bool

    @property
    def within(self) -> dict[str, str]:
        """What each CI lives in."""
        return {one.id: one.within for one in self.places.values() if one.within is not None}


def grounds_of(tx: Transaction, revised: Iterable[Revision], until: int, rules: Iterable[NoiseRule]) -> Grounds:
    """By what to judge these revisions, of which none was seen after `until`."""
    revised = list(revised)
    earliest = min((one.changed_after for one in revised), default=until)
    planned = stored.planned(tx, APPROVED, earliest, until, MAX_WINDOWS + 1)
    windows = tuple(
        Window(change=one.change, cis=frozenset(one.cis), start_at=one.start_at, end_at=one.end_at)
        for one in planned[:MAX_WINDOWS]
    )
    return Grounds(windows, _places(tx, {one.ci for one in revised}), tuple(rules), len(planned) > MAX_WINDOWS)


def _places(tx: Transaction, ids: set[str]) -> dict[str, stored.Place]:
    """These CIs and all that they live in."""
    known: dict[str, stored.Place] = {}
    for _ in range(MAX_DEPTH):
        wanted = ids - known.keys()
        if not wanted:
            break
        known |= {one.id: one for one in stored.places(tx, wanted)}
        ids = {one.within for one in known.values() if one.within is not None}
    return known
