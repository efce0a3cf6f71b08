"""Machines that are appliances: told apart by what they are for, alike in what they say of themselves."""

from cmdb.model import normal, verbs
from cmdb.model.sections import HARDWARE, IDENTITY
from cmdb.model.types.machine_evidence import MACHINE_EVIDENCE
from cmdb.model.types.machine_facts import MACHINE_FACTS
from cmdb.model.vocabulary import Attribute, CIType, Family, Inside


def _device(label: str, about: str) -> CIType:
    return CIType(
        label=label,
        family=Family.MACHINE,
        about=about,
        title=("name", "model", "sys_object_id"),
        section=IDENTITY,
        identified_by=MACHINE_EVIDENCE,
        attributes=MACHINE_FACTS,
    )


NETWORK_DEVICE = _device("NetworkDevice", "A switch, router, firewall, access point, load balancer and the like.")
PRINTER = _device("Printer", "A printer.")
STORAGE_DEVICE = _device("StorageDevice", "A storage array or filer.")
POWER_UNIT = _device("PowerUnit", "An uninterruptible power supply, or a power distribution unit.")

CHASSIS_MEMBER = CIType(
    label="ChassisMember",
    about="One chassis of a stack or virtual chassis that is managed as one device (ENTITY-MIB).",
    title=("name", "serial_number"),
    section=HARDWARE,
    inside=Inside(verb=verbs.PART_OF, parents=("NetworkDevice",), matches=(("serial_number",), ("number",))),
    attributes=(
        Attribute(name="name", about="Name of the chassis (entPhysicalName).", section=HARDWARE, column=True),
        Attribute(name="number", about="Its place in the stack.", kind="integer", section=HARDWARE, column=True),
        Attribute(name="serial_number", about="Serial number.", normalise=normal.serial_number, section=HARDWARE,
                  searchable=True, column=True, completeness="required"),
        Attribute(name="model", about="Model.", normalise=normal.text, section=HARDWARE, searchable=True, column=True,
                  completeness="recommended"),
        Attribute(name="description", about="What it is (entPhysicalDescr).", section=HARDWARE),
        Attribute(name="hardware_version", about="Hardware revision.", section=HARDWARE),
        Attribute(name="os_version", about="Software it runs.", section=HARDWARE),
    ),
)  # fmt: skip
