"""HP printers and the JetDirect cards in them."""

from cmdb_collectors.snmp.profiles.profile import Column, Description, Match, Profile, Scalar, Text

HP_JETDIRECT = Profile(
    name="hp_jetdirect",
    about="HP JetDirect printers",
    recognised_by=(Match("1.3.6.1.4.1.11.2.3.9"),),
    type_name="Printer",
    vendor=(Text("HP"),),
    # The card says PID, and so do printers whose own name stands in the Host Resources MIB.
    model=(Column("1.3.6.1.2.1.25.3.2.1.3", r"^(?:HP )?(.*)"), Description(r"PID:(?:HP )?([^,;]+)")),
    serial_number=(Scalar("1.3.6.1.2.1.43.5.1.1.17.1"), Scalar("1.3.6.1.4.1.11.2.3.9.4.2.1.1.3.3.0")),
    os_version=(Scalar("1.3.6.1.4.1.11.2.3.9.4.2.1.1.3.6.0"),),
)
