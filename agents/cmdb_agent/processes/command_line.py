"""What a command line runs: for a runtime its main argument (script, module, jar, class or application)."""

from __future__ import annotations

import os
import re

# Programs that only start another one, or wait for it: never a service by themselves outside a unit or container.
LAUNCHERS = frozenset({
    "sh", "bash", "dash", "ash", "ksh", "mksh", "zsh", "fish", "csh", "tcsh", "busybox", "su", "sudo", "doas",
    "runuser", "make", "gmake", "ninja", "env", "nohup", "timeout", "nice", "ionice", "chrt", "taskset", "setsid",
    "setpriv", "stdbuf", "time", "strace", "ltrace", "gdb", "xargs", "watch", "script", "screen", "tmux", "login",
    "agetty", "flock", "chroot", "unshare", "nsenter", "ip", "unbuffer", "expect", "tini", "dumb-init",
    "s6-supervise", "runsv", "supervise", "start-stop-daemon", "daemonize", "parallel",
})  # fmt: skip

_VERSIONED = re.compile(r"^(python|pypy|ruby|perl|php|php-fpm|node|nodejs|lua|java)[-\d.]*$")
_RUNTIMES = {"pypy": "python", "nodejs": "node"}
# Options that take their value as the next argument, by runtime.
_VALUED = {
    "python": frozenset({"-W", "-X", "-Q", "--check-hash-based-pycs"}),
    "java": frozenset({"-cp", "-classpath", "--class-path", "-p", "--module-path", "--add-modules", "--add-opens",
                       "--add-exports", "--add-reads", "--upgrade-module-path", "--limit-modules", "--patch-module"}),
    "node": frozenset({"-r", "--require", "--import", "--loader", "--experimental-loader", "-C", "--conditions",
                       "--env-file", "--title"}),
    "ruby": frozenset({"-I", "-r", "-C", "-E"}),
    "perl": frozenset({"-I"}),
    "php": frozenset({"-c", "-d", "-z"}),
    "sh": frozenset({"-o", "+o", "--rcfile", "--init-file"}),
    "dotnet": frozenset({"--additionalprobingpath", "--fx-version", "--depsfile", "--runtimeconfig"}),
}  # fmt: skip
# Options after which a program text stands instead of a file.
_TYPED_IN = {"sh": re.compile("-[a-z]*c"), "node": re.compile("-e|-p|--eval|--print"), "perl": re.compile("-n?e|-E"),
             "ruby": re.compile("-e"), "php": re.compile("-r")}  # fmt: skip
_NOTHING = re.compile("(?!)")
_SHELLS = frozenset({"sh", "bash", "dash", "ash", "ksh", "mksh", "zsh"})
# Scripts and modules that serve an application named on their own command line.
_APPLICATION_SERVERS = frozenset({"gunicorn", "uvicorn", "hypercorn", "daphne", "granian", "waitress-serve", "uwsgi"})
_APPLICATION = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*(?:\(.*\))?")
_TITLED = re.compile(r"^(?:gunicorn|uvicorn): (?:master|worker) \[(?P<application>[^\]]+)\]")
# Programs of several commands: which one runs is part of what runs.
_OF_COMMANDS = frozenset({"cmdb", "celery", "airflow", "manage.py", "flask", "rails", "artisan", "superset", "dagster"})
_CELERY = frozenset({"worker", "beat", "events", "flower", "multi"})  # its command stands after options with values
# Python's helper processes run the script of the process that started them.
_MULTIPROCESSING = re.compile(r"from multiprocessing\.(?:spawn|forkserver|resource_tracker|semaphore_tracker) import")

# Programs that open sockets for the programs they start, and serve nobody themselves.
_SUPERVISORS = frozenset({"systemd", "init", "supervisord", "circusd", "einhorn", "inetd", "xinetd"})
_SUPERVISING = ("/cmdb up", "cmdb.cli up", "cmdb.cli.main up", "/supervisord", "/circusd")
# `sshd: alice@pts/0`, `sshd: alice [priv]`; the listener's title goes on with its own path.
_SESSION = re.compile(r"sshd(?:-session|-auth)?: (?!/)")

INHERITED = "\x00inherited"
"""The main argument of a helper process: that of its parent."""


def runtime_of(program: str) -> str:
    """The base name of a program, without its version where it is a runtime: `/usr/bin/python3.11` is `python`."""
    name = program.rpartition("/")[2]
    found = _VERSIONED.match(name)
    return _RUNTIMES.get(found[1], found[1]) if found else name


def main_argument(program: str, arguments: tuple[str, ...]) -> str | None:
    """What the program runs; None where it is no runtime, or runs what was typed in.

    `INHERITED` for a helper of Python's multiprocessing. A path is as written, see `absolute`.
    """
    titled = _TITLED.match(arguments[0]) if arguments else None
    if titled:
        return titled["application"]
    runtime = runtime_of(program)
    runtime = "sh" if runtime in _SHELLS else runtime
    if runtime in _APPLICATION_SERVERS:
        return _application(arguments[1:]) or None
    if runtime in _OF_COMMANDS:
        return _command(runtime, arguments[1:])
    if runtime not in _VALUED:
        return None
    return _served(runtime, *_first(runtime, arguments))


def _first(runtime: str, arguments: tuple[str, ...]) -> tuple[str | None, tuple[str, ...]]:
    """The first argument that is no option, or the value of one that names what runs; and what follows it."""
    rest = iter(range(1, len(arguments)))
    for index in rest:
        argument, following = arguments[index], arguments[index + 1 :]
        if runtime == "python" and argument == "-c":
            is_helper = following and _MULTIPROCESSING.search(following[0])
            return (INHERITED if is_helper else None), ()
        if _TYPED_IN.get(runtime, _NOTHING).fullmatch(argument):
            return None, ()
        if (runtime == "python" and argument == "-m") or (runtime == "java" and argument in ("-jar", "-m", "--module")):
            return (following[0], following[1:]) if following else (None, ())
        if argument in _VALUED[runtime]:
            next(rest, None)
        elif not argument.startswith(("-", "+", "@")):
            return argument, following
    return None, ()


def _served(runtime: str, main: str | None, following: tuple[str, ...]) -> str | None:
    """The application where `main` is an application server, the command where it has several, else itself."""
    if main is None or main == INHERITED:
        return main
    name = main.rpartition("/")[2] if "/" in main else main
    if name in _APPLICATION_SERVERS:
        return _application(following) or main
    head = name.partition(".")[0] if runtime == "python" and "/" not in main else name
    if name in _OF_COMMANDS or head in _OF_COMMANDS:
        return _command(main, following)
    return main


def _application(arguments: tuple[str, ...]) -> str | None:
    return next((argument for argument in arguments if _APPLICATION.fullmatch(argument)), None)


def _command(main: str, arguments: tuple[str, ...]) -> str:
    """The program and which of its commands runs."""
    words = (argument for argument in arguments if not argument.startswith("-"))
    if main.rpartition("/")[2] == "celery":
        words = (argument for argument in arguments if argument in _CELERY)
    command = next(words, None)
    return f"{main} {command}" if command else main


def is_path(main: str | None) -> bool:
    """True where a main argument is a file that could be relative to the folder the process works in."""
    if main is None or main == INHERITED or main.startswith("/"):
        return False
    return "/" in main or bool(re.search(r"\.(?:py|pyz|js|mjs|cjs|ts|rb|pl|php|sh|jar|dll)$", main.split(" ")[0]))


def absolute(main: str, folder: str | None) -> str:
    """A relative path of a main argument, made absolute by the folder the process works in, where that is known."""
    return os.path.normpath(os.path.join(folder, main)) if folder else main


def is_supervisor(program: str, main: str | None) -> bool:
    """True for a program that hands its sockets on: whoever else holds one serves it (systemd.socket(5))."""
    return program.rpartition("/")[2] in _SUPERVISORS or (main or "").endswith(_SUPERVISING)


def is_session(arguments: tuple[str, ...]) -> bool:
    """True for the process of a login over SSH: part of a person's session, not of the service."""
    return bool(arguments) and bool(_SESSION.match(arguments[0]))
