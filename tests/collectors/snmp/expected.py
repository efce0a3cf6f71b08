"""What two other programs read out of the recordings, beside what we read, and why the two differ.

`python -m tests.collectors.snmp.expected` writes docs/reference/snmp_recordings.md from the corpus that CMDB_CORPORA
names. Of each recording there are the results of LibreNMS (module os) and of GLPI's agent (INFO). A value is right
where it equals one of them after `same`; a value that neither has is not counted.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from cmdb_collectors.snmp import device

from tests.collectors.snmp.differences import AGENTS, REASONS
from tests.support import snmprec
from tests.support.recorded_session import RecordedSession

PAGE = Path(__file__).parents[3] / "docs/reference/snmp_recordings.md"
ATTRIBUTES = ("vendor", "model", "serial_number", "os_version")
_LIBRENMS = {"model": "hardware", "serial_number": "serial", "os_version": "version"}
_GLPI = {"vendor": "MANUFACTURER", "model": "MODEL", "serial_number": "SERIAL", "os_version": "FIRMWARE"}

# What the recordings' publishers wrote over the true value, and octets that are no text.
_SCRUBBED = re.compile(r"<private>.*|DEVICESERL|12345678|(?:00\s*)+", re.IGNORECASE)
# One vendor under the names that the two programs and we give it.
_VENDORS = (
    {"hp", "hewlett-packard", "hewlett packard enterprise", "hpe aruba", "aruba"},
    {"alcatel", "alcatel-lucent", "nokia"},
    {"accton", "accton technology", "edgecore"},
    {"allied telesis", "allied telesyn"},
    {"juniper", "juniper networks"},
    {"arista", "arista networks"},
    {"fs", "fs.com"},
    {"eaton", "powerware"},
    {"nortel", "extreme networks", "extreme"},
)


class Comparison(NamedTuple):
    """One value of one recording: ours, and what LibreNMS and GLPI's agent say. None: says nothing."""

    recording: str
    attribute: str
    ours: str | None
    librenms: str | None
    glpi: str | None

    @property
    def is_expected(self) -> bool:
        return self.librenms is not None or self.glpi is not None

    @property
    def is_equal(self) -> bool:
        return any(same(self.attribute, self.ours, other) for other in (self.librenms, self.glpi) if other is not None)

    @property
    def is_of_agent(self) -> bool:
        """True where what is expected is not the device's: see AGENTS."""
        return not self.is_equal and self.reason in AGENTS

    @property
    def reason(self) -> str | None:
        return REASONS.get((self.recording, self.attribute))


def same(attribute: str, ours: str | None, other: str) -> bool:
    """Equal but for case, white space, surrounding quotes and backslashes.

    Vendors also but for the names of `_VENDORS`. Versions also but for words in front of the number (`Version`, `v`,
    the image's name). Models also but for the vendor's name in front, the hardware revision or the word `Switch` behind
    and spaces: both programs give them now with and now without.
    """
    if ours is None:
        return False
    if attribute == "vendor":
        return _vendor(ours) == _vendor(other)
    if attribute == "os_version":
        return _version(ours) == _version(other)
    if attribute == "model":
        return _model(ours) == _model(other)
    return _plain(ours) == _plain(other)


def _plain(text: str) -> str:
    return " ".join(text.split()).strip("\"'\\ ").casefold()


def _vendor(name: str) -> str:
    plain = _plain(name)
    return next((min(names) for names in _VENDORS if plain in names), plain)


def _version(version: str) -> str:
    return re.sub(r"^(?:[^\d\s]\S*\s+)*v?(?=\d)", "", _plain(version))


def _model(model: str) -> str:
    bare = re.sub(r"^(?:hp|aruba|cisco|juniper|linksys|symmetricom|ufi space)\s+", "", _plain(model))
    bare = re.sub(r"\s+(?:v\d+|\d+\.\d+|hwver:\S+|rev\. \w+|switch)$", "", bare)
    return bare.replace(" ", "")


def comparisons() -> Iterator[Comparison]:
    """All values of all recordings that are expected, in order of name. Skips the calling test without the corpus."""
    for path in snmprec.recordings():
        found = asyncio.run(device.read(RecordedSession(snmprec.read(path)), 0))
        ours: dict[str, Any] = {}
        for reading in found.readings:
            ours |= reading.attributes
        corpus = path.parents[1]
        yield from compared(path.stem, ours, corpus)


def compared(name: str, ours: dict[str, Any], corpus: Path) -> Iterator[Comparison]:
    """The expected values of one recording beside the attributes that were read of it."""
    librenms, glpi = _librenms(corpus / "expected" / f"{name}.json"), _glpi(corpus / "expected-glpi" / f"{name}.json")
    for attribute in ATTRIBUTES:
        comparison = Comparison(
            name,
            attribute,
            ours.get(attribute),
            _given(librenms.get(_LIBRENMS.get(attribute, ""))),
            _given(glpi.get(_GLPI[attribute])),
        )
        if comparison.is_expected:
            yield comparison


def _librenms(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    module = json.loads(path.read_text())["os"]
    result = module["poller"] if isinstance(module["poller"], dict) else module["discovery"]
    return result["devices"][0]


def _glpi(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text()).get("INFO", {}) if path.is_file() else {}


def _given(value: object) -> str | None:
    text = " ".join(str(value or "").split())
    return None if not text or _SCRUBBED.fullmatch(text) else text


def page(found: list[Comparison]) -> str:
    """The page of the reference: the figures, and each value that differs with its reason."""
    lines = [
        "# What SNMP recordings say, and what others read in them",
        "",
        "<!-- Generated by `python -m tests.collectors.snmp.expected`; do not edit. -->",
        "",
        "The collector reads recordings of real devices, and two other programs have read them too: LibreNMS and",
        "GLPI's agent. A value counts as right where it equals one of theirs, but for case, white space, quotes, words",
        "in front of a version's number, the vendor's name before a model and the hardware revision or `Switch` behind",
        "it, and the names that one vendor goes by, former owners among them. Values that were written over in the",
        "recording (`<private>`, `DEVICESERL`) do not count. The last column leaves out what names the SNMP agent and",
        "not the device: of a host with net-snmp, GLPI's agent says that its maker is Net-SNMP, its model Linux and",
        "its serial number a part of the engine's id.",
        "",
        "| attribute | expected | equal | share | of the device |",
        "|---|---|---|---|---|",
    ]
    for attribute in (*ATTRIBUTES, None):
        part = [one for one in found if attribute in (None, one.attribute)]
        equal = sum(one.is_equal for one in part)
        name = f"`{attribute}`" if attribute else "all"
        of_device = sum(not one.is_of_agent for one in part)
        share = f"{equal / len(part):.1%} | {equal / of_device:.1%} ({equal} of {of_device})"
        lines.append(f"| {name} | {len(part)} | {equal} | {share} |")
    lines += [
        "",
        "## What differs",
        "",
        "| recording | attribute | ours | LibreNMS | GLPI's agent | why |",
        "|---|---|---|---|---|---|",
    ]
    for one in found:
        if not one.is_equal:
            cells = (
                one.recording,
                f"`{one.attribute}`",
                *map(_cell, (one.ours, one.librenms, one.glpi)),
                one.reason or "?",
            )
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _cell(value: str | None) -> str:
    return "–" if value is None else value.replace("|", "\\|")


if __name__ == "__main__":
    if "CMDB_CORPORA" not in os.environ:
        raise SystemExit("set CMDB_CORPORA to the folder of recorded devices")
    PAGE.write_text(page(list(comparisons())), encoding="utf-8")
