"""AudioCodes media gateways and session border controllers."""

from cmdb_collectors.snmp.profiles.profile import Description, Entity, Match, Profile, Scalar, Text

AUDIOCODES_GATEWAY = Profile(
    name="audiocodes_gateway",
    about="AudioCodes gateways",
    recognised_by=(Match("1.3.6.1.4.1.5003"),),
    vendor=(Text("AudioCodes"),),
    model=(Scalar("1.3.6.1.4.1.5003.9.10.10.2.3.1.0"), Entity("maker"), Entity("name")),
    serial_number=(Entity("serial_number"),),
    os_version=(Scalar("1.3.6.1.4.1.5003.9.10.10.2.2.1.0"), Description(r"SW Version: (\S+)")),
)
