"""Secrets come from files of their user alone, the environment or a person, and are in no message."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from cmdb_collectors.credentials import Community, Login, UsmUser
from cmdb_collectors.errors import ConfigurationError
from cmdb_collectors.secrets import BYTES_MAX, Secret, missing, read, read_file


def secret_file(folder: Path, text: str | bytes = "hush\n", mode: int = 0o600) -> Path:
    path = folder / "secret"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    path.chmod(mode)
    return path


def test_a_file_of_the_user_alone_gives_its_text_without_the_end_of_the_line(tmp_path: Path) -> None:
    assert read_file(str(secret_file(tmp_path, " pass word \r\n"))) == " pass word "


def test_a_private_key_keeps_its_inner_lines(tmp_path: Path) -> None:
    assert read_file(str(secret_file(tmp_path, "-----BEGIN\nabc\n-----END\n"))) == "-----BEGIN\nabc\n-----END"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o777, 0o620])
def test_a_file_that_others_may_use_is_refused_with_the_command_that_mends_it(tmp_path: Path, mode: int) -> None:
    path = secret_file(tmp_path, mode=mode)
    with pytest.raises(ConfigurationError, match=f"chmod 600 {path}") as refused:
        read_file(str(path))
    assert "hush" not in str(refused.value)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_file_of_another_user_is_refused(tmp_path: Path) -> None:
    path = secret_file(tmp_path)
    os.chown(path, 12345, 12345)
    with pytest.raises(ConfigurationError, match="belongs to the user 12345"):
        read_file(str(path))


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "empty"), (b"\n", "empty"), (b"\xff\xfe\x00", "text"), (b"x" * (BYTES_MAX + 1), "larger")],
)
def test_a_file_that_can_be_no_secret_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    with pytest.raises(ConfigurationError, match=reason):
        read_file(str(secret_file(tmp_path, content)))


def test_what_is_no_file_does_not_hold_the_program(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    with pytest.raises(ConfigurationError, match="no regular file"):
        read_file(str(tmp_path / "pipe"))
    with pytest.raises(ConfigurationError, match="No such file"):
        read_file(str(tmp_path / "nothing"))


def test_a_variable_gives_its_value_and_an_absent_one_says_its_name() -> None:
    assert read(Secret("env", "WORD"), {"WORD": "hush"}) == "hush"
    for environ in ({}, {"WORD": ""}):
        with pytest.raises(ConfigurationError, match="variable WORD"):
            read(Secret("env", "WORD"), environ)


def test_without_a_terminal_nobody_is_asked() -> None:
    assert "no terminal" in (missing(Secret("prompt", "Password of core"), {}) or "")
    with pytest.raises(ConfigurationError, match="no terminal"):
        read(Secret("prompt", "Password of core"), {})


def test_no_repr_of_credentials_holds_a_secret() -> None:
    for one in (
        Community(community="hush"),
        UsmUser(user="u", auth_protocol="SHA", auth_password="hush", priv_protocol="AES", priv_password="hush"),
        Login(user="u", private_key="hush", passphrase="hush", password="hush"),
    ):
        assert "hush" not in repr(one)
