"""Servers that hang, flood, lie and break off: each is one clear problem, in bounded time."""

import gzip
import re
import socket
import threading
import time

import pytest
from cmdb_collectors.author import Author
from cmdb_collectors.credentials import Login
from cmdb_collectors.ssh.collect import collect
from cmdb_collectors.ssh.session import Limits

ADDRESS = "127.0.0.1"
AUTHOR = Author("collector-1", "web-1")
LOGIN = Login(user="cmdb", password="right")
LIMITS = Limits(
    connect_seconds=2, handshake_seconds=1.5, login_seconds=1.5, answer_seconds=1.5, answer_bytes_max=4 << 20
)
LONGEST_SECONDS = 8  # all of the phases above, on a machine that has other things to do


def read(port, path=None):
    began = time.monotonic()
    document = collect(ADDRESS, port, LOGIN, path, AUTHOR, LIMITS)
    assert time.monotonic() - began < LONGEST_SECONDS
    return document


@pytest.fixture
def answered_by(made_up_server, behaviour, tmp_path):
    """The document of a server whose answer to the script is sent by a function of the channel and the mark."""

    def answer(send):
        def after_login(channel, script):
            send(channel, re.search(r"^mark=(\w+)$", script, re.M)[1])

        with made_up_server(behaviour(after_login=after_login)) as server:
            (tmp_path / "known_hosts").write_text(server.line)
            return read(server.port, str(tmp_path / "known_hosts"))

    return answer


def kind_of(document):
    assert set(document["sections"].values()) == {"not_read"}
    assert document["items"] == []
    (said,) = document["problems"]
    return said["kind"]


def beginning(mark, kind="Linux"):
    return f"\n{mark} plain\n\n{mark} system\nkernel={kind}\nnode=web-1.example.net\nuser=0\n".encode()


def test_a_port_where_nobody_listens():
    with socket.create_server((ADDRESS, 0)) as one:
        port = one.getsockname()[1]
    assert kind_of(read(port)) == "unreachable"


def test_a_name_that_nobody_knows():
    document = collect("no-such-host.invalid", 22, LOGIN, None, AUTHOR, LIMITS)
    assert kind_of(document) == "unreachable"


def served(respond):
    """A plain TCP server that treats one connection as it likes; its port."""
    listener = socket.create_server((ADDRESS, 0))

    def serve():
        connection, _ = listener.accept()
        with listener, connection:
            respond(connection)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    return listener.getsockname()[1], thread


@pytest.mark.parametrize(
    "respond",
    [
        lambda connection: connection.recv(1 << 16) and time.sleep(3),
        lambda connection: connection.sendall(b"220 mail.example.net ESMTP\r\n" * 500),
        lambda connection: connection.sendall(b"SSH-2.0-x\r\n") or time.sleep(3),
        lambda connection: connection.sendall(b"SSH-2.0-x\r\n" + bytes(range(256)) * 64),
        lambda connection: connection.sendall(b"\xff\xfe" * 4096),
        lambda connection: None,
    ],
    ids=[
        "no banner",
        "another protocol",
        "hangs after the banner",
        "noise after the banner",
        "noise",
        "closes at once",
    ],
)
def test_what_is_no_ssh_server_is_a_problem(respond):
    port, thread = served(respond)
    assert kind_of(read(port)) == "handshake_failed"
    thread.join(5)


def test_a_server_that_thinks_about_a_login_for_ever(made_up_server, behaviour, tmp_path):
    thinking = threading.Event()
    with made_up_server(behaviour(slow_login=thinking)) as server:
        (tmp_path / "known_hosts").write_text(server.line)
        assert kind_of(read(server.port, str(tmp_path / "known_hosts"))) == "time_out"
        thinking.set()


def test_a_shell_that_hangs(answered_by):
    assert kind_of(answered_by(lambda channel, mark: time.sleep(3))) == "time_out"


def test_a_shell_that_is_none_is_quoted(answered_by):
    document = answered_by(lambda channel, mark: channel.sendall(b"This account is currently not available.\r\n"))
    assert kind_of(document) == "no_answer"
    assert "This account is currently not available" in document["problems"][0]["message"]


def test_a_shell_that_closes_without_a_word(answered_by):
    assert kind_of(answered_by(lambda channel, mark: None)) == "no_answer"


def test_ten_megabytes_before_the_answer_are_too_many(answered_by):
    assert kind_of(answered_by(lambda channel, mark: channel.sendall(b"x" * (10 << 20)))) == "too_large"


def test_ten_megabytes_in_the_answer_leave_what_came_before_them(answered_by):
    document = answered_by(lambda channel, mark: channel.sendall(beginning(mark) + b"x" * (10 << 20)))
    assert document["problems"][0]["kind"] == "too_large"
    assert "read" not in document["sections"].values()
    assert document["items"][0]["attributes"]["name"] == "web-1"


def test_a_small_answer_that_unpacks_to_a_huge_one_is_bounded(answered_by):
    def send(channel, mark):
        said = beginning(mark).partition(b"plain\n")[2] + b"y" * (64 << 20)
        channel.sendall(f"\n{mark} gzip\n".encode() + gzip.compress(said))

    document = answered_by(send)
    assert "read" not in document["sections"].values()
    assert document["problems"][0]["kind"] == "cut_off"


def test_an_answer_that_is_no_gzip_though_it_says_so(answered_by):
    document = answered_by(lambda channel, mark: channel.sendall(f"\n{mark} gzip\n".encode() + bytes(1000)))
    assert kind_of(document) == "no_answer"


def test_an_answer_that_stops_in_its_middle_says_where(answered_by):
    document = answered_by(
        lambda channel, mark: channel.sendall(beginning(mark) + f"\n{mark} files\n/proc/cpui".encode())
    )
    assert document["problems"][0]["kind"] == "cut_off"
    assert "files" in document["problems"][0]["message"]
    assert "read" not in document["sections"].values()


def test_a_connection_that_breaks_in_the_middle_of_the_answer(answered_by):
    def send(channel, mark):
        channel.sendall(beginning(mark))
        channel.get_transport().close()

    document = answered_by(send)
    assert document["problems"][0]["kind"] in ("broken_off", "cut_off")
    assert document["items"][0]["attributes"]["name"] == "web-1"


def test_bytes_that_are_no_utf_8_do_no_harm(answered_by):
    def send(channel, mark):
        noise = bytes(range(256)) * 8
        parts = [f"\n{mark} {name}\n".encode() + noise + b"\n/proc/1/stat:" + noise for name in
                 ("sockets", "descriptors", "files", "links", "interfaces", "addresses", "routes", "processes", "dpkg",
                  "raw /sys/class/net/br0/brforward", "filesystems", "no_such_part")]  # fmt: skip
        channel.sendall(beginning(mark) + b"".join(parts) + f"\n{mark} end\n".encode())

    document = answered_by(send)
    assert document["items"][0]["attributes"]["name"] == "web-1"


def test_another_system_is_named_and_not_read(answered_by):
    document = answered_by(
        lambda channel, mark: channel.sendall(beginning(mark, "FreeBSD") + f"\n{mark} end\n".encode())
    )
    assert document["problems"][0]["kind"] == "unsupported_system"
    root = document["items"][0]
    assert root["attributes"] == {"name": "web-1", "os_name": "FreeBSD", "kernel_name": "FreeBSD"}
    assert root["identifiers"]["ssh_host_keys"][0].startswith("SHA256:")
    assert document["sections"]["packages"] == "not_read"


def test_a_mark_that_was_not_drawn_for_this_session_is_no_answer(answered_by):
    assert kind_of(answered_by(lambda channel, mark: channel.sendall(beginning("f" * 32)))) == "no_answer"
