"""Programs that this one starts and that never outlive it, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

_PROGRAM = Path(__file__).with_name("program.py")


class Tethered:
    """A program started by this process; killed by the system when this process is gone, even by kill -9."""

    def __init__(self, process: subprocess.Popen[bytes], rope: int) -> None:
        self._process = process
        # Where the kernel has no parent-death signal, the program lives as long as this descriptor is open.
        self._rope: int | None = rope

    @classmethod
    def start(
        cls,
        command: Sequence[str],
        output: Path,
        environment: Mapping[str, str],
        *,
        keep: Sequence[int] = (),
        append: bool = False,
    ) -> Self:
        """Starts a program that writes into `output`, inherits the descriptors `keep`, and gets no terminal's signals.

        `command` begins with the path of the program. Only the main thread may call it: on Linux the program
        ends with the thread that started it. Raises OSError when `output` cannot be written.
        """
        if threading.current_thread() is not threading.main_thread():
            raise RuntimeError("start programs from the main thread: they would end with this one")
        with output.open("ab" if append else "wb") as log:
            reading, writing = os.pipe()
            try:
                process = subprocess.Popen(  # noqa: S603 - a list of our own, no shell
                    [sys.executable, "-I", "-S", str(_PROGRAM), str(os.getpid()), str(reading), *command],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    pass_fds=(reading, *keep),
                    # Ctrl-C in a terminal reaches a whole process group: stopping is the starter's business.
                    start_new_session=True,
                    env=dict(environment),
                )
            except BaseException:
                os.close(writing)
                raise
            finally:
                os.close(reading)
        return cls(process, writing)

    @property
    def pid(self) -> int:
        """The process id of the program."""
        return self._process.pid

    def exit_code(self) -> int | None:
        """How the program ended, negative for a signal; None while it runs."""
        return self._process.poll()

    def ask_to_end(self) -> None:
        """Sends SIGTERM and does not wait; without effect when the program has ended."""
        self._process.send_signal(signal.SIGTERM)

    def stop(self, patience_seconds: float) -> None:
        """Ends the program, by force after `patience_seconds`; without effect when that is done."""
        if self._rope is None:
            return
        self.ask_to_end()
        try:
            self._process.wait(patience_seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._rope)
        self._rope = None
