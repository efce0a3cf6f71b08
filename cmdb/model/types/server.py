"""A machine that runs an operating system."""

from cmdb.model import normal
from cmdb.model.sections import HARDWARE, IDENTITY, NETWORK, OPERATING_SYSTEM
from cmdb.model.types.machine_evidence import MACHINE_EVIDENCE
from cmdb.model.types.machine_facts import MACHINE_FACTS
from cmdb.model.vocabulary import Attribute, CIType, Family

SERVER = CIType(
    label="Server",
    family=Family.MACHINE,
    about="A machine that runs an operating system, physical or virtual.",
    title=("name",),
    section=IDENTITY,
    identified_by=MACHINE_EVIDENCE,
    attributes=(
        *MACHINE_FACTS,
        Attribute(name="bios_version", about="Version of the firmware.", normalise=normal.text, section=HARDWARE),
        Attribute(name="virtualization", about="Hypervisor the machine runs under; `none` on bare metal.",
                  section=HARDWARE),
        Attribute(name="cloud_provider", about="Cloud that runs the machine: aws, azure, gcp, …", section=HARDWARE),
        Attribute(name="cpu_model", about="Name of the processor.", section=HARDWARE, completeness="recommended"),
        Attribute(name="cpu_core_count", about="Physical cores.", kind="integer", section=HARDWARE),
        Attribute(name="cpu_socket_count", about="Processor packages.", kind="integer", section=HARDWARE),
        Attribute(name="swap_bytes", about="Swap space.", kind="integer", unit="bytes", section=HARDWARE),
        Attribute(name="memory_available_bytes", about="Memory that programs can still get.", kind="integer",
                  unit="bytes", section=HARDWARE, volatile=True),
        Attribute(name="load_average_1m", about="Runnable and uninterruptible tasks, one minute's average.",
                  kind="number", section=HARDWARE, volatile=True),
        Attribute(name="os_id", about="`ID` of os-release(5).", section=OPERATING_SYSTEM, completeness="recommended"),
        Attribute(name="kernel_name", about="`Linux`, `FreeBSD`, …: uname(2) sysname.", section=OPERATING_SYSTEM),
        Attribute(name="kernel_version", about="uname(2) release.", section=OPERATING_SYSTEM,
                  completeness="recommended"),
        Attribute(name="architecture", about="uname(2) machine.", section=OPERATING_SYSTEM, completeness="recommended"),
        Attribute(name="time_zone", about="IANA name of the time zone.", section=OPERATING_SYSTEM),
        Attribute(name="routes", about="Routes as `PREFIX via GATEWAY dev NAME`, sorted.", kind="texts",
                  section=NETWORK),
        Attribute(name="dns_servers", about="Name servers the resolver asks.", kind="texts", section=NETWORK),
    ),
)  # fmt: skip
