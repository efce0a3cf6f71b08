"""Devices that no profile recognises: what ENTITY-MIB, sysDescr and the enterprise number say."""

from cmdb_collectors.snmp.profiles.profile import Description, Entity, Profile

GENERIC = Profile(
    name="generic",
    about="Everything else",
    recognised_by=(),
    # Many a sysDescr is the model and nothing else.
    model=(Entity("model"), Description(r"^[A-Za-z][\w+/-]*\d[\w+/-]*$"), Entity("description")),
    os_version=(
        Entity("software_revision"),
        Entity("firmware_revision"),
        Description(r"(?i)\b(?:version|firmware|software|fw|sw)[: ]+v?(\d+\.\d[\w.()-]*)"),
    ),
)
