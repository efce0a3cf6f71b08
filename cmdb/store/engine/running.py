"""A running engine, as its starter holds it."""

import os
import signal
import subprocess
from types import TracebackType
from typing import Self

from cmdb.store.engine import home as homes
from cmdb.store.engine.hold import Hold
from cmdb.store.engine.home import Home

_STOP_SECONDS = 30


class Engine:
    """A running engine, child of this process; made by `start`. Leaving its `with` block stops it."""

    def __init__(self, home: Home, port: int, process: subprocess.Popen[bytes], hold: Hold, tether: int) -> None:
        self.port = port
        self.uri = f"bolt://{homes.LOOPBACK}:{port}"
        self.user = homes.USER
        self.password_file = home.password_file
        self.logs = (home.output_file, home.log_file)
        self._home = home
        self._process = process
        self._hold: Hold | None = hold
        # Where the kernel has no parent-death signal, the engine lives as long as this descriptor is open.
        self._tether = tether

    @property
    def pid(self) -> int:
        """The process id of the engine."""
        return self._process.pid

    def exit_code(self) -> int | None:
        """How the engine ended, negative for a signal; None while it runs."""
        return self._process.poll()

    def stop(self) -> None:
        """Ends the engine, with a checkpoint when it ends in time; without effect when it has ended."""
        if self._hold is None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._tether)
        self._home.pid_file.unlink(missing_ok=True)
        self._hold.release()
        self._hold = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
