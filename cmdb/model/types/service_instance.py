"""A running service: a group of processes with its listening endpoints on one machine."""

from cmdb.model import verbs
from cmdb.model.sections import SERVICES
from cmdb.model.types.machine_evidence import MACHINES
from cmdb.model.vocabulary import Attribute, CIType, Inside

SERVICE_INSTANCE = CIType(
    label="ServiceInstance",
    about="A group of processes that is one service on one machine; a restart, a new pid or port is the same one.",
    title=("name",),
    section=SERVICES,
    inside=Inside(
        verb=verbs.RUNS_ON,
        parents=(*MACHINES, "Container"),
        matches=(
            ("unit",), ("container_name",), ("listens",), ("executable", "main_argument"), ("main_argument",),
            ("executable",),
        ),
    ),
    attributes=(
        Attribute(name="name", about="What people call it: the unit, container, product or program.", section=SERVICES,
                  searchable=True, column=True, completeness="required"),
        Attribute(name="unit", about="systemd unit.", section=SERVICES, searchable=True),
        Attribute(name="container_name", about="Container it runs in.", section=SERVICES, searchable=True),
        Attribute(name="product", about="Recognised product, such as PostgreSQL.", section=SERVICES, searchable=True,
                  column=True, completeness="recommended"),
        Attribute(name="product_category", about="What the product is for: database, cache, web server, …",
                  section=SERVICES),
        Attribute(name="version", about="Version of the product, where it can be read.", section=SERVICES, column=True,
                  completeness="recommended"),
        Attribute(name="executable", about="Path of the program.", section=SERVICES, searchable=True,
                  completeness="recommended"),
        Attribute(name="main_argument", about="Script, module, jar or class that a runtime executes.", section=SERVICES,
                  searchable=True),
        Attribute(name="command_line", about="Command line without its secrets.", section=SERVICES),
        Attribute(name="user", about="User it runs as.", section=SERVICES, completeness="recommended"),
        Attribute(name="listens", about="Listening endpoints as `tcp 0.0.0.0:443`, sorted.", kind="texts",
                  section=SERVICES, column=True),
        Attribute(name="clients", about="Connected clients as `ADDRESS COUNT`, one entry per address.", kind="texts",
                  section=SERVICES, volatile=True),
        Attribute(name="pids", about="Process ids.", kind="texts", section=SERVICES, volatile=True),
        Attribute(name="process_count", about="Processes in the group.", kind="integer", section=SERVICES,
                  volatile=True),
        Attribute(name="resident_bytes", about="Resident memory of the group.", kind="integer", unit="bytes",
                  section=SERVICES, volatile=True),
        Attribute(name="started_at", about="When its main process started.", kind="instant", section=SERVICES,
                  volatile=True),
    ),
)  # fmt: skip
