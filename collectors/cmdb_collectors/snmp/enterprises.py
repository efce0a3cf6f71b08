"""Names of vendors by their private enterprise number, and one spelling for the names that a vendor goes by.

The data is IANA's registry of private enterprise numbers (as of 2024-05-16), numbers and organisations only, made by
`python -m cmdb_collectors.snmp.enterprises < enterprise-numbers.txt` from the registry's text form.
"""

from __future__ import annotations

import gzip
import re
import sys
from functools import lru_cache
from pathlib import Path

_DATA = Path(__file__).with_name("enterprises.tsv.gz")
_PREFIX = "1.3.6.1.4.1."
_ENTRY = re.compile(r"^(\d+)\n  (\S.*)$", re.MULTILINE)
_PARENTHESES = re.compile(r"\s*[(\[].*?[)\]]|\s*\(.*$")
_LEGAL_FORM = re.compile(
    r"(?:,|\s)+(?:inc|incorporated|corp|corporation|co|company|ltd|limited|llc|gmbh(?: ?& ?co\.? ?kg)?|ag|sa|s\.a|spa|"
    r"s\.p\.a|bv|b\.v|ab|oy|as|a/s|plc|pty|kg|s\.r\.l|srl|sro|s\.r\.o|kk|k\.k|communications corp)\.?\s*$",
    re.IGNORECASE,
)
# Registered names that are no name a vendor is known by: old owners, renamed companies, spellings.
_KNOWN_AS = {
    2: "IBM", 9: "Cisco", 11: "HP", 36: "DEC", 42: "Sun Microsystems", 43: "3Com", 45: "Nortel", 207: "Allied Telesis",
    232: "HP", 259: "Accton", 311: "Microsoft", 318: "APC", 343: "Intel", 534: "Eaton", 637: "Nokia", 674: "Dell",
    868: "Transition Networks", 1588: "Brocade", 1916: "Extreme Networks", 1991: "Brocade", 2011: "Huawei",
    2272: "Nortel", 2435: "Brother", 2606: "Rittal", 4115: "Arris", 4413: "Broadcom", 6486: "Alcatel-Lucent",
    6527: "Nokia", 14988: "MikroTik", 25461: "Palo Alto Networks", 41112: "Ubiquiti", 47196: "HPE Aruba",
}  # fmt: skip
# Makers of SNMP agents: their numbers say nothing of the machine that the agent runs on.
_AGENTS = frozenset({2021, 8072})


def enterprise_number(object_id: str | None) -> int | None:
    """The number under 1.3.6.1.4.1 in a dotted sysObjectID; None where it stands elsewhere."""
    if object_id is None or not object_id.startswith(_PREFIX):
        return None
    return int(object_id[len(_PREFIX) :].split(".")[0])


@lru_cache(maxsize=1024)
def vendor_of(number: int) -> str | None:
    """The organisation that a number is assigned to, without its legal form; None: not assigned, or an agent's."""
    if number in _AGENTS:
        return None
    if number in _KNOWN_AS:
        return _KNOWN_AS[number]
    found = re.search(rf"^{number}\t(.*)$", _registry(), re.MULTILINE)
    return plain_name(found[1]) if found else None


def plain_name(name: str) -> str:
    """A company's name without remarks in parentheses and without its legal form."""
    bare = _PARENTHESES.sub("", name).strip(" ,.")
    while (shorter := _LEGAL_FORM.sub("", bare).strip(" ,.")) != bare and shorter:
        bare = shorter
    return bare or name


@lru_cache(maxsize=1)
def _registry() -> str:
    return gzip.decompress(_DATA.read_bytes()).decode()


def _compact(registry: str) -> bytes:
    lines = [f"{number}\t{name.strip()}" for number, name in _ENTRY.findall(registry) if name != "Reserved"]
    return gzip.compress("\n".join(lines).encode(), 9, mtime=0)


if __name__ == "__main__":
    _DATA.write_bytes(_compact(sys.stdin.read()))
