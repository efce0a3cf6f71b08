"""What the agent keeps on its machine: its own id, and the token that the server gave it. Files with mode 0600."""

from __future__ import annotations

import fcntl
import json
import os
import re
from typing import Any, NamedTuple

from cmdb_agent.errors import StateError

_AGENT_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Enrolment(NamedTuple):
    """What the server answered to the enrolment of an agent id. The token never stands in a `repr`."""

    agent_id: str
    token: str
    domain: str | None

    def __repr__(self) -> str:
        return f"Enrolment(agent_id={self.agent_id!r}, domain={self.domain!r})"


class State:
    """The state folder."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    @property
    def spool_folder(self) -> str:
        """Where documents wait that could not be sent yet."""
        return os.path.join(self.folder, "spool")

    @property
    def enrolment_file(self) -> str:
        """Where the token stands that the server gave this agent."""
        return os.path.join(self.folder, "enrolment.json")

    def lock(self) -> None:
        """Hold the folder until this program ends. Raises StateError, with the process that holds it."""
        path = os.path.join(self.folder, "lock")
        try:
            os.makedirs(self.folder, mode=0o700, exist_ok=True)
            self._lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(self._lock, 20).decode("ascii", "replace").strip()
            raise StateError(f"an agent (process {holder}) runs already with the state folder {self.folder}") from None
        except OSError as error:
            raise self._unusable(error) from error
        os.ftruncate(self._lock, 0)
        os.write(self._lock, f"{os.getpid()}\n".encode())

    def agent_id(self) -> str:
        """This agent's own id, made on the first call. Raises StateError."""
        path = os.path.join(self.folder, "agent-id")
        try:
            with open(path, encoding="utf-8") as file:
                stored = file.read().strip()
        except FileNotFoundError:
            return self.renew_agent_id()
        except (OSError, UnicodeDecodeError) as error:
            raise self._unusable(error) from error
        if not _AGENT_ID.fullmatch(stored):
            raise StateError(f"{path} holds no agent id: remove it, and a new one is made")
        return stored

    def renew_agent_id(self) -> str:
        """A new id in place of the old one: another machine runs with a copy of this state. Raises StateError."""
        import uuid  # needed once in the life of an agent, and slow to import

        agent_id = str(uuid.uuid4())
        self._write("agent-id", agent_id + "\n")
        return agent_id

    def enrolment(self) -> Enrolment | None:
        """The stored enrolment; None before the first. Raises StateError."""
        stored = self._load("enrolment.json")
        try:
            return Enrolment(str(stored["agent_id"]), str(stored["token"]), stored["domain"])
        except (KeyError, TypeError):
            return None

    def keep_enrolment(self, enrolment: Enrolment) -> None:
        """Store what the server answered. Raises StateError."""
        self._write("enrolment.json", json.dumps(enrolment._asdict()))

    def known_services(self) -> list[str]:
        """The processes known to be services from an earlier run, as `boot id:pid:start`. Raises StateError."""
        stored = self._load("services.json")
        return [text for text in stored if isinstance(text, str)] if isinstance(stored, list) else []

    def keep_known_services(self, known: list[str]) -> None:
        """Store which processes are known to be services. Raises StateError."""
        self._write("services.json", json.dumps(known))

    def _load(self, name: str) -> Any:
        """The JSON value in a file of the folder; None where there is none or it is damaged."""
        try:
            with open(os.path.join(self.folder, name), encoding="utf-8") as file:
                return json.load(file)
        except (FileNotFoundError, ValueError):
            return None
        except OSError as error:
            raise self._unusable(error) from error

    def _write(self, name: str, text: str) -> None:
        """Replace a file at once: a crash leaves the old content or the new one."""
        path = os.path.join(self.folder, name)
        try:
            os.makedirs(self.folder, mode=0o700, exist_ok=True)
            descriptor = os.open(f"{path}.new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.replace(f"{path}.new", path)
        except OSError as error:
            raise self._unusable(error) from error

    def _unusable(self, error: Exception) -> StateError:
        return StateError(f"the state folder {self.folder} cannot be used ({error}): name another with --state-dir")
