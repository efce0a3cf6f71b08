"""Why values of the recordings differ from both expected results: by recording and attribute."""

from __future__ import annotations

_AGENT_SOFTWARE = "names the SNMP agent, not the machine: net-snmp knows neither maker nor model"
_ENGINE_ID = "a part of snmpEngineID, which is no serial number"
AGENTS = frozenset({_AGENT_SOFTWARE, _ENGINE_ID})

_HOSTS = (
    "full_camera_semac-ipcam-500",
    "full_os_linux_ibm-x3550-m3",
    "full_os_linux_slackware",
    "full_os_linux_unknown-002",
    "full_os_linux_unknown-003",
    "full_os_linux_unknown-006",
)

REASONS: dict[tuple[str, str], str] = {
    **{(host, attribute): _AGENT_SOFTWARE for host in _HOSTS for attribute in ("vendor", "model")},
    **{(host, "serial_number"): _ENGINE_ID for host in _HOSTS},
    ("dell-sonic", "vendor"): "the enterprise number is that of the switching chip's maker; SONiC names the maker",
    ("dell-sonic", "model"): "ENTITY-MIB has Dell's part number, SONiC the name of the hardware",
    ("edgeswitch_10xp", "model"): "ENTITY-MIB has the model as Ubiquiti sells it; the other is from a table by number",
    ("full_bmc_hp-onboard-administrator", "model"): "serial number and model are those of the enclosure",
    ("full_os_linux_ibm-power-chrp", "model"): "from a table by sysObjectID; the recording has no object with a model",
    ("full_router_brocade-unknown-001", "model"): "ENTITY-MIB has the model as sold; the other is IBM's, from a table",
    ("microsemitime", "vendor"): "the device answers with an enterprise number that is assigned to somebody else",
    ("sm-os", "model"): "a part number; sysDescr has the product's name",
    ("transition", "model"): "the sysName, which on this device is still a model's name",
    ("vmware-esxi", "vendor"): "the maker of the machine, with whom its serial number is unique",
}
