"""The agent of the machine that `cmdb up` runs on."""

from __future__ import annotations

from pathlib import Path

from cmdb.bootstrap import Core
from cmdb.cli.supervise import programs
from cmdb.cli.supervise.watch import Watch
from cmdb.config import Settings
from cmdb.usecases.access import Role, create_token, revoke_token
from cmdb.usecases.first_admin import write_secret
from cmdb.usecases.supervise import Reported, reported

_HOUR_MS = 3_600_000
_REPORT_SECONDS = 90


class LocalAgent:
    """This machine's agent: enrolled at its first start, reporting ever after."""

    def __init__(self, settings: Settings, url: str) -> None:
        self._folder = settings.data_dir / "agent"
        self._token_file = settings.data_dir / "enrolment-token"
        self._enrolment_id: str | None = None
        self.program = programs.agent(settings, url, self._folder, self._token_file)

    @property
    def is_enrolled(self) -> bool:
        """Whether the agent has a token of its own."""
        return (self._folder / "enrolment.json").exists()

    def prepare_enrolment(self, core: Core) -> None:
        """Leaves an enrolment token, valid for an hour, in a file that the agent reads."""
        now = core.now()
        made = create_token(
            core.graph, "agent beside cmdb up", Role.ENROLMENT, now, created_by="cmdb up", expires_at=now + _HOUR_MS
        )
        write_secret(self._token_file, made.secret)
        self._enrolment_id = made.token.id

    def last_report(self, core: Core) -> Reported | None:
        """This machine as it was last reported; None before the first time."""
        agent_id = _text(self._folder / "agent-id")
        return reported(core.graph, agent_id) if agent_id else None

    def wait_for_report(self, core: Core, watch: Watch) -> Reported | None:
        """This machine as it was reported; None where that takes too long.

        An enrolment token that was prepared has done its work then, and is revoked.
        """
        if not watch.wait_until(lambda: self.last_report(core) is not None, _REPORT_SECONDS):
            return None
        if self._enrolment_id is not None:
            revoke_token(core.graph, self._enrolment_id, core.now())
        self._token_file.unlink(missing_ok=True)
        return self.last_report(core)


def _text(file: Path) -> str | None:
    try:
        return file.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
