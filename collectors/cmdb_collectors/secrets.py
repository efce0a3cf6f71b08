"""Where a secret comes from: a file of the user alone, a variable of the environment, or a question on the terminal."""

from __future__ import annotations

import getpass
import os
import stat
import sys
from collections.abc import Mapping
from typing import Literal, NamedTuple

from cmdb_collectors.errors import ConfigurationError

BYTES_MAX = 64 << 10


class Secret(NamedTuple):
    """Where one secret comes from. `name`: a path, a variable, or the words of the question."""

    kind: Literal["file", "env", "prompt"]
    name: str


def read(secret: Secret, environ: Mapping[str, str]) -> str:
    """The secret itself, without the line's end. Raises ConfigurationError, which says what would do."""
    if secret.kind == "file":
        text = read_file(secret.name)
    elif secret.kind == "env":
        text = environ.get(secret.name, "")
        if not text:
            raise ConfigurationError(f"the variable {secret.name} is not set, or is empty")
    else:
        text = ask(secret.name)
    return text


def ask(question: str) -> str:
    """What a person types, unseen. Raises ConfigurationError without a terminal, and for an empty answer."""
    if not sys.stdin.isatty():
        raise ConfigurationError(f"{question}: there is no terminal to ask on; name a file or a variable instead")
    text = getpass.getpass(f"{question}: ")
    if not text:
        raise ConfigurationError(f"{question}: nothing was typed")
    return text


def missing(secret: Secret, environ: Mapping[str, str]) -> str | None:
    """Why a secret could not be had now, without asking anybody for it; None where it can."""
    if secret.kind == "prompt":
        return None if sys.stdin.isatty() else f"{secret.name}: there is no terminal to ask on"
    try:
        read(secret, environ)
    except ConfigurationError as error:
        return str(error)
    return None


def read_file(path: str) -> str:
    """The text of a file that only its user may read, without the last line's end. Raises ConfigurationError.

    The open file is what is looked at, so nobody can change it between the look and the reading.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror}") from error
    with os.fdopen(descriptor, "rb") as file:
        _check(path, os.fstat(descriptor))
        try:
            raw = file.read(BYTES_MAX + 1)
            text = raw.decode().rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(f"{path} cannot be read as text: {type(error).__name__}") from None
    if len(raw) > BYTES_MAX:
        raise ConfigurationError(f"{path} is larger than any secret: {BYTES_MAX} bytes are the most")
    if not text:
        raise ConfigurationError(f"{path} is empty")
    return text


def _check(path: str, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise ConfigurationError(f"{path} is no regular file")
    if status.st_uid != os.geteuid():
        raise ConfigurationError(f"{path} belongs to the user {status.st_uid}, not to the one who runs this "
                                 f"({os.geteuid()}): chown {os.geteuid()} {path}")  # fmt: skip
    if status.st_mode & 0o077:
        raise ConfigurationError(f"{path} may be used by others (mode {stat.S_IMODE(status.st_mode):04o}): "
                                 f"chmod 600 {path}")  # fmt: skip
