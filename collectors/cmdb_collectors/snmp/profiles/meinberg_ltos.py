"""Meinberg LANTIME time servers."""

from cmdb_collectors.snmp.profiles.profile import Description, Match, Profile, Scalar, Text

MEINBERG_LTOS = Profile(
    name="meinberg_ltos",
    about="Meinberg LANTIME (LTOS)",
    recognised_by=(Match("1.3.6.1.4.1.5597"),),
    vendor=(Text("Meinberg"),),
    os_name="LTOS",
    model=(Description(r"Meinberg (\S+)"),),
    serial_number=(Scalar("1.3.6.1.4.1.5597.30.0.0.3.0"),),
    os_version=(Scalar("1.3.6.1.4.1.5597.30.0.0.2.0"), Description(r"V(\d\S*)")),
)
