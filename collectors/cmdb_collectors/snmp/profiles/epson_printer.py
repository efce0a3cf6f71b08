"""Epson printers, by Printer-MIB (RFC 3805) and Host Resources."""

from cmdb_collectors.snmp.profiles.profile import Column, Description, Match, Profile, Text

EPSON_PRINTER = Profile(
    name="epson_printer",
    about="Epson printers",
    recognised_by=(Match("1.3.6.1.4.1.1248"),),
    type_name="Printer",
    vendor=(Text("Epson"),),
    model=(Column("1.3.6.1.2.1.25.3.2.1.3", r"(?i)^(?:Epson )?([^;]+)"), Description(r"(?i)^(?:Epson )?([^;/]+)")),
    serial_number=(Column("1.3.6.1.2.1.43.5.1.1.17"),),
    os_version=(),
    limits="Written from the vendor's MIB: no recording of one was at hand.",
)
