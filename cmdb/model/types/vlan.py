"""A virtual LAN: a value thing, the same for every switch of one routing domain (one site)."""

from cmdb.model.sections import TOPOLOGY
from cmdb.model.vocabulary import Attribute, CIType

VLAN = CIType(
    label="VLAN",
    about="A virtual LAN of a site, by its number (IEEE 802.1Q).",
    title=("vlan_id", "name"),
    section=TOPOLOGY,
    domain_scoped=True,
    value_key=("vlan_id",),
    attributes=(
        Attribute(name="vlan_id", about="Its number, 1 to 4094.", kind="integer", section=TOPOLOGY, column=True),
        Attribute(name="name", about="Name that switches give it.", section=TOPOLOGY, searchable=True, column=True),
        Attribute(name="domain_name", about="VTP domain, where switches share one.", section=TOPOLOGY),
    ),
)  # fmt: skip
