"""Raritan and Server Technology rack PDU."""

from cmdb_collectors.snmp.profiles.profile import Column, Match, Profile, Text

RARITAN_PDU = Profile(
    name="raritan_pdu",
    about="Raritan PDU",
    recognised_by=(Match("1.3.6.1.4.1.13742"),),
    type_name="PowerUnit",
    vendor=(Text("Raritan"),),
    model=(Column("1.3.6.1.4.1.13742.6.3.2.1.1.3"),),
    serial_number=(Column("1.3.6.1.4.1.13742.6.3.2.1.1.4"),),
    os_version=(Column("1.3.6.1.4.1.13742.6.3.2.3.1.6"),),
    limits="Written from the vendor's MIB: no recording of one was at hand.",
)
