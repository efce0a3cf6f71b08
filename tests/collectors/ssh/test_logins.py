"""Host keys and logins, at real servers and at made-up ones."""

import logging

import paramiko
import pytest
from cmdb_collectors.author import Author
from cmdb_collectors.credentials import Login
from cmdb_collectors.ssh.collect import collect
from cmdb_collectors.ssh.session import Limits

from tests.support.sshd import ADDRESS, make_key, ssh_server

AUTHOR = Author("collector-1", "web-1", "site-1", 300)
LIMITS = Limits(connect_seconds=5, handshake_seconds=5, login_seconds=5, answer_seconds=5)


def read(server, login, known_hosts, limits=LIMITS):
    return collect(ADDRESS, server.port, login, str(known_hosts) if known_hosts else None, AUTHOR, limits)


def problem(document):
    """The one problem of a document that has nothing else."""
    assert set(document["sections"].values()) == {"not_read"}
    assert (document["items"], document["relations"]) == ([], [])
    (said,) = document["problems"]
    return said["kind"], said["message"]


def answer_nothing(channel, script):
    channel.sendall(b"hello")


@pytest.fixture
def trusting(tmp_path):
    """A known hosts file that trusts a made-up server."""

    def write(server):
        (tmp_path / "known_hosts").write_text(server.line)
        return tmp_path / "known_hosts"

    return write


def test_a_host_whose_other_key_is_known_shows_the_known_one(tmp_path):
    with ssh_server(tmp_path, kinds=("rsa", "ecdsa", "ed25519")) as server:
        for kind in ("rsa", "ecdsa", "ed25519"):
            key = " ".join(server.host_key(kind))
            server.known_hosts.write_text(f"[{ADDRESS}]:{server.port} {key}\n")
            document = read(server, server.login, server.known_hosts, Limits())
            assert "read" in document["sections"].values(), document["problems"]


def test_a_changed_host_key_is_refused_before_anything_is_sent(tmp_path, made_up_server, behaviour):
    other = paramiko.ECDSAKey.generate()
    how = behaviour()
    with made_up_server(how) as server:
        line = server.line.replace(server.key.get_base64(), other.get_base64())
        (tmp_path / "known_hosts").write_text(line)
        kind, message = problem(read(server, Login(user="cmdb", password="hunter2"), tmp_path / "known_hosts"))
    assert kind == "host_key_changed"
    assert server.key.fingerprint in message
    assert other.fingerprint in message
    assert how.seen == []


@pytest.mark.parametrize("known", ["", None])
def test_an_unknown_host_is_refused_before_anything_is_sent(tmp_path, made_up_server, behaviour, known):
    how = behaviour()
    path = None
    if known is not None:
        path = tmp_path / "known_hosts"
        path.write_text(known)
    with made_up_server(how) as server:
        kind, message = problem(read(server, Login(user="cmdb", password="hunter2"), path))
    assert kind == "host_key_unknown"
    assert f"ssh-keyscan -p {server.port} {ADDRESS}" in message
    assert how.seen == []


def test_a_known_hosts_file_that_is_not_there_is_said(tmp_path):
    kind, message = problem(collect(ADDRESS, 1, Login(user="cmdb"), str(tmp_path / "none"), AUTHOR))
    assert kind == "host_key_unknown"
    assert str(tmp_path / "none") in message


def test_a_wrong_key_is_a_problem(tmp_path):
    with ssh_server(tmp_path) as server:
        make_key(tmp_path / "stranger")
        login = Login(user=server.login.user, private_key=(tmp_path / "stranger").read_text())
        kind, message = problem(read(server, login, server.known_hosts))
    assert kind == "authentication_failed"
    assert "the private key" in message


def test_a_key_with_a_passphrase_opens_and_without_it_is_a_problem(tmp_path):
    with ssh_server(tmp_path) as server:
        (tmp_path / "authorized_keys").write_text(make_key(tmp_path / "locked", "ecdsa", "sesame open"))
        text, user = (tmp_path / "locked").read_text(), server.login.user
        opened = read(
            server, Login(user=user, private_key=text, passphrase="sesame open"), server.known_hosts, Limits()
        )
        assert "read" in opened["sections"].values(), opened["problems"]
        for passphrase in (None, "wrong"):
            login = Login(user=user, private_key=text, passphrase=passphrase)
            kind, message = problem(read(server, login, server.known_hosts))
            assert kind == "authentication_failed"
            assert "passphrase" in message


def test_a_text_that_is_no_key_is_a_problem_which_does_not_repeat_it(made_up_server, behaviour, trusting):
    with made_up_server(behaviour()) as server:
        login = Login(user="cmdb", private_key="-----BEGIN hunter2-----")
        kind, message = problem(read(server, login, trusting(server)))
    assert kind == "authentication_failed"
    assert "hunter2" not in message


def test_a_wrong_password_is_a_problem_and_in_no_log(made_up_server, behaviour, trusting, caplog):
    how = behaviour()
    with caplog.at_level(logging.DEBUG), made_up_server(how) as server:
        document = read(server, Login(user="cmdb", password="hunter2"), trusting(server))
    kind, message = problem(document)
    assert kind == "authentication_failed"
    assert "cmdb may not log in with the password" in message
    assert how.seen == ["password hunter2"]
    assert "hunter2" not in repr(document) + caplog.text
    assert not [record for record in caplog.records if record.name.startswith(("paramiko", "cmdb_collectors"))]


def test_a_password_goes_by_keyboard_interactive_where_the_server_takes_no_other(made_up_server, behaviour, trusting):
    how = behaviour(after_login=answer_nothing, interactive=True)
    with made_up_server(how) as server:
        document = read(server, Login(user="cmdb", password="right"), trusting(server))
    assert problem(document)[0] == "no_answer"  # so it was logged in
    assert how.seen[-1] == "interactive ['right']"


def test_a_server_that_wants_key_and_password_gets_both(made_up_server, behaviour, trusting, private_key_text):
    key = paramiko.ECDSAKey.generate()
    how = behaviour(after_login=answer_nothing, public_key=key, needs_both=True)
    with made_up_server(how) as server:
        both = Login(user="cmdb", private_key=private_key_text(key), password="right")
        assert problem(read(server, both, trusting(server)))[0] == "no_answer"
        kind, message = problem(read(server, Login(user="cmdb", private_key=private_key_text(key)), trusting(server)))
    assert kind == "authentication_failed"
    assert "also wants" in message


def test_a_login_without_key_and_password_is_a_problem(made_up_server, behaviour, trusting):
    with made_up_server(behaviour()) as server:
        kind, message = problem(read(server, Login(user="cmdb"), trusting(server)))
    assert kind == "authentication_failed"
    assert "neither key nor password" in message
