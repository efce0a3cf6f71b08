"""Every CI type, in the order in which documentation and menus show them."""

from cmdb.model.sections import SECTION_NAMES
from cmdb.model.types.addresses import IP_ADDRESS, SUBNET
from cmdb.model.types.business import BUSINESS_SERVICE, TEAM
from cmdb.model.types.certificate import CERTIFICATE
from cmdb.model.types.container import CONTAINER
from cmdb.model.types.devices import (
    CHASSIS_MEMBER,
    NETWORK_DEVICE,
    POWER_UNIT,
    PRINTER,
    STORAGE_DEVICE,
)
from cmdb.model.types.network_interface import NETWORK_INTERFACE
from cmdb.model.types.redundancy_group import REDUNDANCY_GROUP
from cmdb.model.types.server import SERVER
from cmdb.model.types.service_instance import SERVICE_INSTANCE
from cmdb.model.types.software_release import SOFTWARE_RELEASE
from cmdb.model.types.storage import BLOCK_DEVICE, FILESYSTEM
from cmdb.model.types.vlan import VLAN
from cmdb.model.verbs import BY_NAME as VERBS_BY_NAME
from cmdb.model.vocabulary import CIType, Identifier, ModelError

CI_TYPES = (
    BUSINESS_SERVICE, SERVICE_INSTANCE, SERVER, CONTAINER, NETWORK_DEVICE, CHASSIS_MEMBER, STORAGE_DEVICE, POWER_UNIT,
    PRINTER, NETWORK_INTERFACE, IP_ADDRESS, SUBNET, VLAN, BLOCK_DEVICE, FILESYSTEM, SOFTWARE_RELEASE, CERTIFICATE,
    REDUNDANCY_GROUP, TEAM,
)  # fmt: skip


def check(types: tuple[CIType, ...]) -> dict[str, CIType]:
    """The types by label. Raises ModelError, naming both sides, where two declarations contradict each other."""
    by_label: dict[str, CIType] = {}
    identifiers: dict[str, tuple[CIType, Identifier]] = {}
    kinds: dict[str, tuple[str, str]] = {}
    for ci_type in types:
        if ci_type.label in by_label:
            raise ModelError(f"two types are called {ci_type.label}")
        by_label[ci_type.label] = ci_type
        for identifier in ci_type.identified_by:
            owner, other = identifiers.setdefault(identifier.kind, (ci_type, identifier))
            if other is not identifier:
                raise ModelError(f"{owner.label} and {ci_type.label} declare {identifier.kind!r} differently")
        for attribute in ci_type.attributes:
            label, kind = kinds.setdefault(attribute.name, (ci_type.label, attribute.kind))
            if kind != attribute.kind:
                raise ModelError(f"{attribute.name!r} is {kind} in {label} and {attribute.kind} in {ci_type.label}")
    for ci_type in types:
        sections = {attribute.section for attribute in ci_type.attributes} | {i.section for i in ci_type.identified_by}
        for section in sorted(sections - SECTION_NAMES):
            raise ModelError(f"{ci_type.label} uses the section {section!r}, which sections.py does not declare")
        parents = ci_type.inside.parents if ci_type.inside else ()
        for label in (*parents, *(target for _, target in ci_type.relationships)):
            if label not in by_label:
                raise ModelError(f"{ci_type.label} relates to {label}, which no declaration defines")
        for verb, _ in ci_type.relationships:
            if VERBS_BY_NAME.get(verb.name) is not verb:
                raise ModelError(f"{ci_type.label} uses the verb {verb.name}, which verbs.py does not list")
    return by_label


BY_LABEL = check(CI_TYPES)
IDENTIFIERS = {identifier.kind: identifier for ci_type in CI_TYPES for identifier in ci_type.identified_by}
