"""Members of which enough must work."""

from cmdb.model import verbs
from cmdb.model.sections import CONNECTIONS
from cmdb.model.vocabulary import Attribute, CIType

REDUNDANCY_GROUP = CIType(
    label="RedundancyGroup",
    about="Members of which at least k must work for those who need the group.",
    title=("name",),
    declared=True,
    relationships=((verbs.ANY_OF, "ServiceInstance"), (verbs.ANY_OF, "Server")),
    attributes=(
        Attribute(name="name", about="What it is called: the shared address, or a person's word.", section=CONNECTIONS,
                  searchable=True, column=True, completeness="required"),
        Attribute(name="k", about="How many members must work.", kind="integer", section=CONNECTIONS, column=True,
                  completeness="required"),
        Attribute(name="mode", about="`standby`: a spare waits; `capacity`: all carry load.", section=CONNECTIONS,
                  column=True),
    ),
)  # fmt: skip
