"""The ports and links that two other programs read out of the recordings, beside what we read, and why they differ.

`python -m tests.collectors.snmp.expected_links` writes docs/reference/snmp_links.md from the corpus that CMDB_CORPORA
names. Of each recording there are the results of LibreNMS (modules ports, discovery-protocols) and of GLPI's agent
(PORTS, and its CONNECTIONS by CDP or LLDP).
"""

from __future__ import annotations

import asyncio
import json
import os
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from cmdb_agent.wire.document import Document
from cmdb_collectors.author import Author
from cmdb_collectors.snmp.collect import read
from cmdb_collectors.snmp.values import Rows

from tests.collectors.snmp.link_differences import REASONS
from tests.support import snmprec
from tests.support.recorded_session import RecordedSession

PAGE = Path(__file__).parents[3] / "docs/reference/snmp_links.md"
LIBRENMS, GLPI = "LibreNMS", "GLPI's agent"
PORT, LINK = "port", "link"


class Expectation(NamedTuple):
    """One port or link of one recording, as somebody expects it, and whether our document has it.

    A port is expected by number, name or MAC, whichever are given; a link by its local port and its neighbour.
    """

    recording: str
    kind: str
    expected_by: str
    what: str
    is_met: bool

    @property
    def reason(self) -> str | None:
        return REASONS.get((self.recording, self.kind, self.expected_by))


async def _no_tables(_: list[int]) -> tuple[dict[int, Rows], str | None]:
    return {}, None


@cache
def document(path: Path) -> Document:
    """The document of a recording."""
    return asyncio.run(read(RecordedSession(snmprec.read(path)), Author("recordings", path.stem), _no_tables))


def expectations() -> Iterator[Expectation]:
    """All ports and links that are expected of all recordings. Skips the calling test without the corpus."""
    for path in snmprec.recordings():
        ours = _Ours(document(path))
        for folder, expected in (("expected", _of_librenms), ("expected-glpi", _of_glpi)):
            file = path.parents[1] / folder / f"{path.stem}.json"
            if file.is_file():
                yield from expected(path.stem, json.loads(file.read_text()), ours)


class _Ours:
    """The ports and links of a document, by what others know them by. Texts are compared but for white space."""

    def __init__(self, document: Document) -> None:
        self.ports = [item["attributes"] for item in document["items"] if item["type"] == "NetworkInterface"]
        self.by_index = {port["if_index"]: port for port in self.ports}
        keys = {item["key"]: item["attributes"] for item in document["items"]}
        self.links: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
        for relation in document["relations"]:
            if relation["verb"] == "LINKED_TO" and isinstance(relation["to"], dict):
                self.links[int(str(keys[relation["from"]]["if_index"]))].append(relation["to"])

    def called(self, *names: str | None) -> list[dict[str, Any]]:
        """The ports of which each given name is the name, description or alias."""
        wanted = {_plain(name) for name in names if name}
        return [
            port for port in self.ports
            if wanted <= {_plain(str(port.get(said) or "")) for said in ("name", "description", "alias")}
        ]  # fmt: skip


def _of_librenms(recording: str, expected: dict[str, Any], ours: _Ours) -> Iterator[Expectation]:
    for port in _module(expected, "ports").get("ports", []):
        names = port.get("ifName"), port.get("ifDescr")
        is_met = any(found["if_index"] == port["ifIndex"] for found in ours.called(*names))
        yield Expectation(recording, PORT, LIBRENMS, f"{port['ifIndex']} {names[0]}", is_met)
    for link in _module(expected, "discovery-protocols").get("links", []):
        found = [far for port in ours.called(link["ifName"], link["ifDescr"]) for far in ours.links[port["if_index"]]]
        # A neighbour without a name goes by its description; behind a port stands its device's MAC.
        is_met = any(
            _plain(link["remote_hostname"])
            in {_plain(far.get("sys_name") or far.get("sys_descr", "")), _plain(far["chassis_id"])}
            and (_plain(far.get("port_id", "")) in _plain(link["remote_port"])
                 or _plain(far.get("port_id", "")).replace(":", "") in _plain(link["remote_port"]))
            for far in found
        )  # fmt: skip
        what = f"{link['ifName']} – {link['remote_hostname']} {link['remote_port']} ({link['protocol']})"
        yield Expectation(recording, LINK, LIBRENMS, what, is_met)


def _of_glpi(recording: str, expected: dict[str, Any], ours: _Ours) -> Iterator[Expectation]:
    for port in _listed((expected.get("PORTS") or {}).get("PORT")):
        number, names, mac = port.get("IFNUMBER"), (port.get("IFNAME"), port.get("IFDESCR")), port.get("MAC")
        found = ours.called(*names) if number or mac or any(names) else []
        is_met = any(
            (mac is None or one.get("mac_address") == mac) and (number is None or str(one["if_index"]) == number)
            for one in found
        )
        yield Expectation(recording, PORT, GLPI, f"{number or ''} {names[0] or names[1]} {mac or ''}".strip(), is_met)
        connections = port.get("CONNECTIONS") or {}
        for far in _listed(connections.get("CONNECTION")) if connections.get("CDP") else []:
            wanted = {_plain(far[said]) for said in ("SYSMAC", "SYSNAME") if far.get(said)}
            is_met = any(
                wanted & {_plain(link.get("sys_name", "")), _plain(link["chassis_id"])}
                for one in found
                for link in ours.links[one["if_index"]]
            )
            what = f"{names[0] or names[1]} – {far.get('SYSNAME') or far.get('SYSMAC')} {far.get('IFDESCR') or ''}"
            yield Expectation(recording, LINK, GLPI, what.strip(), is_met)


def _module(expected: dict[str, Any], name: str) -> dict[str, Any]:
    found = (expected.get(name) or {}).get("discovery")
    return found if isinstance(found, dict) else {}


def _listed(value: Any) -> list[dict[str, Any]]:
    return value if isinstance(value, list) else [value] if value else []


def _plain(text: str) -> str:
    return " ".join(text.replace('"', "").rstrip("\\").split()).casefold()


def page(found: list[Expectation]) -> str:
    """The page of the reference: the figures, and what differs with its reason."""
    lines = [
        "# Ports and links of SNMP recordings, and what others read in them",
        "",
        "<!-- Generated by `python -m tests.collectors.snmp.expected_links`; do not edit. -->",
        "",
        "The collector reads recordings of real devices, and two other programs have read them too: LibreNMS and",
        "GLPI's agent. A port counts where number, name and MAC are those expected, as far as they are given; a link",
        "where the neighbour stands at the local port that is expected.",
        "",
        "| | expected by | expected | found | differs for a reason |",
        "|---|---|---|---|---|",
    ]
    for kind in (PORT, LINK):
        for expected_by in (LIBRENMS, GLPI):
            part = [one for one in found if (one.kind, one.expected_by) == (kind, expected_by)]
            met = sum(one.is_met for one in part)
            explained = sum(one.reason is not None for one in part if not one.is_met)
            lines.append(f"| {kind}s | {expected_by} | {len(part)} | {met} | {explained} |")
    lines += [
        "",
        "## What differs",
        "",
        "| recording | | expected by | count | such as | why |",
        "|---|---|---|---|---|---|",
    ]
    missed = [one for one in found if not one.is_met]
    counts = Counter((one.recording, one.kind, one.expected_by) for one in missed)
    for key, count in counts.items():
        first = next(one for one in missed if (one.recording, one.kind, one.expected_by) == key)
        what = first.what.replace("|", "\\|").replace("\n", " ")
        lines.append(f"| {' | '.join((*key, str(count), what, first.reason or '?'))} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    if "CMDB_CORPORA" not in os.environ:
        raise SystemExit("set CMDB_CORPORA to the folder of recorded devices")
    PAGE.write_text(page(list(expectations())), encoding="utf-8")
