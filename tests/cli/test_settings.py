"""Where commands take their server, token and data folder from."""

from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path

import pytest

from cmdb.cli.loopback import is_loopback
from cmdb.cli.settings import Profile, is_default_data, plain_environment, profile, server_file, settings
from cmdb.cli.supervise.start import Wanted
from cmdb.config import Keeping, Settings, from_environment, to_environment
from cmdb.errors import Invalid


def test_settings_go_to_a_child_through_its_environment_and_come_out_the_same(tmp_path: Path):
    given = Settings(
        tmp_path / "data",
        tmp_path / "cache",
        "bolt://x:1",
        "ann",
        tmp_path / "pw",
        "cmdb",
        "1g",
        tmp_path,
        "http://127.0.0.1:1/mirror",
        tmp_path / "java",
        Keeping(30, 100, 10, 200),
    )
    assert from_environment(to_environment(given)) == given
    bare = Settings(tmp_path / "data", tmp_path / "cache")
    assert from_environment(to_environment(bare)) == bare


def test_a_profile_is_what_options_say_then_the_environment_then_what_up_wrote(tmp_path: Path):
    environment = {"CMDB_DATA": str(tmp_path)}
    assert profile(None, None, None, environment).server == "http://127.0.0.1:8000"
    server_file(settings(environment=environment)).write_text("http://127.0.0.1:8123\n")
    written = profile(None, None, None, environment)
    assert (written.server, written.token_file) == ("http://127.0.0.1:8123", tmp_path / "admin-token")
    environment |= {"CMDB_SERVER": "https://cmdb.example.net/", "CMDB_TOKEN_FILE": "/run/token", "CMDB_CA": "/run/ca"}
    named = profile(None, None, None, environment)
    assert named == Profile("https://cmdb.example.net", Path("/run/token"), Path("/run/ca"))
    given = profile("https://other.example.net", Path("mine"), Path("ca"), environment)
    assert given == Profile("https://other.example.net", Path("mine"), Path("ca"))


def test_a_child_that_needs_no_graph_is_told_nothing_of_one():
    environment = {"PATH": "/bin", "CMDB_GRAPH_PASSWORD_FILE": "/x", "HTTPS_PROXY": "p"}
    assert plain_environment(environment) == {"PATH": "/bin", "HTTPS_PROXY": "p"}


def test_the_data_folder_is_the_default_unless_it_was_named(tmp_path: Path):
    assert not is_default_data(settings(tmp_path))
    assert is_default_data(settings(environment=plain_environment()))


@pytest.mark.parametrize("text", ["0", "-1", "soon", "1.5", "36501", "²"])
def test_how_long_things_are_kept_is_a_number_of_days(text: str):
    assert from_environment({"CMDB_HISTORY_DAYS": "30"}).keeping == Keeping(history_days=30)
    with pytest.raises(Invalid, match="CMDB_HISTORY_DAYS is a number of days from 1 to 36500"):
        from_environment({"CMDB_HISTORY_DAYS": text})


def test_a_server_without_a_password_file_is_refused():
    with pytest.raises(Invalid):
        settings(environment={"CMDB_GRAPH_URI": "bolt://x"})


@pytest.mark.parametrize(("host", "here"), [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False),
                                            ("10.0.0.1", False), ("cmdb.example.net", False)])  # fmt: skip
def test_loopback_is_told_from_the_network(host: str, here: bool):
    assert is_loopback(host) is here


def _wanted(tmp_path: Path, host: str = "127.0.0.1") -> Wanted:
    return Wanted(Settings(tmp_path, tmp_path), host, 8000, True, None, None, False)


def test_the_network_needs_tls_or_a_proxy_that_speaks_it(tmp_path: Path):
    open_to_all = _wanted(tmp_path, "0.0.0.0")
    assert "--tls-cert" in (open_to_all.problem() or "")
    assert replace(open_to_all, behind_proxy=True).problem() is None
    assert replace(open_to_all, tls_cert=tmp_path, tls_key=tmp_path).problem() is None
    assert "together" in (replace(open_to_all, tls_cert=tmp_path).problem() or "")
    assert _wanted(tmp_path).problem() is None


def test_this_machines_programs_have_an_address_of_their_own_where_the_other_is_for_the_network(tmp_path: Path):
    assert _wanted(tmp_path).local_address == _wanted(tmp_path).address == "http://127.0.0.1:8000"
    secure = replace(_wanted(tmp_path, "::"), tls_cert=tmp_path, tls_key=tmp_path)
    assert (secure.address, secure.local_address) == (f"https://{socket.gethostname()}:8000", "http://127.0.0.1:8001")
