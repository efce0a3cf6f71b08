"""The API on a test's own graph, and clients that show a token of some role."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from cmdb_api.app import create_app
from fastapi import FastAPI

from cmdb.bootstrap import Core
from cmdb.config import Settings
from cmdb.store.driver import Graph
from cmdb.usecases.access import DAY_MS, Caller, Role, authenticate, create_token
from cmdb.usecases.enrolment import enrol
from tests.support.hosts import START

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # newer Starlette wants another client library, older ones do not know it
    from starlette.testclient import TestClient

AGENT_ID = "agent-1"


@dataclass
class Clock:
    """A clock that stands still until a test moves it; epoch ms."""

    at: int = START

    def __call__(self) -> int:
        return self.at

    def advance(self, milliseconds: int) -> int:
        self.at += milliseconds
        return self.at


@dataclass
class Api:
    """An app on an empty graph, its clock, and one token for each role."""

    core: Core
    clock: Clock
    app: FastAPI
    secrets: dict[Role, str] = field(default_factory=dict[Role, str])

    def secret(self, role: Role) -> str:
        """A valid token of this role; an agent's is bound to `AGENT_ID`, the agent of `host(1)`."""
        if role not in self.secrets:
            self.secrets[role] = self._agent() if role is Role.AGENT else self._token(role)
        return self.secrets[role]

    def caller(self, role: Role) -> Caller:
        """The caller whom `secret(role)` stands for."""
        found = authenticate(self.core.graph, self.secret(role), self.clock())
        assert found is not None
        return found

    def as_role(self, role: Role, **options: object) -> httpx.Client:
        """A client with a token of this role."""
        return self.with_secret(self.secret(role), **options)

    def with_secret(self, secret: str | None, **options: object) -> httpx.Client:
        """A client with this token, or none."""
        headers = {"Authorization": f"Bearer {secret}"} if secret is not None else {}
        return TestClient(self.app, headers=headers, **options)  # pyright: ignore[reportArgumentType]

    def _token(self, role: Role) -> str:
        expires_at = self.clock() + 30 * DAY_MS if role is Role.ENROLMENT else None
        made = create_token(
            self.core.graph, f"a {role}", role, self.clock(), created_by="a test", expires_at=expires_at
        )  # fmt: skip
        return made.secret

    def _agent(self) -> str:
        return enrol(self.core.graph, self.caller(Role.ENROLMENT), AGENT_ID, "web-1", self.clock()).token


def api_on(graph: Graph, folder: Path) -> Api:
    """The API on this graph, with a clock that stands at `START`."""
    clock = Clock()
    core = Core(graph, Settings(data_dir=folder, cache_dir=folder), clock)
    return Api(core, clock, create_app(core))
