"""What people declare: business services, redundancy groups, and the teams that answer for them."""

from cmdb.model import verbs
from cmdb.model.sections import IDENTITY
from cmdb.model.vocabulary import Attribute, CIType

BUSINESS_SERVICE = CIType(
    label="BusinessService",
    about="A service that someone outside IT relies on, declared by naming its entry points.",
    title=("name",),
    declared=True,
    relationships=(
        (verbs.PROVIDED_BY, "ServiceInstance"),
        (verbs.PROVIDED_BY, "Server"),
        (verbs.PROVIDED_BY, "Container"),
        (verbs.DEPENDS_ON, "BusinessService"),
        (verbs.OWNED_BY, "Team"),
        (verbs.SUPPORTED_BY, "Team"),
    ),
    attributes=(
        Attribute(name="name", about="What its users call it.", section=IDENTITY, searchable=True, column=True,
                  completeness="required"),
        Attribute(name="description", about="What it is for.", section=IDENTITY, searchable=True,
                  completeness="recommended"),
        Attribute(name="criticality", about="low, medium, high or critical.", section=IDENTITY, column=True,
                  completeness="required"),
    ),
)  # fmt: skip

TEAM = CIType(
    label="Team",
    about="People who own or support something together.",
    title=("name",),
    declared=True,
    attributes=(
        Attribute(name="name", about="Name of the team.", section=IDENTITY, searchable=True, column=True,
                  completeness="required"),
        Attribute(name="contact", about="Where to reach it: mail address, channel or rota.", section=IDENTITY,
                  column=True, completeness="required"),
        Attribute(name="members", about="Who is in it, in its own words.", section=IDENTITY,
                  completeness="recommended"),
    ),
)  # fmt: skip
