"""HPE Aruba AOS-CX."""

from cmdb_collectors.snmp.profiles.profile import Description, Entity, Match, Profile, Text

HPE_ARUBAOS_CX = Profile(
    name="hpe_arubaos_cx",
    about="HPE Aruba AOS-CX",
    recognised_by=(Match("1.3.6.1.4.1.47196.4.1.1"),),
    vendor=(Text("HPE Aruba"),),
    os_name="AOS-CX",
    model=(Entity("description"), Description(r"Aruba (\S+ \S+)")),
    os_version=(Entity("software_revision"), Description(r"\s([A-Z]{2}\.[\d.]+)")),
)
