"""Nokia SR OS (TiMOS): 7x50 and 7705 service routers."""

from cmdb_collectors.snmp.profiles.profile import Column, Description, Match, Pointed, Profile, Scalar, Text

NOKIA_TIMOS = Profile(
    name="nokia_timos",
    about="Nokia SR OS (TiMOS)",
    recognised_by=(Match("1.3.6.1.4.1.6527"), Match(None, r"^TiMOS")),
    vendor=(Text("Nokia"),),
    os_name="TiMOS",
    # TIMETRA-CHASSIS-MIB: the chassis names its type by number, and the type table has its name.
    model=(
        Pointed("1.3.6.1.4.1.6527.3.1.2.2.1.3.1.4.1", "1.3.6.1.4.1.6527.3.1.2.2.1.6.1.2.1"),
        Pointed("1.3.6.1.4.1.6527.3.1.2.2.1.3.1.4.1", "1.3.6.1.4.1.6527.3.1.2.2.1.6.1.2"),
        Description(r"Nokia (\S+ \S+)"),
    ),
    # The hardware table holds the first chassis under class 3 (in the highest octet of the index), number 1.
    serial_number=(
        Scalar("1.3.6.1.4.1.6527.3.1.2.2.1.8.1.5.1.50331649"),
        Column("1.3.6.1.4.1.6527.3.1.2.2.1.8.1.5"),
    ),
    os_version=(Description(r"TiMOS-\w-(\S+)"),),
)
