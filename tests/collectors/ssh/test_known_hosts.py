import base64
import hashlib
import hmac
import subprocess

import pytest
from cmdb_collectors.ssh import known_hosts
from cmdb_collectors.ssh.failure import Failure

from tests.support.require import require
from tests.support.sshd import make_key


def blob(text, kind="ssh-ed25519"):
    return len(kind).to_bytes(4, "big") + kind.encode() + text.encode()


def line(names, text, kind="ssh-ed25519"):
    return f"{names} {kind} {base64.b64encode(blob(text, kind)).decode()} a comment"


def found(text, host="web-1", port=22):
    return [(key.type, key.blob) for key in known_hosts.keys_of(text, host, port)]


def test_a_name_an_address_and_a_pattern_find_their_keys():
    text = "\n".join([line("web-1,10.0.0.1", "a"), line("*.example.net", "b"), "", "# a comment", line("web-?", "c")])
    assert found(text) == [("ssh-ed25519", blob("a")), ("ssh-ed25519", blob("c"))]
    assert found(text, "10.0.0.1") == [("ssh-ed25519", blob("a"))]
    assert found(text, "WEB-1.example.net") == [("ssh-ed25519", blob("b"))]
    assert found(text, "web-10") == []


def test_a_negated_pattern_excludes_whatever_stands_beside_it():
    text = line("*.example.net,!db.example.net", "a")
    assert found(text, "web.example.net")
    assert found(text, "db.example.net") == []


def test_another_port_is_another_host():
    text = "\n".join([line("web-1", "a"), line("[web-1]:2222", "b"), line("[2001:db8::1]:2222", "c")])
    assert found(text, port=2222) == [("ssh-ed25519", blob("b"))]
    assert found(text) == [("ssh-ed25519", blob("a"))]
    assert found(text, "2001:db8::1", 2222) == [("ssh-ed25519", blob("c"))]


def test_a_hashed_name_is_found():
    salt = bytes(range(20))
    digest = hmac.new(salt, b"[web-1]:2222", hashlib.sha1).digest()
    hashed = f"|1|{base64.b64encode(salt).decode()}|{base64.b64encode(digest).decode()}"
    assert found(line(hashed, "a"), port=2222) == [("ssh-ed25519", blob("a"))]
    assert found(line(hashed, "a")) == []


def test_what_ssh_keygen_hashes_is_found(tmp_path):
    require("sshd")
    key = make_key(tmp_path / "host").split()
    file = tmp_path / "known_hosts"
    file.write_text(f"[web-1]:2222 {key[0]} {key[1]}\n")
    subprocess.run(["ssh-keygen", "-q", "-H", "-f", str(file)], check=True, capture_output=True)
    assert file.read_text().startswith("|1|")
    assert found(file.read_text(), port=2222) == [(key[0], base64.b64decode(key[1]))]
    said = subprocess.run(["ssh-keygen", "-lf", str(tmp_path / "host.pub")], capture_output=True, text=True, check=True)
    assert known_hosts.fingerprint(base64.b64decode(key[1])) == said.stdout.split()[1]


@pytest.mark.parametrize(
    "text", ["web-1", "web-1 ssh-ed25519", "web-1 ssh-ed25519 !!!", "|1|x|y ssh-ed25519 AAAA", "@", "\x00\xff"]
)
def test_malformed_lines_are_left_out(text):
    assert found(text + "\n" + line("web-1", "a")) == [("ssh-ed25519", blob("a"))]


def test_a_certificate_authority_is_no_key_of_a_host():
    assert found("@cert-authority " + line("web-1", "a")) == []


def refusal(shown, text):
    with pytest.raises(Failure) as caught:
        known_hosts.check(shown, known_hosts.keys_of(text, "web-1", 22), "web-1")
    return caught.value


def test_a_known_key_is_trusted_among_others():
    text = line("web-1", "a") + "\n" + line("web-1", "b", "ssh-rsa")
    known_hosts.check(blob("b", "ssh-rsa"), known_hosts.keys_of(text, "web-1", 22), "web-1")


def test_a_changed_key_is_refused_with_both_fingerprints():
    failure = refusal(blob("new"), line("web-1", "old"))
    assert failure.kind == "host_key_changed"
    assert known_hosts.fingerprint(blob("new")) in failure.message
    assert known_hosts.fingerprint(blob("old")) in failure.message


def test_a_key_of_another_type_than_is_known_is_a_changed_one():
    assert refusal(blob("new", "ssh-rsa"), line("web-1", "old")).kind == "host_key_changed"


def test_an_unknown_key_is_refused_and_the_message_says_what_to_do():
    failure = refusal(blob("new"), line("other", "a"))
    assert failure.kind == "host_key_unknown"
    assert "ssh-keyscan web-1" in failure.message
    assert known_hosts.fingerprint(blob("new")) in failure.message
    with pytest.raises(Failure, match="ssh-keyscan -p 2222 2001:db8::1`"):
        known_hosts.check(blob("a"), [], "[2001:db8::1]:2222")


def test_a_revoked_key_is_refused_even_where_it_is_known_too():
    assert refusal(blob("a"), line("web-1", "a") + "\n@revoked " + line("*", "a")).kind == "host_key_revoked"
