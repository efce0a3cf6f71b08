"""A device with ifTable and ifXTable whose rows are bytes before it is asked, so that a measurement is the client's.

Run as a program, it prints its UDP port and answers GETNEXT and GETBULK of one variable in version 2c.
"""

from __future__ import annotations

import argparse
import socket
from typing import NamedTuple

_IF_ENTRY, _IFX_ENTRY = (1, 3, 6, 1, 2, 1, 2, 2, 1), (1, 3, 6, 1, 2, 1, 31, 1, 1, 1)
ROOTS = (_IF_ENTRY, _IFX_ENTRY)
IF_COLUMNS, IFX_COLUMNS = 22, 19
VARIABLES_PER_INTERFACE = IF_COLUMNS + IFX_COLUMNS
_END_OF_MIB_VIEW = b"\x82\x00"


class Table(NamedTuple):
    """Every variable as its bytes in order, and where the one after a name stands."""

    variables: list[bytes]
    following: dict[bytes, int]


def table(interfaces: int) -> Table:
    """The rows of a device, followed by one of another table, as on any real one."""
    names: list[tuple[tuple[int, ...], bytes]] = []
    for entry, columns in ((_IF_ENTRY, IF_COLUMNS), (_IFX_ENTRY, IFX_COLUMNS)):
        for column in range(1, columns + 1):
            names += [((*entry, column, index), _value(column, index)) for index in range(1, interfaces + 1)]
    names.append(((1, 3, 6, 1, 2, 1, 47, 1), _element(0x02, b"\x01")))
    contents = [_name(name) for name, _ in names]
    following = {content: at + 1 for at, content in enumerate(contents)}
    first = 0
    for entry, columns in ((_IF_ENTRY, IF_COLUMNS), (_IFX_ENTRY, IFX_COLUMNS)):
        for depth in range(2):  # a walk begins above the entry or at it
            following[_name(entry[: len(entry) - depth])] = first
        first += columns * interfaces
    variables = [_element(0x30, _element(0x06, c) + value) for c, (_, value) in zip(contents, names, strict=True)]
    return Table(variables, following)


def _value(column: int, index: int) -> bytes:
    """Text, addresses and counters in about the mixture of real tables."""
    match column % 4:
        case 0:
            return _element(0x41, (index * 7919 * column).to_bytes(5, "big"))
        case 1:
            return _element(0x04, b"GigabitEthernet1/0/%d" % index)
        case 2:
            return _element(0x02, index.to_bytes(2, "big"))
        case _:
            return _element(0x46, (index << 33).to_bytes(9, "big"))


def _element(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 128:
        return bytes((tag, size)) + content
    return bytes((tag, 0x82)) + size.to_bytes(2, "big") + content


def _name(name: tuple[int, ...]) -> bytes:
    content = bytearray((40 * name[0] + name[1],))
    for arc in name[2:]:
        content += bytes((arc >> 7 | 0x80, arc & 0x7F)) if arc > 127 else bytes((arc,))
    return bytes(content)


def answer(datagram: bytes, rows: Table) -> bytes:
    """The response to a request of one variable whose lengths are all of one byte, as those of short names are."""
    community_end = 7 + datagram[6]
    community = datagram[5:community_end]
    kind = datagram[community_end]
    at = community_end + 2
    number = datagram[at : at + 2 + datagram[at + 1]]
    at += len(number) + 3
    repetitions = int.from_bytes(datagram[at + 2 : at + 2 + datagram[at + 1]], "big") if kind == 0xA5 else 1
    at += 2 + datagram[at + 1] + 4
    name = datagram[at + 2 : at + 2 + datagram[at + 1]]
    start = rows.following.get(name, len(rows.variables))
    listed = b"".join(rows.variables[start : start + repetitions])
    if not listed:
        listed = _element(0x30, _element(0x06, name) + _END_OF_MIB_VIEW)
    pdu = _element(0xA2, number + b"\x02\x01\x00\x02\x01\x00" + _element(0x30, listed))
    return _element(0x30, b"\x02\x01\x01" + community + pdu)


def main() -> None:
    """Answer until killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--interfaces", type=int, required=True)
    rows = table(parser.parse_args().interfaces)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as served:
        served.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        served.bind(("127.0.0.1", 0))
        print(served.getsockname()[1], flush=True)
        while True:
            datagram, asker = served.recvfrom(2048)
            served.sendto(answer(datagram, rows), asker)


if __name__ == "__main__":
    main()
