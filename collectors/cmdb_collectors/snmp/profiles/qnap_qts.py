"""QNAP QTS and QuTS hero."""

from cmdb_collectors.snmp.profiles.profile import Column, Description, Entity, Match, Profile, Text

QNAP_QTS = Profile(
    name="qnap_qts",
    about="QNAP QTS",
    recognised_by=(Match("1.3.6.1.4.1.24681"), Match("1.3.6.1.4.1.55062")),
    type_name="StorageDevice",
    vendor=(Text("QNAP"),),
    os_name="QTS",
    model=(Entity("model"), Column("1.3.6.1.4.1.24681.1.4.1.1.1.1.1.2.1.3")),
    serial_number=(Entity("serial_number"), Column("1.3.6.1.4.1.24681.1.4.1.1.1.1.1.2.1.4")),
    os_version=(Entity("firmware_revision"), Entity("software_revision"), Description(r"\s(\d+\.\d+\.\d+)$")),
)
