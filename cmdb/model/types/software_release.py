"""One version of one package: a node for the estate, not for each machine."""

from cmdb.model import verbs
from cmdb.model.sections import PACKAGES
from cmdb.model.types.machine_evidence import MACHINES
from cmdb.model.vocabulary import Attribute, CIType, Inside

SOFTWARE_RELEASE = CIType(
    label="SoftwareRelease",
    about="One version of a software package.",
    title=("name", "version"),
    section=PACKAGES,
    value_key=("manager", "name", "version", "architecture"),
    inside=Inside(verb=verbs.HAS_INSTALLED, parents=(*MACHINES, "Container"), points_down=True),
    attributes=(
        Attribute(name="manager", about="Who installed it: dpkg, rpm, apk, …", section=PACKAGES, column=True),
        Attribute(name="name", about="Name of the package.", section=PACKAGES, searchable=True, column=True),
        Attribute(name="version", about="Version as the package manager writes it.", section=PACKAGES, column=True),
        Attribute(name="architecture", about="Architecture it was built for.", section=PACKAGES, column=True),
    ),
)  # fmt: skip
