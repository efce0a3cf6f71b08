import asyncio
import time
from contextlib import asynccontextmanager

import pytest
from cmdb_collectors.credentials import Community
from cmdb_collectors.snmp.session import Limits, open_session
from cmdb_collectors.snmp.values import dotted

from tests.support.snmp_responder import END_OF_MIB_VIEW, GETBULK, GETNEXT, TOO_BIG, Raw, Responder

TABLE = (1, 3, 6, 1, 2, 1, 2, 2)
SYS_NAME = (1, 3, 6, 1, 2, 1, 1, 5, 0)
CELLS = {(*TABLE, 1, column, row): column * 1000 + row for column in (1, 2, 3) for row in range(1, 301)}
BEYOND = {(1, 3, 6, 1, 2, 1, 31, 1): b"another table"}
ROWS = {SYS_NAME: b"a device"} | CELLS | BEYOND
QUICK = Limits(timeout_seconds=0.15, retries=1, budget_seconds=20)


@asynccontextmanager
async def session_with(device, limits=QUICK, version="2c", address="127.0.0.1", community="public"):
    credentials = Community(community=community, version=version)
    async with open_session(address, device.port, credentials, limits) as session:
        yield session


def walk_of(behaviour, limits=QUICK, rows=ROWS, root=TABLE, **options):
    """The walk of a device's table, and the device."""

    async def walk(device):
        async with session_with(device, limits, **options) as session:
            return await session.walk(root)

    with Responder(rows, behaviour) as device:
        return asyncio.run(walk(device)), device


def honest(question):
    yield question.honest()


def test_a_walk_reads_what_is_below_its_root_and_nothing_else():
    walk, device = walk_of(honest)
    assert walk == (CELLS, "read", None)
    assert list(walk.rows) == sorted(CELLS)
    assert [question.kind for question in device.questions[:3]] == [GETNEXT, GETBULK, GETBULK]


def test_the_last_table_of_a_device_ends_with_the_device():
    rows = {name: value for name, value in ROWS.items() if name not in BEYOND}
    assert walk_of(honest, rows=rows)[0] == (CELLS, "read", None)


def test_an_empty_table_is_read_and_not_missing():
    assert walk_of(honest, root=(1, 3, 6, 1, 2, 1, 3))[0] == ({}, "read", None)


def test_a_root_that_is_itself_a_variable_is_not_below_itself():
    assert walk_of(honest, root=SYS_NAME)[0] == ({}, "read", None)


def test_version_1_walks_one_by_one_until_no_such_name():
    rows = {(*TABLE, 1, 1, row): row for row in range(1, 30)}
    walk, device = walk_of(honest, rows=rows, version="1")
    assert walk == (rows, "read", None)
    assert {(question.kind, question.version) for question in device.questions} == {(GETNEXT, 0)}


def test_a_device_on_an_ipv6_address_is_walked():
    async def walk(device):
        async with session_with(device, address="::1") as session:
            return await session.walk(TABLE), session.local_address

    with Responder(ROWS, address="::1") as device:
        assert asyncio.run(walk(device)) == ((CELLS, "read", None), "::1")


def test_a_device_that_repeats_itself_is_left_with_what_it_said_first():
    def looping(question):
        yield question.answer([((*TABLE, 1, 1, row), row) for row in (1, 2, 3, 1, 2, 3)])

    walk, device = walk_of(looping)
    assert walk.state == "partial"
    assert list(walk.rows.values()) == [1, 2, 3]
    assert "in circles" in (walk.problem or "")
    assert dotted((*TABLE, 1, 1, 3)) in (walk.problem or "")
    assert len(device.questions) == 1


def test_a_device_that_answers_the_same_for_ever_is_asked_twice():
    def stuck(question):
        yield question.answer([((*TABLE, 1, 1, 7), 7)])

    walk, device = walk_of(stuck)
    assert (walk.state, list(walk.rows.values()), len(device.questions)) == ("partial", [7], 2)


def test_a_device_that_goes_backwards_between_answers_is_left():
    def backwards(question):
        row = 100 - question.count
        yield question.answer([((*TABLE, 1, 1, row), row), ((*TABLE, 1, 2, row), row)])

    walk, _ = walk_of(backwards)
    assert (walk.state, len(walk.rows)) == ("partial", 2)
    assert "in circles" in (walk.problem or "")


@pytest.mark.parametrize("bearable", [1, 2, 7])
def test_too_big_an_answer_is_asked_for_in_smaller_pieces_and_that_is_remembered(bearable):
    def delicate(question):
        if question.kind == GETBULK and question.repetitions > bearable:
            yield question.answer([], status=TOO_BIG)
        else:
            yield question.honest()

    async def walk(device):
        async with session_with(device) as session:
            first = await session.walk((*TABLE, 1, 1))
            asked = len(device.questions)
            return first, await session.walk((*TABLE, 1, 2)), device.questions[asked:]

    with Responder(ROWS, delicate) as device:
        first, second, asked = asyncio.run(walk(device))
    assert (first.state, len(first.rows), second.state, len(second.rows)) == ("read", 300, "read", 300)
    assert all(question.repetitions <= bearable for question in asked)


def test_a_device_that_lets_large_requests_fall_is_asked_for_less():
    def delicate(question):
        if question.kind == GETNEXT or question.repetitions <= 6:
            yield question.honest()

    walk, device = walk_of(delicate)
    assert walk == (CELLS, "read", None)
    assert sum(question.repetitions > 6 for question in device.questions) == QUICK.retries + 1


def test_a_device_without_getbulk_is_walked_one_by_one():
    def old(question):
        yield question.honest() if question.kind != GETBULK else question.answer([], status=5, index=1)

    rows = {(*TABLE, 1, 1, row): row for row in range(1, 30)}
    walk, _ = walk_of(old, rows=rows)
    assert walk == (rows, "read", None)


def test_a_lost_datagram_is_asked_for_again():
    def lossy(question):
        if question.count % 5:
            yield question.honest()

    walk, device = walk_of(lossy)
    assert walk == (CELLS, "read", None)
    assert {question.repetitions for question in device.questions} == {1, QUICK.max_repetitions}


def test_a_device_that_falls_silent_gives_what_it_had_said_and_is_not_waited_for_again():
    def dying(question):
        if question.count <= 5:
            yield question.honest()

    async def walk(device):
        async with session_with(device) as session:
            walks = [await session.walk(TABLE), await session.walk(TABLE)]
            began_at = time.monotonic()
            walks += [await session.walk(TABLE) for _ in range(20)]
            return walks, session.problem, time.monotonic() - began_at

    with Responder(ROWS, dying) as device:
        walks, problem, seconds = asyncio.run(walk(device))
    assert (walks[0].state, len(walks[0].rows)) == ("partial", 1 + 4 * QUICK.max_repetitions)
    assert all(walk == ({}, "not_read", problem) for walk in walks[1:])
    assert problem == "it answered at first, and then no more"
    assert seconds < QUICK.timeout_seconds


def test_a_table_that_hangs_does_not_hide_the_tables_after_it():
    def hanging(question):
        if question.names[0][: len(TABLE) + 2] != (*TABLE, 1, 2):
            yield question.honest()

    async def walk(device):
        async with session_with(device) as session:
            return [await session.walk((*TABLE, 1, column)) for column in (1, 2, 3)]

    with Responder(ROWS, hanging) as device:
        walks = asyncio.run(walk(device))
    assert [(walk.state, len(walk.rows)) for walk in walks] == [("read", 300), ("not_read", 0), ("read", 300)]


def test_truncated_answers_are_a_problem_and_no_exception():
    def truncated(question):
        yield question.honest()[:40]

    walk, device = walk_of(truncated)
    assert walk.state == "not_read"
    assert "no valid SNMP" in (walk.problem or "")
    assert len(device.questions) < 10


def test_a_device_that_cuts_large_answers_off_is_asked_for_less():
    def cutting(question):
        yield question.honest()[:300]

    rows = {(*TABLE, 1, 1, row): row for row in range(1, 30)}
    walk, _ = walk_of(cutting, rows=rows)
    assert walk == (rows, "read", None)


@pytest.mark.parametrize("garbage", [b"", b"\x00", b"HTTP/1.1 400 Bad Request\r\n", b"\x30" * 1400, bytes(65_000)])
def test_garbage_is_a_problem_and_no_exception(garbage):
    def confused(_):
        yield garbage

    walk, _ = walk_of(confused)
    assert walk.state == "not_read"
    assert "no valid SNMP" in (walk.problem or "")


def test_an_answer_to_another_request_is_let_fall():
    def mixed_up(question):
        yield question.answer([((*TABLE, 1, 1, 1), b"forged")], number=question.number ^ 1)
        yield question.honest()

    assert walk_of(mixed_up)[0] == (CELLS, "read", None)


def test_answers_to_nothing_but_other_requests_are_named():
    def wrong(question):
        yield question.answer([((*TABLE, 1, 1, 1), b"forged")], number=question.number ^ 1)

    walk, _ = walk_of(wrong)
    assert walk.state == "not_read"
    assert "to no question that is open" in (walk.problem or "")


def test_an_answer_from_another_port_is_not_heard():
    async def walk(device):
        async with session_with(device) as session:
            return await session.walk(TABLE)

    with Responder(ROWS, answers_from_elsewhere=True) as device:
        walk = asyncio.run(walk(device))
    assert walk == ({}, "not_read", "no answer: wrong address, community or access list?")


def test_a_flood_of_duplicates_changes_nothing():
    def flooding(question):
        for _ in range(50):
            yield question.honest()

    rows = {(*TABLE, 1, 1, row): row for row in range(1, 300)}
    assert walk_of(flooding, rows=rows, limits=QUICK._replace(timeout_seconds=2))[0] == (rows, "read", None)


def test_a_slow_device_is_heard_although_each_answer_comes_after_its_time():
    def slow(question):
        time.sleep(0.2)
        yield question.honest()

    rows = {(*TABLE, 1, 1, row): row for row in range(1, 60)}
    assert walk_of(slow, rows=rows, limits=QUICK._replace(retries=2))[0] == (rows, "read", None)


def test_a_device_that_is_slow_for_ever_costs_no_more_than_the_budget():
    def slow(question):
        time.sleep(0.1)
        yield question.answer([((*TABLE, 1, 1, question.count), question.count)])

    limits = QUICK._replace(budget_seconds=0.5)
    began_at = time.monotonic()
    walk, _ = walk_of(slow, limits)
    assert time.monotonic() - began_at < 2
    assert (walk.state, walk.problem) == ("partial", "it takes longer than 0.5 seconds")


def test_a_table_without_end_is_cut():
    def endless(question):
        first = question.names[0][-1] if len(question.names[0]) > len(TABLE) + 1 else 0
        yield question.answer([((*TABLE, 1, 1, first + step), 1) for step in range(1, 26)])

    walk, _ = walk_of(endless, QUICK._replace(rows_max=1000))
    assert walk.state == "partial"
    assert 1000 < len(walk.rows) <= 1025
    assert "more than 1000 rows" in (walk.problem or "")


def test_huge_values_end_the_session_before_they_fill_the_memory():
    def fat(question):
        yield question.answer([((*TABLE, 1, 1, question.count), b"x" * 60_000)])

    walk, _ = walk_of(fat, QUICK._replace(bytes_max=1_000_000, retries=3))
    assert walk.state == "partial"
    assert len(walk.rows) == 3
    assert "more than 1000000 bytes" in (walk.problem or "")


def test_values_of_every_type_come_as_they_are():
    given = {
        (*TABLE, 1, 1, 1): (b"caf\xe9 \xff\x00", b"caf\xe9 \xff\x00"),
        (*TABLE, 1, 1, 2): (-5, -5),
        (*TABLE, 1, 1, 3): (Raw(0x40, bytes([10, 0, 0, 5])), bytes([10, 0, 0, 5])),
        (*TABLE, 1, 1, 4): (Raw(0x41, bytes([0, 255, 255, 255, 255])), 2**32 - 1),
        (*TABLE, 1, 1, 5): (Raw(0x43, b"\x00\xff"), 255),
        (*TABLE, 1, 1, 6): (Raw(0x46, b"\x00" + b"\xff" * 8), 2**64 - 1),
        (*TABLE, 1, 1, 7): (Raw(0x44, b"\x9f\x78\x04\x42"), b"\x9f\x78\x04\x42"),
        (*TABLE, 1, 1, 8): ((2, 999 - 80, 2**32 - 1), (2, 919, 2**32 - 1)),
        (*TABLE, 1, 1, 2**31): (b"", b""),
    }
    rows = {name: (Raw(0x06, b"\x87\x67\x8f\xff\xff\xff\x7f") if name[-1] == 8 else sent)
            for name, (sent, _) in given.items()}  # fmt: skip
    walk, _ = walk_of(honest, rows=rows)
    assert walk == ({name: read for name, (_, read) in given.items()}, "read", None)


def test_a_counter_without_its_leading_zero_is_large_and_not_negative():
    rows = {(*TABLE, 1, 1, 1): Raw(0x41, b"\xff\xff\xff\xfe")}
    assert walk_of(honest, rows=rows)[0].rows == {(*TABLE, 1, 1, 1): 2**32 - 2}


def test_rows_without_a_value_are_left_out_and_passed_over():
    rows = {(*TABLE, 1, 1, 1): 1, (*TABLE, 1, 1, 2): Raw(5, b""), (*TABLE, 1, 1, 3): 3}
    walk, _ = walk_of(honest, rows=rows)
    assert walk == ({(*TABLE, 1, 1, 1): 1, (*TABLE, 1, 1, 3): 3}, "read", None)


def test_an_answer_that_is_padded_with_the_end_ends_the_walk():
    def padding(question):
        found = question.following(question.names[0], question.repetitions)
        yield question.answer(found + [(found[-1][0], END_OF_MIB_VIEW)] * (question.repetitions - len(found)))

    rows = {(*TABLE, 1, 1, row): row for row in range(1, 31)}
    assert walk_of(padding, rows=rows)[0] == (rows, "read", None)


def test_an_answer_of_nothing_ends_the_walk():
    def empty(question):
        yield question.answer([])

    walk, device = walk_of(empty)
    assert (walk.state, walk.problem) == ("not_read", "the device answers with nothing")
    assert len(device.questions) == 1
