"""A running engine, as its starter holds it."""

from types import TracebackType
from typing import Self

from cmdb.store.engine import home as homes
from cmdb.store.engine.hold import Hold
from cmdb.store.engine.home import Home
from cmdb.tether import Tethered

_STOP_SECONDS = 30


class Engine:
    """A running engine, child of this process; made by `start`. Leaving its `with` block stops it."""

    def __init__(self, home: Home, port: int, program: Tethered, hold: Hold) -> None:
        self.port = port
        self.uri = f"bolt://{homes.LOOPBACK}:{port}"
        self.user = homes.USER
        self.password_file = home.password_file
        self.logs = (home.output_file, home.log_file)
        self._home = home
        self._program = program
        self._hold: Hold | None = hold

    @property
    def pid(self) -> int:
        """The process id of the engine."""
        return self._program.pid

    def exit_code(self) -> int | None:
        """How the engine ended, negative for a signal; None while it runs."""
        return self._program.exit_code()

    def stop(self) -> None:
        """Ends the engine, with a checkpoint when it ends in time; without effect when it has ended."""
        if self._hold is None:
            return
        self._program.stop(_STOP_SECONDS)
        self._home.pid_file.unlink(missing_ok=True)
        self._hold.release()
        self._hold = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
