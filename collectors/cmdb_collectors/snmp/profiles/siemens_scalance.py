"""Siemens SCALANCE industrial switches."""

from cmdb_collectors.snmp.profiles.profile import Description, Entity, Match, Profile, Scalar, Text

SIEMENS_SCALANCE = Profile(
    name="siemens_scalance",
    about="Siemens SCALANCE",
    recognised_by=(Match("1.3.6.1.4.1.4329.6.1.2"), Match("1.3.6.1.4.1.4329", r"SCALANCE")),
    vendor=(Text("Siemens"),),
    os_name="SCALANCE",
    model=(Description(r"SCALANCE ([^\s,]+)"),),
    serial_number=(Scalar("1.3.6.1.4.1.4329.6.3.2.1.1.3.0"), Entity("serial_number")),
    os_version=(Scalar("1.3.6.1.4.1.4329.6.3.2.1.1.5.0"), Description(r"FW: (?:Version )?([^\s,]+)")),
)
