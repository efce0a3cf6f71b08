"""Eaton UPS with a Power Xpert or Gigabit network card."""

from cmdb_collectors.snmp.profiles.profile import Match, Profile, Scalar, Text

EATON_UPS = Profile(
    name="eaton_ups",
    about="Eaton UPS",
    recognised_by=(Match("1.3.6.1.4.1.534"), Match("1.3.6.1.4.1.705")),
    type_name="PowerUnit",
    vendor=(Text("Eaton"),),
    model=(Scalar("1.3.6.1.2.1.33.1.1.2.0"), Scalar("1.3.6.1.4.1.534.1.1.2.0")),
    serial_number=(Scalar("1.3.6.1.4.1.534.1.1.6.0"), Scalar("1.3.6.1.2.1.33.1.1.5.0")),
    os_version=(Scalar("1.3.6.1.2.1.33.1.1.3.0"), Scalar("1.3.6.1.4.1.534.1.1.3.0")),
)
