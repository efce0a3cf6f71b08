"""A container: processes with a root and namespaces of their own."""

from cmdb.model import normal, verbs
from cmdb.model.sections import SERVICES
from cmdb.model.types.machine_evidence import MACHINES
from cmdb.model.vocabulary import Attribute, CIType, Family, Identifier, Inside, Origin, Tier

CONTAINER = CIType(
    label="Container",
    family=Family.CONTAINER,
    about="A container that a runtime started on a machine.",
    title=("name", "container_id"),
    section=SERVICES,
    inside=Inside(verb=verbs.RUNS_ON, parents=(*MACHINES, "Container")),
    identified_by=(
        Identifier(kind="container_id", tier=Tier.STRONG, origin=Origin.HARDWARE, contradicts=True, section=SERVICES,
                   normalise=normal.opaque, because="the runtime draws it at random for each container"),
    ),
    attributes=(
        Attribute(name="name", about="Name of the container.", section=SERVICES, searchable=True, column=True),
        Attribute(name="container_id", about="Id the runtime gave it.", section=SERVICES, searchable=True),
        Attribute(name="runtime", about="docker, containerd, podman, lxc, …", section=SERVICES, column=True,
                  completeness="recommended"),
        Attribute(name="image", about="Image it was started from.", section=SERVICES, searchable=True, column=True,
                  completeness="required"),
    ),
)  # fmt: skip
