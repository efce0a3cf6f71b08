"""What drifted, whom nothing authorises, and what is noise."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmdb.analyse.drift import PRESENCE, Drift, NoiseRule, Revision, Window, find_drift

HOUR = 3_600_000
DAY = 24 * HOUR
MIDNIGHT = 1_764_028_800_000
"""A midnight, UTC."""


def revision(ci: str = "db-1", after: int = MIDNIGHT, seen: int = MIDNIGHT + HOUR, **said: Any) -> Revision:
    values: dict[str, Any] = {"type": "Server", "attribute": "dns_servers", "old": ["10.0.0.1"], "new": ["10.0.0.2"]}
    values |= {"cause": "world", "scope": "agent"}
    return Revision(ci=ci, changed_after=after, seen_at=seen, **(values | said))


def window(start: int, end: int, *cis: str, change: str = "CHG-000001") -> Window:
    return Window(change=change, cis=frozenset(cis or ("db-1",)), start_at=start, end_at=end)


def drift(*revisions: Revision, windows: tuple[Window, ...] = (), within: dict[str, str] | None = None) -> Drift:
    return find_drift(revisions, windows, within or {})


def verdicts(found: Drift) -> list[str]:
    return [one.verdict for one in found.findings]


def test_a_change_at_22_00_that_is_seen_at_06_00_is_authorised() -> None:
    read = revision(after=MIDNIGHT - 18 * HOUR, seen=MIDNIGHT + 6 * HOUR)
    found = drift(read, windows=(window(MIDNIGHT - 2 * HOUR, MIDNIGHT - HOUR),))
    assert verdicts(found) == ["authorised"]
    assert found.findings[0].change == "CHG-000001"


@pytest.mark.parametrize(
    ("start", "end", "verdict"),
    [
        (-2 * HOUR, -1, "unauthorised"),
        (-2 * HOUR, 0, "unauthorised"),
        (-2 * HOUR, 1, "authorised"),
        (HOUR, 2 * HOUR, "authorised"),
        (HOUR + 1, 2 * HOUR, "unauthorised"),
    ],
)
def test_it_happened_after_one_reading_and_not_after_the_next(start: int, end: int, verdict: str) -> None:
    assert verdicts(drift(revision(), windows=(window(MIDNIGHT + start, MIDNIGHT + end),))) == [verdict]


def test_a_change_of_another_machine_authorises_nothing_and_one_at_another_time_is_named() -> None:
    other = drift(revision(), windows=(window(MIDNIGHT, MIDNIGHT + HOUR, "db-2"),))
    assert other.findings[0].reason == "no approved change is about it or what it runs on"
    earlier = drift(revision(), windows=(window(MIDNIGHT - DAY, MIDNIGHT - HOUR),))
    assert earlier.findings[0].reason == "it cannot have happened within the window of CHG-000001"
    assert verdicts(other) == verdicts(earlier) == ["unauthorised"]


def test_a_change_of_what_a_thing_runs_on_covers_it_and_not_the_other_way_round() -> None:
    within = {"postgres": "db-1", "db-1": "hypervisor-1"}
    open_all_hour = (window(MIDNIGHT, MIDNIGHT + HOUR, "db-1"),)
    assert verdicts(drift(revision("postgres"), windows=open_all_hour, within=within)) == ["authorised"]
    assert verdicts(drift(revision("hypervisor-1"), windows=open_all_hour, within=within)) == ["unauthorised"]


def test_a_ring_of_places_ends() -> None:
    assert verdicts(drift(revision("a"), within={"a": "b", "b": "a"})) == ["unauthorised"]


def test_of_two_windows_the_one_of_the_nearest_thing_counts_then_the_one_that_covers_more() -> None:
    on_machine = window(MIDNIGHT, MIDNIGHT + HOUR, "db-1", change="CHG-1")
    short, long = (
        window(MIDNIGHT, MIDNIGHT + minutes * 60_000, "postgres", change=f"CHG-{minutes}") for minutes in (5, 50)
    )
    found = drift(revision("postgres"), windows=(on_machine, short, long), within={"postgres": "db-1"})
    assert found.findings[0].change == "CHG-50"


@pytest.mark.parametrize("cause", ["observer", "identity", "reconcile", "person"])
def test_only_the_world_drifts(cause: str) -> None:
    found = drift(revision(cause=cause), revision("db-2", cause=cause))
    assert found.findings == ()
    assert found.left_out == {cause: 2}


def test_a_wording_that_a_new_agent_brings_to_three_things_is_no_edit_where_it_is_read_later() -> None:
    brought = [revision(f"web-{n}", old="nginx", new="NGINX", cause="observer") for n in range(3)]
    later = revision("web-9", MIDNIGHT + DAY, MIDNIGHT + 2 * DAY, old="nginx", new="NGINX")
    other = replace(later, new="apache")
    found = drift(*brought, later, other)
    assert [(one.verdict, one.revisions[0].new) for one in found.findings] == [
        ("unauthorised", "apache"), ("noise", "NGINX"),
    ]  # fmt: skip
    assert verdicts(drift(*brought[:2], later)) == ["unauthorised"]


def test_one_kind_on_many_hosts_in_one_window_is_one_event() -> None:
    night = window(MIDNIGHT, MIDNIGHT + 2 * HOUR, *(f"web-{number}" for number in range(40)))
    patched = [
        revision(f"web-{number}", MIDNIGHT + number, MIDNIGHT + HOUR + number, attribute="openssl", old=str(number % 3))
        for number in range(40)
    ]
    found = drift(*patched, windows=(night,))
    assert verdicts(found) == ["authorised"]
    assert len(found.findings[0].cis) == 40


def test_one_edit_on_many_hosts_at_one_time_is_one_event_and_a_week_later_another() -> None:
    first = [revision(f"web-{number}", MIDNIGHT + number, MIDNIGHT + HOUR + number) for number in range(20)]
    later = revision("web-99", MIDNIGHT + 7 * DAY, MIDNIGHT + 7 * DAY + HOUR)
    otherwise = revision("web-98", new=["192.0.2.66"])
    assert [len(one.cis) for one in drift(*first, later, otherwise).findings] == [20, 1, 1]


def test_what_two_sources_saw_happened_once_in_the_interval_that_both_allow() -> None:
    daily = revision(after=MIDNIGHT - 12 * HOUR, seen=MIDNIGHT + 12 * HOUR, scope="ssh")
    often = revision(after=MIDNIGHT, seen=MIDNIGHT + HOUR, scope="agent")
    night = window(MIDNIGHT - 5 * HOUR, MIDNIGHT - 2 * HOUR)
    (finding,) = drift(daily, often, windows=(night,)).findings
    assert (finding.verdict, len(finding.revisions)) == ("unauthorised", 1)
    assert (finding.revisions[0].changed_after, finding.revisions[0].seen_at) == (MIDNIGHT, MIDNIGHT + HOUR)


def moves(count: int, apart: int, ci: str = "db-1") -> list[Revision]:
    return [
        revision(ci, MIDNIGHT + n * apart, MIDNIGHT + n * apart + HOUR, attribute="address", old=str(n), new=str(n + 1))
        for n in range(count)
    ]


def test_what_changes_four_times_within_a_week_is_noise_and_shown_as_such() -> None:
    found = drift(*moves(5, DAY), *moves(4, DAY, "db-2"))
    assert verdicts(found) == ["noise"]
    assert found.findings[0].cis == ("db-1", "db-2")
    assert "by itself" in found.findings[0].reason


def test_three_times_within_a_week_or_four_within_a_month_is_no_noise() -> None:
    assert set(verdicts(drift(*moves(3, DAY)))) == {"unauthorised"}
    assert set(verdicts(drift(*moves(4, 7 * DAY)))) == {"unauthorised"}


def test_noise_of_one_thing_hides_no_edit_of_another() -> None:
    assert verdicts(drift(*moves(5, DAY), revision("db-2", attribute="address"))) == ["unauthorised", "noise"]


def test_what_was_approved_teaches_no_noise() -> None:
    weekdays = tuple(window(MIDNIGHT + n * DAY, MIDNIGHT + n * DAY + HOUR) for n in range(3))
    assert verdicts(drift(*moves(4, DAY), windows=weekdays)) == ["unauthorised", "authorised"]


def test_noise_is_learned_from_before_the_time_that_is_asked_about() -> None:
    since = MIDNIGHT + 4 * DAY
    found = find_drift(moves(5, DAY), (), {}, wanted=lambda one: one.seen_at > since)
    assert [(one.verdict, len(one.revisions)) for one in found.findings] == [("noise", 1)]


def came(after: int, title: str | None, before: str | None) -> Revision:
    return revision("nginx", after, after + HOUR, type="ServiceInstance", attribute=PRESENCE, old=before, new=title)


def test_a_service_that_failed_and_came_back_is_noise_and_one_that_stays_away_is_not() -> None:
    assert verdicts(drift(came(MIDNIGHT, None, "nginx"), came(MIDNIGHT + DAY, "nginx", None))) == ["noise"]
    assert verdicts(drift(came(MIDNIGHT, None, "nginx"))) == ["unauthorised"]
    late = drift(came(MIDNIGHT, None, "nginx"), came(MIDNIGHT + 5 * DAY, "nginx", None))
    assert verdicts(late) == ["unauthorised", "unauthorised"]
    assert verdicts(drift(came(MIDNIGHT, "nginx", None), came(MIDNIGHT + DAY, None, "nginx"))) == ["unauthorised"] * 2


def test_a_port_that_goes_down_is_no_edit() -> None:
    down = revision("Gi0/1", type="NetworkInterface", attribute="oper_status", old="up", new="down")
    shut = replace(down, attribute="admin_status")
    assert verdicts(drift(down, shut)) == ["unauthorised", "noise"]
    assert drift(down, shut).findings[0].attribute == "admin_status"


INSTANTS = st.integers(0, 12)
VALUES = st.sampled_from([None, ["x"], "y"])


@st.composite
def revisions_of_three(draw: st.DrawFn) -> Revision:
    after = draw(INSTANTS)
    return revision(
        draw(st.sampled_from("abc")),
        MIDNIGHT + after * DAY,
        MIDNIGHT + (after + draw(st.integers(1, 3))) * DAY,
        attribute=draw(st.sampled_from(["dns_servers", PRESENCE])),
        old=draw(VALUES),
        new=draw(VALUES),
        cause=draw(st.sampled_from(["world", "world", "observer"])),
        scope=draw(st.sampled_from(["agent", "ssh"])),
    )


@st.composite
def windows_of_three(draw: st.DrawFn) -> Window:
    start, ci = draw(INSTANTS), draw(st.sampled_from("abz"))
    change = f"CHG-{draw(st.integers(1, 3))}"
    return window(MIDNIGHT + start * DAY, MIDNIGHT + (start + draw(st.integers(1, 2))) * DAY, ci, change=change)


REVISIONS = st.lists(revisions_of_three(), max_size=14)
WINDOWS = st.lists(windows_of_three(), max_size=4)


@given(REVISIONS, WINDOWS, st.data())
def test_the_findings_do_not_depend_on_any_order(
    revisions: list[Revision], windows: list[Window], data: st.DataObject
) -> None:
    within = {"c": "z"}
    shuffled = find_drift(data.draw(st.permutations(revisions)), data.draw(st.permutations(windows)), within)
    assert shuffled == find_drift(revisions, windows, within)


@given(REVISIONS, WINDOWS)
def test_every_revision_is_judged_or_counted_and_only_windows_authorise(
    revisions: list[Revision], windows: list[Window]
) -> None:
    within = {"c": "z"}
    found = find_drift(revisions, windows, within)
    world = {(one.ci, one.attribute, repr(one.old), repr(one.new)) for one in revisions if one.cause == "world"}
    judged = [(verdict.verdict, one) for verdict in found.findings for one in verdict.revisions]
    assert {(one.ci, one.attribute, repr(one.old), repr(one.new)) for _, one in judged} == world
    assert sum(found.left_out.values()) == sum(one.cause != "world" for one in revisions)
    for verdict, one in judged:
        covered = any(
            w.cis & {one.ci, within.get(one.ci, one.ci)} and w.start_at <= one.seen_at and w.end_at > one.changed_after
            for w in windows
        )
        assert (verdict == "authorised") == covered


def rule(ci: str | None = None, *, is_noise: bool = True, id: str = "NSE-1") -> NoiseRule:
    return NoiseRule(id=id, type="Server", attribute="dns_servers", ci=ci, is_noise=is_noise, reason="as agreed")


def ruled(one: Revision, *rules: NoiseRule, within: dict[str, str] | None = None) -> list[tuple[str, str]]:
    found = find_drift([one], (), within or {}, rules)
    return [(finding.verdict, finding.reason) for finding in found.findings]


def test_what_a_person_says_is_noise_is_noise_for_all_or_for_one_thing_and_what_it_holds() -> None:
    assert ruled(revision(), rule()) == [("noise", "NSE-1 says so: as agreed")]
    assert ruled(revision(), rule("db-1"))[0][0] == "noise"
    assert ruled(revision(), rule("db-2"))[0][0] == "unauthorised"
    assert ruled(revision(), rule("rack-1"), within={"db-1": "rack-1"})[0][0] == "noise"
    assert ruled(revision(attribute="os_name"), rule())[0][0] == "unauthorised"


def test_of_two_rules_that_of_the_nearer_thing_counts_then_the_first() -> None:
    never = rule("db-1", is_noise=False, id="NSE-2")
    assert ruled(revision(), rule(), never)[0][0] == "unauthorised"
    assert ruled(revision(), never, rule("db-1"))[0][0] == "unauthorised"
    assert ruled(revision(), rule("db-1"), never)[0][0] == "noise"


def test_what_is_never_noise_is_judged_though_it_flaps() -> None:
    flapping = moves(5, DAY)
    assert verdicts(find_drift(flapping, (), {})) == ["noise"]
    never = NoiseRule(
        id="NSE-1", type=flapping[0].type, attribute=flapping[0].attribute, ci=None, is_noise=False, reason="no"
    )
    assert set(verdicts(find_drift(flapping, (), {}, [never]))) == {"unauthorised"}


def test_two_services_that_went_are_two_events_and_one_service_on_two_machines_is_one() -> None:
    def gone(ci: str, title: str) -> Revision:
        return revision(ci, type="ServiceInstance", attribute=PRESENCE, old=title, new=None)

    found = drift(gone("a", "nginx"), gone("b", "nginx"), gone("c", "postgresql"))
    assert sorted(one.cis for one in found.findings) == [("a", "b"), ("c",)]


def test_a_service_that_a_new_agent_finds_back_had_failed() -> None:
    gone = revision("a", type="ServiceInstance", attribute=PRESENCE, old="nginx", new=None)
    back = replace(gone, old=None, new="nginx", changed_after=gone.seen_at, seen_at=gone.seen_at + DAY)
    assert verdicts(drift(gone, replace(back, cause="observer"))) == ["noise"]
    assert verdicts(drift(gone, replace(back, cause="observer", seen_at=gone.seen_at + 4 * DAY))) == ["unauthorised"]
