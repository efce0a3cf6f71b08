"""Addresses and subnets: value things, the same for everyone who names them in one routing domain."""

from cmdb.model import normal, verbs
from cmdb.model.sections import NETWORK
from cmdb.model.vocabulary import Attribute, CIType, Inside

IP_ADDRESS = CIType(
    label="IPAddress",
    about="An address in a routing domain; who holds it changes, the address does not.",
    title=("address",),
    section=NETWORK,
    domain_scoped=True,
    value_key=("address",),
    inside=Inside(verb=verbs.HAS_ADDRESS, parents=("NetworkInterface",), points_down=True),
    attributes=(
        Attribute(name="address", about="As RFC 5952 writes it.", normalise=normal.ip_address, section=NETWORK,
                  searchable=True, column=True),
    ),
)  # fmt: skip

SUBNET = CIType(
    label="Subnet",
    about="An IP prefix in a routing domain.",
    title=("prefix",),
    section=NETWORK,
    domain_scoped=True,
    value_key=("prefix",),
    inside=Inside(verb=verbs.IN_SUBNET, parents=("IPAddress",), points_down=True),
    attributes=(
        Attribute(name="prefix", about="In CIDR notation.", normalise=normal.prefix, section=NETWORK, searchable=True,
                  column=True),
    ),
)  # fmt: skip
