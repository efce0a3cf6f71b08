import json

import pytest
from cmdb_agent.errors import NotEnrolled
from cmdb_agent.platforms import linux
from cmdb_agent.resident import Resident
from cmdb_agent.settings import Settings
from cmdb_agent.state import Enrolment, State
from cmdb_agent.wire.outbox import Outbox
from cmdb_agent.wire.transport import Transport

OBSERVATIONS, ENROLMENTS = "/observations", "/enrolments"
ACCEPTED = (200, {"status": "accepted", "instructions": []}, {})


class Stopped(Exception):
    """The test has seen enough."""


@pytest.fixture
def agent(machine, server, tmp_path):
    """Makes an agent on the built machine; sleeping takes no time, and stops it after `rounds` long waits."""

    def make(*, enrolled=True, token="enrol-me", rounds=None, **options):
        machine.without_sockets()
        state = State(str(tmp_path / "state"))
        if enrolled and state.enrolment() is None:
            state.keep_enrolment(Enrolment(state.agent_id(), "agent-token", "site-1"))
        settings = Settings(state_dir=state.folder, server=server.address, interval_seconds=10, **options)
        waits = []

        def sleep(seconds):
            waits.append(seconds)
            if rounds is not None and len(waits) > rounds:
                raise Stopped

        one = Resident(linux(machine.host()), settings, state, Transport(server.address), lambda: token, sleep)
        one.waits, one.state, one.outbox = waits, state, Outbox(state.spool_folder)
        return one

    return make


def test_a_first_run_enrols_and_reports_under_the_domain_it_was_given(agent, server):
    one = agent(enrolled=False)
    assert one.run_once()
    [enrolment] = server.bodies(ENROLMENTS)
    [document] = server.bodies(OBSERVATIONS)
    assert enrolment == {"agent_id": one.state.agent_id(), "host_name": "box"}
    assert document["source"] == {
        "kind": "agent",
        "name": "cmdb-agent",
        "version": "0.1.0",
        "instance": one.state.agent_id(),
    }
    assert document["scope"] == {"kind": "host", "key": one.state.agent_id(), "domain": "site-1"}
    assert document["interval_ms"] == 10_000
    assert document["age_ms"] >= 0
    assert server.requests[-1]["headers"]["Authorization"] == "Bearer agent-token"


def test_a_named_domain_wins_over_the_enrolment_s(agent, server):
    assert agent(domain="vrf-red").run_once()
    assert server.bodies(OBSERVATIONS)[0]["scope"]["domain"] == "vrf-red"


def test_an_enrolled_agent_needs_no_enrolment_token(agent, server):
    assert agent(token=None).run_once()
    assert server.bodies(ENROLMENTS) == []


def test_without_enrolment_and_token_the_agent_says_what_is_needed(agent):
    with pytest.raises(NotEnrolled, match="--enrolment-token-file"):
        agent(enrolled=False, token=None).run_once()


def test_a_wrong_enrolment_token_ends_the_agent_with_the_reason(agent, server):
    server.answers = [(401, {"detail": "this token has expired"}, {})]
    with pytest.raises(NotEnrolled, match="this token has expired"):
        agent(enrolled=False).run_once()


def test_a_server_that_is_not_ready_is_waited_for_at_the_first_enrolment(agent, server):
    server.answers = [(503, {}, {"Retry-After": "7"}), (201, {"token": "t", "domain": "d"}, {}), ACCEPTED]
    one = agent(enrolled=False)
    assert one.run_once()
    assert one.waits[0] >= 7


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_what_could_not_be_sent_waits_and_is_sent_first_later(agent, server, status, caplog):
    server.answers = [(status, {"detail": "not now"}, {})]
    assert not agent().run_once()
    assert "not now" in caplog.text
    first = server.bodies(OBSERVATIONS)[0]["document_id"]
    server.answers = [ACCEPTED]
    assert agent().run_once()
    ids = [body["document_id"] for body in server.bodies(OBSERVATIONS)]
    assert ids[1] == first
    assert len(set(ids)) == 2
    assert ids[2] != first


def test_a_token_that_is_not_taken_is_said_with_what_would_help(agent, server, caplog):
    server.answers = [(401, {"detail": "revoked"}, {})]
    one = agent()
    one.run_once()
    assert "revoked" in caplog.text
    assert one.state.enrolment_file in caplog.text
    assert "agent-token" not in caplog.text


@pytest.mark.parametrize("status", [413, 422])
def test_a_refused_document_is_dropped_with_the_reason_and_does_not_block_the_next(agent, server, status, caplog):
    server.answers = [(status, {"detail": "items[0].key is missing"}, {})]
    one = agent()
    assert one.run_once()
    assert "items[0].key is missing" in caplog.text
    assert one.outbox.names() == []


def test_renew_agent_id_takes_a_new_id_and_enrols_with_the_old_token(agent, server):
    one = agent()
    old = one.state.agent_id()
    server.answers = [
        (200, {"status": "accepted", "instructions": ["renew_agent_id"]}, {}),
        (201, {"token": "second-token", "domain": "site-1"}, {}),
        ACCEPTED,
    ]
    assert one.run_once()
    new = one.state.agent_id()
    assert new != old
    assert [request["headers"]["Authorization"] for request in server.requests] == [
        "Bearer agent-token", "Bearer agent-token", "Bearer second-token",
    ]  # fmt: skip
    assert server.bodies(ENROLMENTS)[0]["agent_id"] == new
    assert [body["scope"]["key"] for body in server.bodies(OBSERVATIONS)] == [old, new]


def test_a_renewal_that_is_interrupted_is_finished_before_anything_is_sent(agent, server):
    one = agent()
    server.answers = [(200, {"instructions": ["renew_agent_id"]}, {}), (503, {}, {})]
    assert not one.run_once()
    new = one.state.agent_id()
    server.requests.clear()
    server.answers = [(201, {"token": "second-token", "domain": "site-1"}, {}), ACCEPTED]
    assert agent().run_once()
    assert server.requests[0]["path"].endswith(ENROLMENTS)
    assert server.requests[0]["headers"]["Authorization"] == "Bearer agent-token"
    assert {body["scope"]["key"] for body in server.bodies(OBSERVATIONS)} == {new}


def test_send_full_reads_once_more_and_not_for_ever(agent, server):
    server.answers = [(200, {"instructions": ["send_full"]}, {})]
    assert agent().run_once()
    assert len(server.bodies(OBSERVATIONS)) == 2


def test_a_server_that_always_asks_for_more_gets_one_extra_document_an_interval(agent, server):
    server.answers = [(200, {"instructions": ["send_full"]}, {})]
    one = agent(rounds=2)
    with pytest.raises(Stopped):
        one.run()
    assert len(server.bodies(OBSERVATIONS)) == 2


def test_a_resident_agent_waits_about_its_interval_between_documents(agent, server):
    one = agent(rounds=2)
    with pytest.raises(Stopped):
        one.run()
    assert len(server.bodies(OBSERVATIONS)) == 1
    assert 0 < one.waits[-1] <= 11


def test_the_loss_of_the_server_is_said_once_and_its_return_once(agent, server, caplog):
    caplog.set_level("INFO")
    one = agent()
    server.answers = [(503, {"detail": "down"}, {})]
    one.run_once()
    one.run_once()
    server.answers = [ACCEPTED]
    one.run_once()
    assert caplog.text.count("down") == 1
    assert caplog.text.count("sending again") == 1


def test_services_known_by_their_connections_survive_a_restart_of_the_agent(agent, server, machine):
    machine.process(900, parent=1, line=["/opt/worker/bin/worker"], inodes=(5600,))
    one = agent()
    machine.connection(5600, ("10.0.0.5", 40000), ("10.0.0.7", 5672))
    assert one.run_once()
    assert agent().run_once()
    keys = [{item["key"] for item in body["items"]} for body in server.bodies(OBSERVATIONS)]
    assert all("svc:/opt/worker/bin/worker:" in each for each in keys)


def test_a_full_disk_does_not_end_a_resident_agent(agent, server, caplog):
    one = agent(rounds=3)
    spool = one.state.spool_folder
    with open(spool, "w", encoding="utf-8"):
        """A file where the spool folder should be stands for a disk that takes nothing."""
    with pytest.raises(Stopped):
        one.run()
    assert "cannot be kept" in caplog.text
    assert server.requests == []


def test_tokens_are_kept_out_of_documents_and_logs(agent, server, caplog):
    caplog.set_level("DEBUG")
    assert agent(enrolled=False, token="enrol-me-secretly").run_once()
    assert "enrol-me-secretly" not in caplog.text + json.dumps(server.bodies(OBSERVATIONS))
    assert "agent-token" not in caplog.text + json.dumps(server.bodies(OBSERVATIONS))
