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

    def wait_for_report(self, core: Core, watch: Watch, since: int) -> Reported | None:
        """This machine as it was reported at or after `since` (epoch ms); None where that takes too long.

        An enrolment token that was prepared has done its work then, and is revoked.
        """
        found: Reported | None = None

        def has_come() -> bool:
            nonlocal found
            agent_id = _text(self._folder / "agent-id")
            found = reported(core.graph, agent_id, since) if agent_id else None
            return found is not None

        watch.wait_until(has_come, _REPORT_SECONDS)
        if found is not None:
            if self._enrolment_id is not None:
                revoke_token(core.graph, self._enrolment_id, core.now())
            self._token_file.unlink(missing_ok=True)
        return found


def _text(file: Path) -> str | None:
    try:
        return file.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
