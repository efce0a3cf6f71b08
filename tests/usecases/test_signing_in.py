"""The first admin token, and sessions of people in a browser."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from cmdb.errors import NotAllowed
from cmdb.store.driver import Graph
from cmdb.usecases.access import DAY_MS, Role, authenticate, create_token, revoke_token
from cmdb.usecases.first_admin import ensure_admin_token
from cmdb.usecases.sessions import LIFE_MS, create_session, csrf_matches, csrf_token, end_session, session_caller
from tests.support.hosts import START

pytestmark = pytest.mark.neo4j


def test_the_first_admin_token_is_made_once_and_only_its_owner_reads_it(graph: Graph, tmp_path: Path) -> None:
    file = tmp_path / "data" / "admin-token"
    secret = ensure_admin_token(graph, file, START)
    assert secret is not None
    assert file.read_text() == secret + "\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    caller = authenticate(graph, secret, START)
    assert caller is not None
    assert caller.role is Role.ADMIN
    assert ensure_admin_token(graph, file, START) is None
    assert file.read_text() == secret + "\n"


def test_a_graph_that_lost_its_tokens_gets_a_new_admin_token_in_the_same_file(graph: Graph, tmp_path: Path) -> None:
    file = tmp_path / "admin-token"
    file.write_text("the token of a former graph")
    file.chmod(0o644)
    secret = ensure_admin_token(graph, file, START)
    assert file.read_text() == f"{secret}\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_nothing_is_valid_before_its_file_is_written(graph: Graph, tmp_path: Path) -> None:
    (tmp_path / "not-a-folder").write_text("")
    with pytest.raises(OSError, match="not-a-folder"):
        ensure_admin_token(graph, tmp_path / "not-a-folder" / "admin-token", START)
    assert graph.ask("MATCH (t:Token) RETURN count(t) AS count") == [{"count": 0}]


def token(graph: Graph, role: Role, expires_at: int | None = None) -> tuple[str, str]:
    made = create_token(graph, "someone", role, START, created_by="a test", expires_at=expires_at)
    return made.token.id, made.secret


def test_a_session_stands_for_its_token_until_it_is_over(graph: Graph) -> None:
    token_id, secret = token(graph, Role.RESPONDER)
    session = create_session(graph, secret, START)
    assert session is not None
    caller = session_caller(graph, session, START + LIFE_MS - 1)
    assert caller is not None
    assert (caller.token_id, caller.role) == (token_id, Role.RESPONDER)
    assert session_caller(graph, session, START + LIFE_MS) is None


def test_a_session_ends_by_signing_out(graph: Graph) -> None:
    session = create_session(graph, token(graph, Role.READER)[1], START) or ""
    end_session(graph, session)
    assert session_caller(graph, session, START) is None


def test_a_session_ends_with_its_token(graph: Graph) -> None:
    token_id, secret = token(graph, Role.READER)
    revoked = create_session(graph, secret, START) or ""
    revoke_token(graph, token_id, START)
    assert session_caller(graph, revoked, START) is None
    expiring = create_session(graph, token(graph, Role.READER, START + 10)[1], START) or ""
    assert session_caller(graph, expiring, START + 9) is not None
    assert session_caller(graph, expiring, START + 10) is None


def test_a_wrong_token_starts_no_session(graph: Graph) -> None:
    assert create_session(graph, "cmdb_wrong", START) is None


def test_a_program_does_not_sign_in(graph: Graph) -> None:
    _, secret = token(graph, Role.ENROLMENT, START + DAY_MS)
    with pytest.raises(NotAllowed):
        create_session(graph, secret, START)


def test_the_graph_holds_no_session_id(graph: Graph) -> None:
    session = create_session(graph, token(graph, Role.READER)[1], START) or ""
    assert session not in str(graph.ask("MATCH (n) RETURN collect(properties(n)) AS all"))


def test_sessions_that_are_over_are_forgotten(graph: Graph) -> None:
    _, secret = token(graph, Role.READER)
    for start in (START, START + 1, START + LIFE_MS + 1):
        create_session(graph, secret, start)
    assert graph.ask("MATCH (s:Session) RETURN count(s) AS count") == [{"count": 1}]


def test_a_form_belongs_to_one_session() -> None:
    assert csrf_matches("one", csrf_token("one"))
    assert not csrf_matches("one", csrf_token("another"))
    assert not csrf_matches("one", "ü")
