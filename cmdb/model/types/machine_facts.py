"""What any machine can say of itself: the attributes that every type of the machine family has."""

from cmdb.model import normal
from cmdb.model.sections import HARDWARE, IDENTITY, NETWORK, OPERATING_SYSTEM, TOPOLOGY
from cmdb.model.vocabulary import Attribute

MACHINE_FACTS = (
    Attribute(name="name", about="Short host name, lower case.", normalise=normal.host_name, section=IDENTITY,
              searchable=True, column=True, completeness="required"),
    Attribute(name="fqdn", about="Fully qualified domain name, where the host has one.", section=IDENTITY,
              searchable=True),
    Attribute(name="vendor", about="Maker.", normalise=normal.text, section=HARDWARE, searchable=True,
              completeness="recommended"),
    Attribute(name="model", about="Product name of the machine.", normalise=normal.text, section=HARDWARE,
              searchable=True, completeness="recommended"),
    Attribute(name="serial_number", about="Serial number of the system.", normalise=normal.serial_number,
              section=HARDWARE, searchable=True, completeness="recommended"),
    Attribute(name="asset_tag", about="Asset tag in the firmware.", normalise=normal.text, section=HARDWARE),
    Attribute(name="cpu_count", about="Logical processors.", kind="integer", section=HARDWARE, column=True),
    Attribute(name="memory_bytes", about="Memory the operating system sees.", kind="integer", unit="bytes",
              section=HARDWARE, column=True),
    Attribute(name="os_name", about="Name of the operating system.", section=OPERATING_SYSTEM, searchable=True,
              column=True, completeness="recommended"),
    Attribute(name="os_version", about="Version of the operating system.", section=OPERATING_SYSTEM, column=True,
              completeness="recommended"),
    Attribute(name="booted_at", about="When the machine last booted.", kind="instant", section=OPERATING_SYSTEM,
              volatile=True),
    Attribute(name="default_gateways", about="Next hops of the default routes.", kind="texts", section=NETWORK),
    Attribute(name="sys_name", about="Name the SNMP agent gives (sysName).", section=IDENTITY, searchable=True),
    Attribute(name="sys_descr", about="What the SNMP agent says it is (sysDescr).", section=OPERATING_SYSTEM,
              searchable=True),
    Attribute(name="sys_object_id", about="The vendor's number for the product (sysObjectID).", section=HARDWARE),
    Attribute(name="sys_location", about="Where an administrator said it stands (sysLocation).", section=IDENTITY,
              searchable=True),
    Attribute(name="sys_contact", about="Whom an administrator said to ask (sysContact).", section=IDENTITY),
    Attribute(name="engine_id", about="snmpEngineID in hexadecimal.", section=IDENTITY),
    Attribute(name="base_mac", about="Address of the chassis or bridge (dot1dBaseBridgeAddress).",
              normalise=normal.mac_address, section=NETWORK),
    Attribute(name="is_network_root", about="One looks at the network from here; a person says so.", kind="boolean",
              section=TOPOLOGY),
    Attribute(name="forwards", about="Passes frames or packets on between its ports.", kind="boolean",
              section=TOPOLOGY),
)  # fmt: skip
