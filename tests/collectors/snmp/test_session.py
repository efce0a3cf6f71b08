import asyncio
import os
import socket
import subprocess
import time

import pytest
from cmdb_collectors.credentials import Community, UsmUser
from cmdb_collectors.snmp.session import Limits, open_session

from tests.support.require import require
from tests.support.running import wait_for
from tests.support.snmp_responder import GET, TOO_BIG, Raw, Responder

SYSTEM = (1, 3, 6, 1, 2, 1, 1)
SYS_DESCR, SYS_OBJECT_ID, SYS_NAME = (*SYSTEM, 1, 0), (*SYSTEM, 2, 0), (*SYSTEM, 5, 0)
INTERFACES = (1, 3, 6, 1, 2, 1, 2, 2)
SCALARS = {(*SYSTEM, 9, 1, 2, row): f"scalar {row}".encode() for row in range(1, 41)}
ROWS = {SYS_DESCR: b"a device", SYS_OBJECT_ID: (1, 3, 6, 1, 4, 1, 9, 1, 1208), SYS_NAME: b"name"} | SCALARS
QUICK = Limits(timeout_seconds=0.15, retries=1, budget_seconds=20)
PATIENT = Limits(timeout_seconds=3, retries=1)
SILENT = "no answer: wrong address, community or access list?"
AUTH, PRIV = "authentication phrase", "privacy phrase"


def ask(port, credentials, questions, limits=QUICK, address="127.0.0.1"):
    """What a function makes of a session, and the session's problem."""

    async def run():
        async with open_session(address, port, credentials, limits) as session:
            return await questions(session), session.problem

    return asyncio.run(run())


def got(oids, behaviour=lambda question: [question.honest()], version="2c", community="public", limits=QUICK):
    with Responder(ROWS, behaviour) as device:
        credentials = Community(community=community, version=version)
        rows, problem = ask(device.port, credentials, lambda session: session.get(oids), limits)
        return rows, problem, device.questions


@pytest.mark.parametrize("version", ["1", "2c"])
def test_single_values_come_together_and_absent_ones_are_left_out(version):
    absent = (*SYSTEM, 99, 0)
    rows, problem, _ = got([SYS_DESCR, absent, SYS_OBJECT_ID, (*SYSTEM, 98, 0), SYS_NAME], version=version)
    assert rows == {name: ROWS[name] for name in (SYS_DESCR, SYS_OBJECT_ID, SYS_NAME)}
    assert problem is None


def test_the_first_question_is_about_one_variable_and_the_others_about_sixteen_at_most():
    rows, _, questions = got(list(ROWS))
    assert rows == ROWS
    assert [len(question.names) for question in questions] == [1, 16, 16, 10]


def test_an_answer_that_would_be_too_big_is_asked_for_in_halves():
    def small(question):
        yield question.honest() if len(question.names) <= 4 else question.answer([], status=TOO_BIG)

    assert got(list(ROWS), small)[:2] == (ROWS, None)


def test_one_variable_that_fails_does_not_take_the_others_with_it():
    def failing(question):
        yield question.answer([], status=5) if SYS_OBJECT_ID in question.names else question.honest()

    rows, problem, _ = got(list(ROWS), failing)
    assert rows == {name: value for name, value in ROWS.items() if name != SYS_OBJECT_ID}
    assert problem is None


def test_a_variable_that_makes_the_device_silent_does_not_take_the_others_with_it():
    def failing(question):
        if SYS_OBJECT_ID not in question.names:
            yield question.honest()

    rows, problem, _ = got(list(ROWS)[:6], failing)
    assert rows == {name: ROWS[name] for name in list(ROWS)[:6] if name != SYS_OBJECT_ID}
    assert problem is None


def test_variables_that_nobody_asked_for_are_not_taken():
    def talkative(question):
        yield question.answer([(name, ROWS[name]) for name in (*question.names, SYS_NAME)])

    assert got([SYS_DESCR], talkative)[0] == {SYS_DESCR: b"a device"}


def test_a_wrong_community_looks_like_silence_and_is_named_among_its_reasons():
    rows, problem, questions = got([SYS_DESCR], community="secret guess")
    assert (rows, problem) == ({}, SILENT)
    assert len(questions) == QUICK.retries + 1


@pytest.mark.parametrize("version", ["1", "2c"])
def test_a_host_that_never_answers_costs_the_time_of_one_question(version):
    async def everything(session):
        began_at = time.monotonic()
        rows = await session.get([SYS_DESCR, SYS_NAME])
        walks = [await session.walk(INTERFACES) for _ in range(30)]
        return rows, walks, time.monotonic() - began_at

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as deaf:
        deaf.bind(("127.0.0.1", 0))
        port = deaf.getsockname()[1]
        (rows, walks, seconds), problem = ask(port, Community(community="public", version=version), everything)
    assert rows == {}
    assert set(walk.state for walk in walks) == {"not_read"}
    assert {walk.problem for walk in walks} == {problem} == {SILENT}
    assert seconds < (QUICK.retries + 2) * QUICK.timeout_seconds


@pytest.mark.parametrize("credentials", [Community(community="public"), UsmUser(user="reader")])
def test_a_port_on_which_nothing_listens_is_known_at_once(credentials):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    began_at = time.monotonic()
    walk, problem = ask(port, credentials, lambda session: session.walk(INTERFACES), PATIENT)
    assert (walk.state, walk.problem) == ("not_read", problem)
    assert problem == "nothing listens on this port: is the SNMP agent running, and is this its port?"
    assert time.monotonic() - began_at < PATIENT.timeout_seconds


def test_an_address_without_a_network_is_a_problem_and_no_exception():
    for address in ("240.0.0.1", "no-such-host.invalid"):
        walk, problem = ask(
            161, Community(community="public"), lambda session: session.walk(INTERFACES), QUICK, address
        )
        assert walk == ({}, "not_read", problem)
        assert problem


def test_questions_asked_at_once_do_not_mix():
    async def at_once(session):
        return await asyncio.gather(*(session.get([name]) for name in ROWS))

    with Responder(ROWS) as device:
        answers, _ = ask(device.port, Community(community="public"), at_once)
    assert answers == [{name: value} for name, value in ROWS.items()]


def test_what_the_plain_way_does_not_understand_is_read_by_the_other_and_from_then_on():
    # A length of a length in more bytes than the plain way takes, which the standard allows.
    def winding(question):
        honest = question.honest()
        content = honest[2:] if honest[1] < 128 else honest[2 + (honest[1] & 0x7F) :]
        yield b"\x30\x85" + len(content).to_bytes(5, "big") + content

    async def all_of_it(session):
        return await session.get(list(SCALARS)), await session.walk(SYSTEM)

    with Responder(ROWS, winding) as device:
        (rows, walk), problem = ask(device.port, Community(community="public"), all_of_it)
        assert device.questions[0].names == device.questions[1].names
        assert device.questions[1].names != device.questions[2].names
    assert (rows, walk, problem) == (SCALARS, (ROWS, "read", None), None)


def test_values_of_every_type_are_the_same_by_both_ways():
    values = [b"caf\xe9\x00", -5, (1, 3, 6), Raw(0x40, bytes([10, 0, 0, 5])), Raw(0x41, b"\x00\xff\xff\xff\xff"),
              Raw(0x42, b"\x07"), Raw(0x43, b"\x00\xff"), Raw(0x44, b"\x9f\x78"), Raw(0x46, b"\x00" + b"\xff" * 8),
              Raw(0x05, b""), Raw(0x80, b""), Raw(0x81, b"")]  # fmt: skip
    rows = {(*SYSTEM, 9, row): value for row, value in enumerate(values, 1)}

    def winding(question):
        honest = question.honest()
        content = honest[2:] if honest[1] < 128 else honest[2 + (honest[1] & 0x7F) :]
        yield b"\x30\x85" + len(content).to_bytes(5, "big") + content

    found = []
    for behaviour in (lambda question: [question.honest()], winding):
        with Responder(rows, behaviour) as device:
            found.append(ask(device.port, Community(community="public"), lambda session: session.walk(SYSTEM))[0])
    assert found[0] == found[1]
    assert [type(value) for value in found[0].rows.values()] == [bytes, int, tuple, bytes, int, int, int, bytes, int]


@pytest.fixture(scope="module")
def snmpd(tmp_path_factory):
    """The port of a real agent with a community and a user of each security level."""
    program = require("snmpd")
    folder = tmp_path_factory.mktemp("snmpd")
    users = {
        "sha_aes": ("SHA", "AES"), "sha512_aes256": ("SHA-512", "AES-256"), "sha256_aes192": ("SHA-256", "AES-192"),
        "md5_des": ("MD5", "DES"),
    }  # fmt: skip
    (folder / "snmpd.conf").write_text(
        "rocommunity public 127.0.0.1\nsysName agent\n"
        + "".join(f'createUser {u} {a} "{AUTH}" {p} "{PRIV}"\nrouser {u} priv\n' for u, (a, p) in users.items())
        + f'createUser auth_only SHA-224 "{AUTH}"\nrouser auth_only auth\n'
        + "createUser open_user\nrouser open_user noauth\n"
        + f'createUser seer_of_nothing SHA "{AUTH}" AES "{PRIV}"\n'
    )
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [program, "-f", "-Le", "-C", "-c", folder / "snmpd.conf", "-I", "-smux", f"udp:127.0.0.1:{port}"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=os.environ | {"SNMP_PERSISTENT_DIR": str(folder)},
        )
    try:
        community = Community(community="public")
        assert wait_for(lambda: ask(port, community, lambda session: session.get([SYS_NAME]))[0], 20), log
        yield port
    finally:
        process.terminate()
        process.wait(10)


def user(name="sha_aes", auth="SHA", priv="AES", auth_password=AUTH, priv_password=PRIV, context=""):
    return UsmUser(
        user=name, auth_protocol=auth, auth_password=auth and auth_password,
        priv_protocol=priv, priv_password=priv and priv_password, context=context,
    )  # fmt: skip


async def name_and_interfaces(session):
    return await session.get([SYS_NAME]), await session.walk(INTERFACES)


@pytest.mark.parametrize(
    "credentials",
    [
        Community(community="public"),
        Community(community="public", version="1"),
        user(),
        user("sha512_aes256", "SHA512", "AES256"),
        user("sha256_aes192", "SHA256", "AES192"),
        user("md5_des", "MD5", "DES"),
        user("auth_only", "SHA224", None),
        user("open_user", None, None),
    ],
    ids=lambda credentials: getattr(credentials, "version", None) or credentials.user,
)
def test_a_real_agent_answers_in_every_version_and_at_every_level(snmpd, credentials):
    (name, walk), problem = ask(snmpd, credentials, name_and_interfaces, PATIENT)
    assert (name, problem) == ({SYS_NAME: b"agent"}, None)
    assert (walk.state, walk.problem) == ("read", None)
    assert b"lo" in walk.rows.values()


@pytest.mark.parametrize(
    ("credentials", "problem"),
    [
        (user("nobody"), "the device does not know this user: check the user name"),
        (user(auth_password="another phrase"), "authentication failed: check the authentication protocol and password"),
        (user(auth="SHA256"), "authentication failed: check the authentication protocol and password"),
        (user(priv=None), "the device lets this user or community see nothing"),
        (user("auth_only", "SHA224", "AES"), "the device does not let this user in at this security level"),
        (user("seer_of_nothing"), "the device lets this user or community see nothing"),
    ],
    ids=["user", "password", "protocol", "level-below", "level-above", "view"],
)
def test_what_a_real_agent_refuses_is_named_and_not_asked_again(snmpd, credentials, problem):
    began_at = time.monotonic()
    (name, walk), found = ask(snmpd, credentials, name_and_interfaces, PATIENT)
    assert (name, walk, found) == ({}, ({}, "not_read", problem), problem)
    assert time.monotonic() - began_at < PATIENT.timeout_seconds
    assert AUTH not in problem
    assert PRIV not in problem


@pytest.mark.parametrize(
    ("credentials", "suspects"),
    [
        (user(priv_password="another phrase"), "address, privacy password"),
        (user(context="nowhere"), "address, privacy password, context"),
    ],
    ids=["privacy", "context"],
)
def test_what_a_real_agent_lets_fall_is_among_the_reasons_of_its_silence(snmpd, credentials, suspects):
    rows, problem = ask(snmpd, credentials, lambda session: session.get([SYS_NAME]), QUICK)
    assert (rows, problem) == ({}, f"no answer: wrong {suspects} or access list?")


@pytest.mark.parametrize(
    ("credentials", "problem"),
    [
        (user(auth_password="short"), "the authentication password must have at least 8 characters"),
        (UsmUser(user="one", auth_protocol="SHA"), "the authentication password must have at least 8 characters"),
        (user(priv_password=""), "the privacy password must have at least 8 characters"),
        (user(auth=None), "privacy needs authentication"),
        (user("n" * 33), "a user name has 1 to 32 bytes"),
        (user(""), "a user name has 1 to 32 bytes"),
    ],
)
def test_a_user_that_no_device_can_have_is_a_problem_and_no_exception(credentials, problem):
    assert ask(9, credentials, lambda session: session.get([SYS_NAME])) == ({}, problem)


def test_two_agents_with_one_engine_id_are_read_at_once(snmpd):
    async def both():
        async with (
            open_session("127.0.0.1", snmpd, user(), PATIENT) as one,
            open_session("127.0.0.1", snmpd, user("md5_des", "MD5", "DES"), PATIENT) as other,
        ):
            return await asyncio.gather(one.get([SYS_NAME]), other.get([SYS_NAME]))

    assert asyncio.run(both()) == [{SYS_NAME: b"agent"}] * 2


def test_a_session_tells_its_own_address_towards_the_device():
    async def address():
        async with open_session("127.0.0.1", 9, Community(community="public"), QUICK) as session:
            return session.local_address

    assert asyncio.run(address()) == "127.0.0.1"


def test_single_values_are_asked_for_with_get():
    assert {question.kind for question in got([SYS_DESCR])[2]} == {GET}
