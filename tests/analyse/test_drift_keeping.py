"""What a judgement changes among the findings that are kept."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cmdb.analyse.drift import Window, find_drift
from cmdb.analyse.drift_keeping import Kept, Plan, plan
from cmdb.analyse.revision import Revision

HOUR = 3_600_000
MIDNIGHT = 1_764_028_800_000


def revision(ci: str = "db-1", after: int = 0, seen: int = 1, old: Any = "a", new: Any = "b") -> Revision:
    """`after` and `seen` in hours after midnight."""
    return Revision(
        ci=ci, type="Server", attribute="dns_servers", old=old, new=new, changed_after=MIDNIGHT + after * HOUR,
        seen_at=MIDNIGHT + seen * HOUR, cause="world", scope="agent",
    )  # fmt: skip


def kept(
    one: Revision, finding: str = "DRF-1", *, is_unsettled: bool = True, is_rejected: bool = False, key: str = "k"
) -> Kept:
    return Kept(finding=finding, key=key, revision=one, is_unsettled=is_unsettled, is_rejected=is_rejected)


def planned(revisions: list[Revision], *keeps: Kept, windows: tuple[Window, ...] = ()) -> Plan:
    given_ = [*revisions, *(replace(one.revision, scope=one.finding) for one in keeps if one.is_unsettled)]
    return plan(find_drift(given_, windows, {}), keeps)


def test_what_nobody_keeps_is_opened_and_what_somebody_keeps_is_not() -> None:
    opened = planned([revision()]).opened
    assert [one.revisions for one in opened] == [(revision(),)]
    for is_unsettled in (True, False):
        again = planned([revision()], kept(revision(), is_unsettled=is_unsettled))
        assert (again.opened, again.grown, again.settled) == ([], {}, [])


def test_one_more_host_makes_the_finding_grow_while_it_is_unsettled_and_opens_another_later() -> None:
    both = [revision(), revision("db-2")]
    assert planned(both, kept(revision())).grown == {"DRF-1": [revision("db-2")]}
    later = planned(both, kept(revision(), is_unsettled=False))
    assert later.grown == {}
    assert [one.cis for one in later.opened] == [("db-2",)]


def test_the_same_edit_at_another_time_is_another_finding() -> None:
    later = revision("db-2", after=30, seen=31)
    found = planned([later], kept(revision()))
    assert found.grown == {}
    assert [one.revisions for one in found.opened] == [(later,)]


def test_a_window_that_is_approved_later_settles_it_by_its_change() -> None:
    window = Window(change="CHG-7", cis=frozenset({"db-1"}), start_at=MIDNIGHT, end_at=MIDNIGHT + HOUR)
    found = planned([], kept(revision()), windows=(window,))
    assert [(one.kept.finding, one.how, one.change) for one in found.settled] == [("DRF-1", "authorised", "CHG-7")]


def test_what_puts_back_what_was_rejected_settles_it_and_is_nothing_new() -> None:
    back = revision(after=1, seen=2, old="b", new="a")
    found = planned([back], kept(revision(), is_rejected=True))
    assert [(one.how, one.kept.finding) for one in found.settled] == [("reverted", "DRF-1")]
    assert found.opened == []
    again = planned([back], kept(revision(), is_rejected=True, is_unsettled=False))
    assert (again.opened, again.settled) == ([], [])


def test_what_puts_back_what_nobody_has_decided_about_is_an_edit_of_its_own() -> None:
    back = revision(after=1, seen=2, old="b", new="a")
    found = planned([back], kept(revision()))
    assert [one.revisions for one in found.opened] == [(back,)]
    assert found.settled == []


def test_another_source_narrows_the_time_in_which_it_happened() -> None:
    sooner = replace(revision(after=0, seen=1), changed_after=MIDNIGHT + HOUR // 2, scope="ssh")
    found = planned([sooner], kept(revision()))
    assert [(one.finding, now.changed_after) for one, now in found.narrowed] == [("DRF-1", sooner.changed_after)]
    assert (found.opened, found.grown) == ([], {})


REVISIONS = st.builds(
    revision,
    ci=st.sampled_from(["db-1", "db-2", "db-3"]),
    after=st.integers(0, 6),
    seen=st.integers(7, 12),
    old=st.just("a"),
    new=st.sampled_from(["b", "c"]),
)


@given(st.lists(REVISIONS, max_size=6))
def test_whatever_was_opened_once_is_kept_from_then_on(given_revisions: list[Revision]) -> None:
    first = planned(given_revisions)
    keeps = [
        kept(one, f"DRF-{number}", key=f"k{place}")
        for number, finding in enumerate(first.opened)
        for place, one in enumerate(finding.revisions)
    ]
    second = planned(given_revisions, *keeps)
    assert second.opened == []
    assert second.grown == {}
    assert second.settled == []
