"""The sections of an observation document: what is read, or not read, as one."""

from __future__ import annotations

from cmdb.model.vocabulary import Section

IDENTITY = "identity"
HARDWARE = "hardware"
OPERATING_SYSTEM = "operating_system"
STORAGE = "storage"
NETWORK = "network"
PACKAGES = "packages"
SERVICES = "services"
CONNECTIONS = "connections"
CERTIFICATES = "certificates"
TOPOLOGY = "topology"

SECTIONS = (
    Section(name=IDENTITY, about="Names and the evidence of which machine this is."),
    Section(name=HARDWARE, about="Vendor, model, processor and memory."),
    Section(name=OPERATING_SYSTEM, about="Operating system, kernel and architecture."),
    Section(name=STORAGE, about="Block devices and mounted filesystems."),
    Section(name=NETWORK, about="Interfaces, addresses, subnets and routes."),
    Section(name=PACKAGES, about="Installed software packages."),
    Section(name=SERVICES, about="Containers and service instances with their listening endpoints."),
    Section(name=CONNECTIONS, about="Connections to far ends. Sampled: absence withdraws nothing."),
    Section(name=CERTIFICATES, about="Certificates that service instances present to their clients.", optional=True),
    Section(name=TOPOLOGY, about="Neighbours (LLDP, CDP), forwarding tables, address resolution and VLANs."),
)
OPTIONAL = frozenset(section.name for section in SECTIONS if section.optional)
SECTION_NAMES = frozenset(section.name for section in SECTIONS)
