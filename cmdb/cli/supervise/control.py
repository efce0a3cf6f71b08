"""How another command of the same user asks a running `cmdb up` for a backup: a socket in the data folder.

The command connects; `cmdb up` answers in lines of JSON: `{"begun": [doing, done]}` and `{"ended": true}` around each
step, and last `{"dump": file}` or `{"refused": sentence}`. A connection that ends before is a `cmdb up` that ended.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import sys
from collections.abc import Callable, Generator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Self

from cmdb.cli.screen import Step
from cmdb.errors import CMDBError, Unavailable

_NAME = "control"
# unix(7) has 108 bytes for a name, macOS 104.
_LONGEST_NAME = 100
_ANSWER_SECONDS = 5


class Control:
    """The side of `cmdb up`. Leaving its `with` block removes the socket."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / _NAME
        # The caller holds the data folder: what lies there is of one that is gone.
        self._path.unlink(missing_ok=True)
        self._listening = socket.socket(socket.AF_UNIX)
        try:
            with address_of(data_dir) as address:
                self._listening.bind(address)
            self._path.chmod(0o600)
            self._listening.listen()
            self._listening.setblocking(False)
        except BaseException:
            self._listening.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.close()
        self._path.unlink(missing_ok=True)

    def answer(self, work: Callable[[Step], Path | CMDBError]) -> None:
        """Does the work for one who asks, if there is one, and tells them where the dump is, or why there is none.

        Whoever asked may leave in the middle: the work is done to its end all the same, and the dump thrown away.
        """
        try:
            asking, _ = self._listening.accept()
        except BlockingIOError:
            return
        with closing(asking):
            asking.settimeout(_ANSWER_SECONDS)

            def tell(**words: object) -> bool:
                with suppress(OSError):
                    asking.sendall(json.dumps(words).encode() + b"\n")
                    return True
                return False

            @contextmanager
            def step(doing: str, done: str) -> Generator[None]:
                tell(begun=[doing, done])
                yield
                tell(ended=True)

            made = work(step)
            if isinstance(made, CMDBError):
                tell(refused=str(made))
            elif not tell(dump=str(made)):
                shutil.rmtree(made.parent)


def ask(data_dir: Path, step: Step) -> Path | None:
    """The dump that the `cmdb up` of this data folder has made, with its steps shown; None where none runs there.

    Raises Unavailable where it refuses, or ends meanwhile.
    """
    with closing(socket.socket(socket.AF_UNIX)) as connection:
        try:
            with address_of(data_dir) as address:
                connection.connect(address)
        except (FileNotFoundError, ConnectionRefusedError):
            return None
        except PermissionError as error:
            raise Unavailable(f"{data_dir} belongs to another user: ask as that one") from error
        with ExitStack() as running, connection.makefile("r", encoding="utf-8") as lines:
            for line in lines:
                words: dict[str, Any] = json.loads(line)
                if "begun" in words:
                    running.enter_context(step(*words["begun"]))
                elif "dump" in words:
                    return Path(words["dump"])
                elif "refused" in words:
                    raise Unavailable(words["refused"])
                else:
                    running.close()
    raise Unavailable(f"`cmdb up` ended before the backup was made; see what it says, and {data_dir}/logs")


@contextmanager
def address_of(data_dir: Path) -> Generator[str]:
    """A name for the socket that is short enough wherever the folder is."""
    plain = str(data_dir / _NAME)
    if len(os.fsencode(plain)) <= _LONGEST_NAME or not sys.platform.startswith("linux"):
        yield plain
        return
    descriptor = os.open(data_dir, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{descriptor}/{_NAME}"
    finally:
        os.close(descriptor)
