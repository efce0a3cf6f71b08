"""BTI Systems and Juniper packet optical access."""

from cmdb_collectors.snmp.profiles.profile import Column, Description, Match, Profile, Scalar, Text

BTI_BTIOS = Profile(
    name="bti_btios",
    about="BTI Systems",
    recognised_by=(Match("1.3.6.1.4.1.30005", r"BTI"), Match("1.3.6.1.4.1.18070")),
    vendor=(Text("BTI Systems"),),
    os_name="BTIOS",
    model=(Scalar("1.3.6.1.4.1.30005.1.7.100.1.2.1.1.1.8.0"), Description(r"software, ([^\s,]+)")),
    serial_number=(Column("1.3.6.1.4.1.30005.1.7.100.1.1.1.1.1.1.8"),),
    os_version=(Scalar("1.3.6.1.4.1.30005.1.7.100.1.2.1.1.1.5.0"), Description(r"Version (\S+)")),
)
