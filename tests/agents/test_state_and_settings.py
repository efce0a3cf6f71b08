import json
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from cmdb_agent import settings
from cmdb_agent.errors import SettingsError, StateError
from cmdb_agent.state import Enrolment, State


def test_an_agent_id_is_made_once_and_readable_for_its_owner_only(tmp_path):
    state = State(str(tmp_path / "state"))
    agent_id = state.agent_id()
    assert uuid.UUID(agent_id).version == 4
    assert State(str(tmp_path / "state")).agent_id() == agent_id
    assert (tmp_path / "state" / "agent-id").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "state").stat().st_mode & 0o777 == 0o700


def test_a_renewed_agent_id_replaces_the_old_one(tmp_path):
    state = State(str(tmp_path))
    old = state.agent_id()
    assert state.renew_agent_id() != old
    assert state.agent_id() != old


def test_a_damaged_agent_id_is_said_and_not_replaced_behind_one_s_back(tmp_path):
    (tmp_path / "agent-id").write_text("not an id")
    with pytest.raises(StateError, match="holds no agent id"):
        State(str(tmp_path)).agent_id()


def test_an_enrolment_is_kept_in_a_private_file_and_never_shown(tmp_path):
    state = State(str(tmp_path))
    assert state.enrolment() is None
    enrolment = Enrolment("agent-1", "t0ken-value", "site-1")
    state.keep_enrolment(enrolment)
    assert State(str(tmp_path)).enrolment() == enrolment
    assert Path(state.enrolment_file).stat().st_mode & 0o777 == 0o600
    assert "t0ken-value" not in repr(enrolment)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"token": "x"}', '"text"'])
def test_a_damaged_enrolment_is_none(tmp_path, content):
    (tmp_path / "enrolment.json").write_text(content)
    assert State(str(tmp_path)).enrolment() is None


@pytest.mark.parametrize("content", ["", "{}", "[1, null]"])
def test_damaged_knowledge_of_services_is_none(tmp_path, content):
    (tmp_path / "services.json").write_text(content)
    assert State(str(tmp_path)).known_services() == []


def test_a_second_agent_on_one_state_folder_is_told_who_holds_it(tmp_path):
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from cmdb_agent.state import State\n"
        "State(sys.argv[2]).lock(); print('held', flush=True); sys.stdin.read()\n"
    )
    agents = Path(__file__).parents[2] / "agents"
    command = [sys.executable, "-c", code, str(agents), str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "held\n"
        with pytest.raises(StateError, match=f"process {first.pid}"):
            State(str(tmp_path)).lock()
        assert first.stdin is not None
        first.stdin.close()


def test_an_unusable_state_folder_names_the_option_that_would_help(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StateError, match="--state-dir"):
        State(str(tmp_path / "file" / "state")).agent_id()


def test_root_keeps_its_state_in_var_and_others_in_their_own_folder(monkeypatch):
    monkeypatch.setenv("HOME", "/home/me")
    assert settings.default_state_dir({}, is_root=True) == "/var/lib/cmdb-agent"
    assert settings.default_state_dir({}, is_root=False) == "/home/me/.local/state/cmdb-agent"
    assert settings.default_state_dir({"XDG_STATE_HOME": "/s"}, is_root=False) == "/s/cmdb-agent"


def test_an_argument_wins_over_the_file_and_the_file_over_the_default(tmp_path):
    config = tmp_path / "agent.ini"
    config.write_text("[agent]\nserver = https://a.example.net/\ninterval = 60\nca = /etc/ca%.pem\n")
    said = settings.load({"server": None, "interval": "90"}, str(config), {}, is_root=True)
    assert said == settings.Settings(
        state_dir="/var/lib/cmdb-agent", server="https://a.example.net", ca="/etc/ca%.pem", interval_seconds=90
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[agent]\nservr = x\n", "servr"),
        ("[agent]\ninterval = often\n", "often"),
        ("[agent]\ndomain = a|b\n", "control characters"),
        ("[agent]\ninterval = 5\n", "10 to 86400"),
        ("no section = here\n", "no configuration file"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(tmp_path, content, message):
    config = tmp_path / "agent.ini"
    config.write_text(content)
    with pytest.raises(SettingsError, match=message):
        settings.load({}, str(config), {}, is_root=True)


def test_a_named_file_that_is_missing_is_an_error(tmp_path):
    with pytest.raises(SettingsError, match="no such file"):
        settings.load({}, str(tmp_path / "missing.ini"), {}, is_root=True)


def test_state_is_plain_text_that_a_person_can_read(tmp_path):
    State(str(tmp_path)).keep_enrolment(Enrolment("agent-1", "t", None))
    assert json.loads((tmp_path / "enrolment.json").read_text()) == {
        "agent_id": "agent-1",
        "token": "t",
        "domain": None,
    }
