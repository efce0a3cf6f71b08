"""Block devices and the filesystems on them."""

from cmdb.model import normal, verbs
from cmdb.model.sections import STORAGE
from cmdb.model.types.machine_evidence import MACHINES
from cmdb.model.vocabulary import Attribute, CIType, Inside

BLOCK_DEVICE = CIType(
    label="BlockDevice",
    about="A disk, partition, volume or array.",
    title=("name",),
    section=STORAGE,
    inside=Inside(verb=verbs.PART_OF, parents=(*MACHINES, "Container"), matches=(("serial_number", "kind"), ("name",))),
    relationships=((verbs.STORED_ON, "BlockDevice"),),
    attributes=(
        Attribute(name="name", about="Kernel's name, such as sda1 or dm-0.", section=STORAGE, column=True),
        Attribute(name="kind", about="disk, partition, lvm, raid, multipath, rom, …", section=STORAGE, column=True),
        Attribute(name="size_bytes", about="Capacity.", kind="integer", unit="bytes", section=STORAGE, column=True,
                  completeness="required"),
        Attribute(name="vendor", about="Maker.", normalise=normal.text, section=STORAGE),
        Attribute(name="model", about="Model.", normalise=normal.text, section=STORAGE, column=True),
        Attribute(name="serial_number", about="Serial number.", normalise=normal.serial_number, section=STORAGE,
                  searchable=True),
        Attribute(name="is_rotational", about="True for spinning disks.", kind="boolean", section=STORAGE),
    ),
)  # fmt: skip

FILESYSTEM = CIType(
    label="Filesystem",
    about="A mounted filesystem.",
    title=("mount_point",),
    section=STORAGE,
    inside=Inside(verb=verbs.PART_OF, parents=(*MACHINES, "Container"), matches=(("mount_point",),)),
    relationships=((verbs.STORED_ON, "BlockDevice"),),
    attributes=(
        Attribute(name="mount_point", about="Where it is mounted.", section=STORAGE, column=True),
        Attribute(name="device", about="What is mounted: a device, or server:/path.", section=STORAGE, column=True,
                  completeness="required"),
        Attribute(name="filesystem_type", about="ext4, xfs, nfs4, …", section=STORAGE, column=True,
                  completeness="recommended"),
        Attribute(name="size_bytes", about="Capacity.", kind="integer", unit="bytes", section=STORAGE, column=True,
                  completeness="required"),
        Attribute(name="used_bytes", about="In use.", kind="integer", unit="bytes", section=STORAGE, volatile=True),
        Attribute(name="is_read_only", about="Mounted read-only.", kind="boolean", section=STORAGE),
    ),
)  # fmt: skip
