"""The one script that is sent, and how its answer is taken apart.

Each part of the answer stands after a line of its own with a number that was drawn for this session: whatever a login
shell prints before, and whatever a file holds, is told from it.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from typing import NamedTuple

from cmdb_collectors.ssh.commands import FIRST, LAST, NEXT, Command
from cmdb_collectors.ssh.snapshot import Snapshot

_PROLOGUE = """\
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin:/usr/local/sbin:/usr/bin:/bin"
exec 2>/dev/null
part() { printf '\\n%s %s\\n' "$mark" "$*"; }
raw() { if [ -r "$1" ]; then part raw "$1"; head -c "$2" "$1"; elif [ -e "$1" ]; then part denied "$1"; fi; }
q= limit=
ls -q / >/dev/null && q=q
timeout 20 true && limit='timeout 20'
"""
# The whole is a function, so that a script that was cut off runs nothing, and no command reads the rest of it.
# Two streams are compressed apart: what hangs in the second does not keep the first.
_WHOLE = """\
mark={mark}
main() {{
{prologue}
first() {{
{first}
}}
next() {{
{next}
}}
last() {{
{last}
part end
}}
kind=$(uname -s)
if [ "$kind" != Linux ]; then part plain; first; part end; return; fi
if gzip -c </dev/null >/dev/null; then part gzip; {{ first; next; }} | gzip -c; last | gzip -c
else part plain; first; next; last; fi
}}
main </dev/null
"""


class Answer(NamedTuple):
    """What came back. `is_complete`: the script said that it had reached its end.

    `malformed`: the commands of whose answer something could not be read.
    """

    snapshot: Snapshot
    is_complete: bool
    last_part: str | None
    malformed: list[str]


def script(mark: str) -> str:
    """The script. `mark`: letters and digits that nobody can guess."""
    return _WHOLE.format(
        mark=mark, prologue=_PROLOGUE, first=_lines((FIRST,)), next=_lines(NEXT), last=_lines(LAST)
    )  # fmt: skip


def _lines(commands: Sequence[Command]) -> str:
    return "\n".join(f"part {command.name}\n(\n{command.script})" for command in commands)


def read(output: bytes, mark: str, limit: int) -> Answer | None:
    """The answer out of everything the shell printed; None where the script has not begun to answer.

    `limit`: bytes that a compressed answer may have when it is unpacked; the rest is left out.
    """
    begun = re.search(rf"(?:^|\n){mark} (gzip|plain)\n".encode(), output)
    if begun is None:
        return None
    said = output[begun.end() :]
    if begun[1] == b"gzip":
        said = _unpacked(said, limit)
    snapshot = Snapshot()
    malformed: list[str] = []
    readers = {command.name: command.read for command in (FIRST, *NEXT, *LAST)}
    heading = ""
    for part in said.split(f"\n{mark} ".encode())[1:]:
        heading_bytes, _, content = part.partition(b"\n")
        heading = heading_bytes.decode("utf-8", "replace")
        name, _, path = heading.partition(" ")
        if name == "raw":
            snapshot.files[path] = content
        elif name == "denied":
            snapshot.denied.add(path)
        elif name in readers:
            try:
                readers[name](content, snapshot)
            except (ValueError, LookupError):
                malformed.append(name)
    return Answer(snapshot, heading == "end", heading or None, malformed)


def _unpacked(packed: bytes, limit: int) -> bytes:
    """The members of a gzip file (RFC 1952, 2.2) one after the other, as far as they came."""
    found = bytearray()
    while packed and len(found) < limit:
        member = zlib.decompressobj(wbits=31)
        try:
            found += member.decompress(packed, limit - len(found))
        except zlib.error:
            break
        if not member.eof:
            break
        packed = member.unused_data
    return bytes(found)
