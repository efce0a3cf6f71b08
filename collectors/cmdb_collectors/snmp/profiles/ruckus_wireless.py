"""Ruckus access points and controllers."""

from cmdb_collectors.snmp.profiles.profile import Match, Profile, Scalar, Text

RUCKUS_WIRELESS = Profile(
    name="ruckus_wireless",
    about="Ruckus wireless",
    recognised_by=(Match("1.3.6.1.4.1.25053"),),
    vendor=(Text("Ruckus"),),
    model=(Scalar("1.3.6.1.4.1.25053.1.1.2.1.1.1.1.0"), Scalar("1.3.6.1.4.1.25053.1.2.1.1.1.1.9.0")),
    serial_number=(Scalar("1.3.6.1.4.1.25053.1.1.2.1.1.1.2.0"), Scalar("1.3.6.1.4.1.25053.1.2.1.1.1.1.15.0")),
    os_version=(Scalar("1.3.6.1.4.1.25053.1.1.3.1.1.1.1.1.3.1"), Scalar("1.3.6.1.4.1.25053.1.2.1.1.1.1.18.0")),
    limits="Written from the vendor's MIB: no recording of one was at hand.",
)
