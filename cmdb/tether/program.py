"""Becomes the program it is given, so that this program ends when its starter does, even by kill -9.

Started by path, on its own: it imports nothing of the product, so that it is there in 10 ms.
Usage: `program.py STARTER_PID PIPE PROGRAM ARGUMENT...`, where PIPE is the read end of a pipe
whose write end only the starter holds.

On Linux the kernel kills the program when the thread that started it ends. Elsewhere a
watching child waits for the end of the pipe. Killed, not asked: the starter cannot wait any
more for a slow shutdown, and Neo4j recovers its store from its log.
Source: prctl(2), PR_SET_PDEATHSIG, which survives execve(2).
"""

import ctypes
import os
import signal
import sys
from contextlib import suppress

_PR_SET_PDEATHSIG = 1


def tie_to_starter(starter_pid: int) -> None:
    """Asks Linux to kill this process when its starter ends; exits when that has happened already."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")
    if os.getppid() != starter_pid:
        sys.exit("the program that started this one is gone")


def watch_starter(pipe: int) -> None:
    """Leaves a child behind that kills this process when the starter's end of the pipe closes."""
    program_pid = os.getpid()
    if os.fork() != 0:
        return
    os.read(pipe, 1)
    # Nothing to kill, or no longer this child's parent: the program ended by itself.
    if os.getppid() == program_pid:
        with suppress(ProcessLookupError):
            os.kill(program_pid, signal.SIGKILL)
    os._exit(0)


def main(arguments: list[str]) -> None:
    """Ties this process to its starter, then becomes the program."""
    starter_pid, pipe, *command = arguments
    if sys.platform == "linux":
        tie_to_starter(int(starter_pid))
    else:
        watch_starter(int(pipe))
    os.close(int(pipe))
    os.execv(command[0], command)  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main(sys.argv[1:])
