"""`cmdb-collect` as it is typed: one device, a check of a file, and help that teaches."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cmdb_collectors.single import is_encrypted

from tests.support.require import missing
from tests.support.snmp_responder import Name, Responder

ROWS: dict[Name, Any] = {
    (1, 3, 6, 1, 2, 1, 1, 1, 0): b"A switch of no make",
    (1, 3, 6, 1, 2, 1, 1, 5, 0): b"sw1",
}
CREDENTIALS = '[credentials.edge]\nkind = "snmp-v2c"\ncommunity = { file = "FILE" }\n'
GROUP = '[groups.switches]\nkind = "snmp"\ncredentials = ["edge"]\n'
TARGET = '[[targets]]\nname = "sw1"\naddress = "10.0.0.1"\ngroup = "switches"\n'


def collect(*arguments: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cmdb_collectors", *map(str, arguments)],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, env=os.environ | variables, timeout=60, check=False,
    )  # fmt: skip


@pytest.fixture
def device() -> Iterator[Responder]:
    with Responder(ROWS, community=b"edge-hush") as responder:
        yield responder


@pytest.fixture
def targets(tmp_path: Path) -> Path:
    """A targets file whose only secret is in a file of its user alone."""
    secret = tmp_path / "community"
    secret.write_text("edge-hush\n")
    secret.chmod(0o600)
    path = tmp_path / "targets.toml"
    path.write_text(CREDENTIALS.replace("FILE", str(secret)) + GROUP + TARGET)
    return path


@pytest.mark.parametrize("options", [("--community", "edge-hush"), ("--credentials", "FILE", "--group", "switches")])
def test_one_device_is_read_and_its_document_printed(
    device: Responder, targets: Path, options: tuple[str, ...]
) -> None:
    given = [str(targets) if one == "FILE" else one for one in options]
    done = collect("snmp", f"127.0.0.1:{device.port}", *given, "--name", "edge switch", "--domain", "site-1")
    document = json.loads(done.stdout)
    assert done.returncode == 3, done.stderr
    assert document["scope"] == {"kind": "target", "key": "edge switch", "domain": "site-1"}
    assert document["items"][0]["attributes"]["name"] == "sw1"
    assert document["age_ms"] == 0
    assert "hush" not in done.stdout + done.stderr


def test_a_device_that_does_not_answer_ends_with_1_and_says_what_to_look_at(device: Responder, tmp_path: Path) -> None:
    output = tmp_path / "document.json"
    wrong = ("--community", "wrong", "--timeout", "0.2", "--output", output)
    done = collect("snmp", f"127.0.0.1:{device.port}", *wrong)
    assert done.returncode == 1
    assert "wrong address, community or access list" in done.stderr
    assert json.loads(output.read_text())["scope"]["key"] == f"127.0.0.1:{device.port}"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ((), "COMMAND"),
        (("snmp", "a b"), "is no address"),
        (("snmp", "10.0.0.1"), "no terminal to ask on"),
        (("snmp", "10.0.0.1", "--group", "g"), "--group needs --credentials"),
        (("snmp", "10.0.0.1", "--community", "c", "--name", "a|b"), "--name"),
        (("snmp", "10.0.0.1", "--credentials", "none.toml"), "none.toml: No such file"),
        (("ssh", "10.0.0.1", "--identity", "none"), "--known-hosts"),
        (("ssh", "u@10.0.0.1", "--identity", "none", "--known-hosts", "none"), "none: No such file"),
        (("ssh", "u@10.0.0.1", "--known-hosts", "none"), "no terminal to ask on"),
        (("run",), "--targets"),
        (("run", "--targets", "t", "--once", "--interval", "60"), "not allowed with"),
        (("check", "--targets", "none.toml"), "none.toml: No such file"),
    ],
)
def test_wrong_usage_ends_with_2_and_a_reason(arguments: tuple[str, ...], reason: str) -> None:
    done = collect(*arguments)
    assert done.returncode == 2
    assert reason in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", [(), ("snmp",), ("ssh",), ("run",), ("check",)])
def test_help_teaches(command: tuple[str, ...]) -> None:
    done = collect(*command, "--help", COLUMNS="100")
    assert done.returncode == 0
    assert "exit status" in done.stdout or not command
    assert "Traceback" not in done.stdout
    if not command:
        assert "examples:" in done.stdout
        assert "[[targets]]" in done.stdout


def test_check_is_content_with_a_file_whose_secrets_are_there(targets: Path) -> None:
    done = collect("check", "--targets", targets)
    assert (done.returncode, done.stdout) == (0, "sw1: ok\n1 targets can be read, 0 cannot\n")


def test_check_says_what_is_wrong_with_each_target_and_reveals_nothing(targets: Path) -> None:
    (targets.parent / "community").chmod(0o644)
    targets.write_text(
        targets.read_text() + TARGET + TARGET.replace("sw1", "sw2").replace("10.0.0.1", "not an address")
    )
    done = collect("check", "--targets", targets)
    assert done.returncode == 2
    assert done.stdout.splitlines() == [
        "targets.sw1: two targets have this name; each needs one of its own",
        "targets.sw2: `address` is 'not an address': an IP address or a host name is needed; the port is `port`",
        f"sw1: credentials edge: {targets.parent}/community may be used by others (mode 0644): "
        f"chmod 600 {targets.parent}/community",
        "0 targets can be read, 3 cannot",
    ]
    said = json.loads(collect("check", "--targets", targets, "--json").stdout)
    assert said["is_right"] is False
    assert len(said["refused_targets"]) == 2
    assert "hush" not in done.stdout + done.stderr


def test_check_looks_at_the_way_to_the_server_and_at_known_hosts(targets: Path) -> None:
    server = '[collector]\nserver = "http://cmdb.example.net"\ntoken_file = "none"\n'
    host = ('[credentials.s]\nkind = "ssh"\nuser = "u"\npassword = { env = "SSH_HUSH" }\n[[targets]]\nname = "h"\n'
            'kind = "ssh"\naddress = "h"\nknown_hosts = "none"\ncredentials = ["s"]\n')  # fmt: skip
    targets.write_text(server + targets.read_text().replace(TARGET, "") + host)
    done = collect("check", "--targets", targets, SSH_HUSH="password")
    assert done.stdout.splitlines() == [
        "collector: token_file none: No such file or directory",
        "collector: server plain http to cmdb.example.net would show the token to the network: use https",
        "h: known_hosts none: there is no such file that this user may read",
        "0 targets can be read, 1 cannot",
    ]


@pytest.mark.parametrize("form", ["RFC4716", "PEM", "PKCS8"])
def test_a_key_that_needs_a_passphrase_is_known_by_its_text(form: str, tmp_path: Path) -> None:
    program = shutil.which("ssh-keygen") or missing("ssh-keygen is missing: apt-get install openssh-client")
    for name, passphrase in (("open", ""), ("locked", "hush-hush")):
        line = [program, "-q", "-t", "ecdsa", "-m", form, "-N", passphrase, "-f", str(tmp_path / name)]
        subprocess.run(line, capture_output=True, check=True)
        assert is_encrypted((tmp_path / name).read_text()) is bool(passphrase)
