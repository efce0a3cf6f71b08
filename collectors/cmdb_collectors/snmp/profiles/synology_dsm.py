"""Synology DSM."""

from cmdb_collectors.snmp.profiles.profile import Match, Profile, Scalar, Text

SYNOLOGY_DSM = Profile(
    name="synology_dsm",
    about="Synology DSM",
    recognised_by=(Match("1.3.6.1.4.1.6574"), Match("1.3.6.1.4.1.8072", r"synology"), Match(None, r"(?i)synology")),
    type_name="StorageDevice",
    vendor=(Text("Synology"),),
    os_name="DSM",
    model=(Scalar("1.3.6.1.4.1.6574.1.5.1.0"),),
    serial_number=(Scalar("1.3.6.1.4.1.6574.1.5.2.0"),),
    os_version=(Scalar("1.3.6.1.4.1.6574.1.5.3.0", r"^(?:DSM )?(.*)"),),
    limits="Written from the vendor's MIB: no recording of one was at hand.",
)
