"""SONiC: Dell's enterprise edition and others."""

from cmdb_collectors.snmp.profiles.profile import Description, Entity, Match, Profile

DELL_SONIC = Profile(
    name="dell_sonic",
    about="SONiC",
    recognised_by=(Match(None, r"SONiC Software Version"),),
    vendor=(Description(r"HwSku: (DELL|Force10|Mellanox|Arista|Accton)"),),
    os_name="SONiC",
    model=(Description(r"HwSku: (\S+)"), Entity("model")),
    os_version=(Entity("software_revision"), Description(r"Version: (\S+)")),
)
