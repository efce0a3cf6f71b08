"""What `grep -H` and `ls -ln` print (POSIX), as the scripts use them: files by their path, links by their target."""

from __future__ import annotations

import re

from cmdb_collectors.ssh.snapshot import Snapshot

# A path ends at the first colon, but for those in which names stand that hold colons themselves.
_WITH_NAMES = (b"/sys/class/net/", b"/run/udev/data/")
_LINE = re.compile(
    rb"(/sys/class/net/[^/]+/[a-z_/]+|/sys/class/net/[^/]+/brif/[^/]+/port_no|/run/udev/data/b\d+:\d+):(.*)", re.S
)
_DENIED = re.compile(r"(?:grep|ls|head): (?:cannot [a-z ]+ )?\W*(/.*?)\W*: Permission denied")
_LINK = re.compile(r"l[rwxsStT-]{9}\S? +\d+ +\d+ +\d+ +\d+ (?:\S+ +\S+ +\S+) (.+?) -> (.*)")


def read_files(output: bytes, snapshot: Snapshot) -> None:
    """Files as `grep -a -H '' PATH… 2>&1` prints them: their lines, each after the path and a colon."""
    lines: dict[bytes, list[bytes]] = {}
    for line in output.split(b"\n"):
        said = _LINE.match(line) if line.startswith(_WITH_NAMES) else None
        path, colon, content = (said[1], b":", said[2]) if said else line.partition(b":")
        if colon and path.startswith(b"/"):
            lines.setdefault(path, []).append(content)
        else:
            _note_denial(line, snapshot)
    for path, said_there in lines.items():
        snapshot.files[text(path)] = b"\n".join(said_there)


def read_links(output: bytes, snapshot: Snapshot) -> None:
    """Symbolic links as `ls -lnd PATH… 2>&1` prints them; what is none is there all the same."""
    for line in output.split(b"\n"):
        said = _LINK.fullmatch(text(line))
        if said:
            snapshot.links[said[1]] = said[2]
        else:
            _note_denial(line, snapshot)


def _note_denial(line: bytes, snapshot: Snapshot) -> None:
    if line.endswith(b"Permission denied"):
        said = _DENIED.match(text(line))
        if said:
            snapshot.denied.add(said[1])


def text(raw: bytes) -> str:
    """Bytes of the host as text; what is no UTF-8 is replaced, as the agent replaces it."""
    return raw.decode("utf-8", "replace")
