"""Cable equipment: DOCSIS prescribes how sysDescr is written (SP-OSSIv3.0, 8.2.4)."""

from cmdb_collectors.snmp.profiles.profile import Description, Match, Profile

DOCSIS_DEVICE = Profile(
    name="docsis_device",
    about="DOCSIS cable equipment",
    recognised_by=(Match(None, r"<<HW_REV: .*MODEL: .*>>"),),
    vendor=(Description(r"VENDOR: ([^;>]+)"),),
    model=(Description(r"MODEL: ([^;>]+)"),),
    os_version=(Description(r"SW_REV: ([^;>]+)"),),
)
