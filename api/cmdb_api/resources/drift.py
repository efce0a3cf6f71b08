"""Drift: what changed without permission, what an approved change explains, and what is noise."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from pydantic import Field

from cmdb.analyse.drift import Finding, Revision, Verdict
from cmdb.usecases.drift import DAY_MS, DriftFound, drift_between
from cmdb_api.auth import Reader, TheCore
from cmdb_api.instants import GivenInstant, Instant
from cmdb_api.resource import Answer, resource
from cmdb_api.resources.cis import Value
from cmdb_api.resources.sources import SeenCIAnswer

router = resource("drift")
DEFAULT_DAYS = 7
MAX_FINDINGS = 500
MAX_REVISIONS = 50


class DriftedAnswer(Answer):
    """One value that became another, at some time after `changed_after` and not after `seen_at`."""

    ci: SeenCIAnswer
    place: SeenCIAnswer | None = Field(description="What the CI runs on or is part of.")
    old: Value | None
    new: Value | None = Field(description="null: it has none any more.")
    changed_after: Instant = Field(description="The last reading that had the old value.")
    seen_at: Instant


class FindingAnswer(Answer):
    """One event: the same kind of change on one or many CIs."""

    verdict: Verdict
    ci_type: str = Field(examples=["Server"])
    attribute: str = Field(examples=["kernel_version"])
    change: str | None = Field(examples=["CHG-000012"], description="The change that authorises it.")
    reason: str
    first_seen_at: Instant
    ci_count: int
    revisions: list[DriftedAnswer] = Field(description=f"The first {MAX_REVISIONS}, by CI.")
    revision_count: int


class DriftAnswer(Answer):
    """What drifted in a time: unauthorised first, then by when it was first seen."""

    since: Instant
    until: Instant
    findings: list[FindingAnswer] = Field(description=f"The first {MAX_FINDINGS}.")
    counts: dict[Verdict, int] = Field(description="How many findings there are of each verdict.")
    left_out: dict[str, int] = Field(
        examples=[{"observer": 12}], description="Values that changed without the world changing, by cause."
    )
    is_cut: bool = Field(description="More changed than was read: ask for a shorter time.")


@router.get("/drift", response_model=DriftAnswer)
def list_drift(
    core: TheCore,
    _: Reader,
    since: Annotated[GivenInstant | None, Query(description="Seen after this; without it, a week before.")] = None,
    until: Annotated[GivenInstant | None, Query(description="Seen up to this; without it, now.")] = None,
    verdict: Annotated[Verdict | None, Query(description="Only findings of this verdict.")] = None,
) -> object:
    """Which values of discovered CIs changed without an approved change that can explain it.

    A change explains what may have happened within its window, on its CIs and on what runs on them.
    """
    end = core.now() if until is None else until
    found = drift_between(core.graph, end - DEFAULT_DAYS * DAY_MS if since is None else since, end, core.now())
    verdicts: tuple[Verdict, ...] = ("unauthorised", "authorised", "noise")
    wanted = found.drift.findings if verdict is None else found.drift.judged(verdict)
    return {
        "since": found.since, "until": found.until, "left_out": found.drift.left_out, "is_cut": found.is_cut,
        "findings": [_finding(one, found) for one in wanted[:MAX_FINDINGS]],
        "counts": {one: len(found.drift.judged(one)) for one in verdicts},
    }  # fmt: skip


def _finding(one: Finding, found: DriftFound) -> dict[str, object]:
    return {
        "verdict": one.verdict, "ci_type": one.type, "attribute": one.attribute, "change": one.change,
        "reason": one.reason, "first_seen_at": min(revision.seen_at for revision in one.revisions),
        "ci_count": len(one.cis), "revision_count": len(one.revisions),
        "revisions": [_revision(revision, found) for revision in one.revisions[:MAX_REVISIONS]],
    }  # fmt: skip


def _revision(one: Revision, found: DriftFound) -> dict[str, object]:
    ci = found.cis[one.ci]
    return {
        "ci": ci, "place": found.cis.get(ci.within or ""), "old": one.old, "new": one.new,
        "changed_after": one.changed_after, "seen_at": one.seen_at,
    }  # fmt: skip
