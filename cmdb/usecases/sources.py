"""The sources: who still reports, what each could not read, and what is held back and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from cmdb.errors import NotFound
from cmdb.model.sections import SECTIONS
from cmdb.store.driver import Graph
from cmdb.store.queries import sources as queries
from cmdb.store.queries.sources import Aside, ScopeHead, SeenCI, StoredProblem, StoredRefusal, StoredSighting
from cmdb.usecases.evidence import period_of
from cmdb.usecases.provenance import is_silent

__all__ = [
    "Aside", "HeldItem", "SectionState", "SeenCI", "Source", "SourceDetail", "StoredProblem", "StoredRefusal",
    "StoredSighting", "list_sightings", "list_sources", "release_holds", "show_source",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class SectionState:
    """How a section stood in the last document: read, partial or not_read. `read_at` None: it was never read."""

    name: str
    state: str
    read_at: int | None


@dataclass(frozen=True, slots=True)
class Source:
    """What one source reads: one scope. Instants are epoch ms.

    `last_seen_at`: when it last read, None before its first document. `clock_skew_ms`: how far its clock is ahead,
    where that is too far. `silent_since`: when it fell silent, None while it reports; `withdrawn_at`: when what it had
    said last was let go of. `held_count`: things it no longer lists that are kept, because too many vanished at once;
    `releases_holds`: its next document may end them.
    """

    key: str
    names: tuple[str, ...]
    """Titles of the machines it reads, the first three."""
    source_kind: str
    source_instance: str
    target: str
    """What it reads, as it calls it: a collector's configured name, an agent's own id."""
    source_version: str | None
    domain: str
    last_seen_at: int | None
    received_at: int | None
    period_ms: int
    is_stale: bool
    silent_since: int | None
    withdrawn_at: int | None
    clock_skew_ms: int | None
    sections: tuple[SectionState, ...]
    problems: tuple[StoredProblem, ...]
    refusals: tuple[StoredRefusal, ...]
    unchanged_count: int
    late_count: int
    held_count: int
    releases_holds: bool


@dataclass(frozen=True, slots=True)
class HeldItem:
    """A thing that the source no longer lists and that is kept."""

    key: str
    type: str


@dataclass(frozen=True, slots=True)
class SourceDetail:
    """A source with how many things it reports of each type, what of it is held, and the CIs it sees."""

    source: Source
    counts: dict[str, int]
    held: tuple[HeldItem, ...]
    cis: tuple[SeenCI, ...]


def list_sources(graph: Graph, now: int, limit: int, after: str = "") -> list[Source]:
    """Sources by key, after the one with this key."""
    return [_source(head, now) for head in queries.list_scopes(graph, limit, after)]


def show_source(graph: Graph, key: str, now: int) -> SourceDetail:
    """One source. Raises NotFound."""
    found = queries.find_scope(graph, key)
    if found is None:
        raise NotFound("source", key)
    items = found.content.items
    return SourceDetail(
        source=_source(found.head, now),
        counts=dict(sorted(Counter(item.type for item in items.values()).items())),
        held=tuple(HeldItem(name, item.type) for name, item in sorted(items.items()) if item.held),
        cis=found.cis,
    )


def release_holds(graph: Graph, key: str) -> None:
    """Let the source's next document end what is held: it really is gone. Raises NotFound."""
    if not queries.release(graph, key):
        raise NotFound("source", key)


def list_sightings(graph: Graph, limit: int, after: str = "", held: bool | None = None) -> list[StoredSighting]:
    """Sightings by key, after the one with this key. `held` None: all; True: those that await someone's decision."""
    return queries.list_sightings(graph, limit, after, held)


def _source(head: ScopeHead, now: int) -> Source:
    period = period_of(head.source_kind, head.interval_ms)
    return Source(
        key=head.key,
        names=head.names,
        source_kind=head.source_kind,
        source_instance=head.source_instance,
        target=head.key.split("|", 4)[4],
        source_version=head.source_version,
        domain=head.domain,
        last_seen_at=head.effective_at,
        received_at=head.received_at,
        period_ms=period,
        is_stale=is_silent(head.effective_at if head.effective_at is not None else head.created_at or 0, period, now),
        silent_since=head.silent_since,
        withdrawn_at=head.withdrawn_at,
        clock_skew_ms=head.clock_skew_ms,
        sections=tuple(
            SectionState(
                section.name,
                head.sections.get(section.name, "not_read"),
                _read_at(head, section.name),
            )
            for section in SECTIONS
            if not section.optional or section.name in head.sections or section.name in head.read_at
        ),
        problems=head.problems,
        refusals=head.refusals,
        unchanged_count=head.unchanged_count,
        late_count=head.late_count,
        held_count=head.held_count,
        releases_holds=head.releases_holds,
    )


def _read_at(head: ScopeHead, section: str) -> int | None:
    """A document that says nothing new reads the same sections as the one before, and moves `effective_at` alone."""
    if head.sections.get(section, "not_read") != "not_read":
        return head.effective_at
    return head.read_at.get(section)
