"""Why ports and links of the recordings differ from an expected result: by recording, kind and who expects."""

from __future__ import annotations

_BY_NUMBER = "takes the LLDP port number for an ifIndex; lldpLocPortId names the port, and it is another one"

REASONS: dict[tuple[str, str, str], str] = {
    ("dell-sonic", "link", "GLPI's agent"): _BY_NUMBER,
    ("vrp_5720", "link", "GLPI's agent"): _BY_NUMBER,
    ("dlink_dgs-3620-28sc", "link", "LibreNMS"): (
        "the same link: the port id ends in a NUL octet, for which it shows the octets; they spell `1/25`, as ours"
    ),
    ("edgeosolt", "port", "LibreNMS"): (
        "ports numbered by LibreNMS from 1000 on, out of a private MIB; the device has no such ifIndex"
    ),
    ("eltex-mes23xx_mes2324b", "port", "GLPI's agent"): (
        "made of rows of EtherLike-MIB that belong to no row of ifTable: they have a duplex and nothing else"
    ),
    ("icotera", "port", "GLPI's agent"): "the device answers with integers where a MAC belongs; four digits are none",
    ("iosxe_c9500h-svl", "port", "GLPI's agent"): "a row of ifTable with a number, but without name, type or state",
}
