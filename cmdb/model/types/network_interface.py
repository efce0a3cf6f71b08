"""A network interface of a machine (IF-MIB ifEntry)."""

from cmdb.model import normal, verbs
from cmdb.model.sections import NETWORK, TOPOLOGY
from cmdb.model.types.machine_evidence import MACHINES
from cmdb.model.vocabulary import Attribute, CIType, Inside

NETWORK_INTERFACE = CIType(
    label="NetworkInterface",
    about="A network interface, physical or not.",
    title=("name",),
    section=NETWORK,
    inside=Inside(
        verb=verbs.PART_OF,
        parents=(*MACHINES, "Container"),
        matches=(("name",), ("if_index", "mac_address"), ("mac_address",)),
    ),
    attributes=(
        Attribute(name="name", about="Name of the interface.", section=NETWORK, column=True, completeness="required"),
        Attribute(name="description", about="What the device calls it besides (ifDescr).", section=NETWORK),
        Attribute(name="alias", about="Name an administrator gave it (ifAlias).", section=NETWORK, searchable=True),
        Attribute(name="if_index", about="Number of the interface (ifIndex).", kind="integer", section=NETWORK),
        Attribute(name="kind", about="physical, virtual, bridge, bond, vlan, veth, tunnel, loopback.", section=NETWORK,
                  column=True, completeness="recommended"),
        Attribute(name="mac_address", about="Hardware address.", normalise=normal.mac_address, section=NETWORK,
                  searchable=True, column=True),
        Attribute(name="mtu", about="Largest packet.", kind="integer", unit="bytes", section=NETWORK),
        Attribute(name="speed_bits_per_second", about="Nominal bandwidth.", kind="integer", unit="bits per second",
                  section=NETWORK),
        Attribute(name="duplex", about="full or half.", section=NETWORK),
        Attribute(name="admin_status", about="What is wanted: up or down (ifAdminStatus).", section=NETWORK),
        Attribute(name="oper_status", about="What is: up, down, unknown, … (ifOperStatus).", section=NETWORK,
                  column=True, completeness="recommended"),
        Attribute(name="member_number", about="The stack member it is on.", kind="integer", section=NETWORK),
        Attribute(name="vlan_ids", about="Numbers of the VLANs it carries.", kind="texts", section=TOPOLOGY),
    ),
    relationships=((verbs.IN_VLAN, "VLAN"),),
)  # fmt: skip
