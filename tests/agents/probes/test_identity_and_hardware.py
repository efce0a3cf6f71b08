import base64
import hashlib
import uuid

import pytest
from cmdb_agent import containment
from cmdb_agent.probes import cloud, hardware, identity, operating_system

DMI = "/sys/class/dmi/id"
AZURE_TAG = "7783-7084-3265-9085-8269-3286-77"


def test_the_machine_id_leaves_the_machine_only_as_a_keyed_hash(machine):
    machine.file("/etc/machine-id", "3d1219c7c4c5404aaa1f6d2a48adfda4\n")
    read = identity.read(machine.host())
    assert read.identifiers["machine_id"] != "3d1219c7c4c5404aaa1f6d2a48adfda4"
    assert uuid.UUID(read.identifiers["machine_id"]).version == 4


def test_the_hash_of_a_machine_id_is_the_one_that_systemd_computes():
    # the vector of systemd's own test of sd_id128_get_app_specific(3)
    machine, application = "51df0b4bc3b04c9780e299b98ca373b8", "f03daaeb1c334b43a732172944bf772e"
    hashed = identity.hashed_machine_id(bytes.fromhex(machine), bytes.fromhex(application))
    assert hashed == "1dee5954e75c4d6fb96cc6c04ca18a86"


@pytest.mark.parametrize("text", ["", "uninitialized\n", "0" * 32, "not hexadecimal at all, but long enough"])
def test_a_machine_without_a_machine_id_has_none(machine, text):
    machine.file("/etc/machine-id", text)
    assert "machine_id" not in identity.read(machine.host()).identifiers


def test_host_keys_of_every_type_are_fingerprinted_as_ssh_keygen_does(machine):
    blob = base64.b64encode(b"\0\0\0\x0bssh-ed25519" + bytes(32)).decode()
    machine.file("/etc/ssh/ssh_host_ed25519_key.pub", f"ssh-ed25519 {blob} root@box\n")
    machine.file("/etc/ssh/ssh_host_rsa_key.pub", "ssh-rsa not-base64!\n")
    machine.file("/etc/ssh/ssh_host_ed25519_key", "PRIVATE")
    read = identity.read(machine.host())
    digest = base64.b64encode(hashlib.sha256(base64.b64decode(blob)).digest()).decode().rstrip("=")
    assert read.identifiers["ssh_host_keys"] == [f"SHA256:{digest}"]
    assert [problem["kind"] for problem in read.problems] == ["malformed"]
    assert read.state == "read"


def test_the_full_name_is_the_one_that_the_hosts_file_spells(machine):
    machine.file("/etc/hosts", "127.0.0.1 localhost\n10.0.0.5 box.example.net box # the machine\n")
    assert identity.read(machine.host()).attributes == {"name": "box", "fqdn": "box.example.net"}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {f"{DMI}/sys_vendor": "Amazon EC2", f"{DMI}/board_asset_tag": "i-0abc12345def67890"},
            ("aws", "i-0abc12345def67890"),
        ),
        (
            {
                f"{DMI}/chassis_asset_tag": AZURE_TAG,
                "/var/lib/cloud/data/instance-id": "9d0a4f3e-1111-2222-3333-444455556666",
            },
            ("azure", "9d0a4f3e-1111-2222-3333-444455556666"),
        ),
        (
            {"/run/cloud-init/instance-data.json": '{"v1": {"cloud_name": "gce", "instance_id": "4711"}}'},
            ("gcp", "4711"),
        ),
        (
            {"/run/cloud-init/instance-data.json": '{"v1": {"cloud_name": "nocloud", "instance_id": "iid-local01"}}'},
            (None, None),
        ),
        (
            {"/run/cloud-init/instance-data.json": '{"v1": {"cloud_name": "none", "instance_id": "iid-x"}}'},
            (None, None),
        ),
        ({"/var/lib/cloud/data/instance-id": "iid-datasource-none"}, (None, None)),
        ({"/var/lib/cloud/data/instance-id": "nocloud"}, (None, None)),
        ({"/run/cloud-init/instance-data.json": "damaged {"}, (None, None)),
        ({f"{DMI}/sys_vendor": "Amazon EC2", "/var/lib/cloud/data/instance-id": "iid-datasource-none"}, ("aws", None)),
    ],
)
def test_a_cloud_instance_is_known_by_firmware_and_cloud_init_alone(machine, files, expected):
    for path, content in files.items():
        machine.file(path, content + "\n")
    assert tuple(cloud.instance(machine.host())) == expected


def test_a_physical_server_tells_its_maker_serial_number_and_uuid(machine):
    for name, value in {
        "sys_vendor": "Dell Inc.", "product_name": "PowerEdge R740", "product_serial": "ABC1234",
        "product_uuid": "4c4c4544-0042-4310-8031-b4c04f313233", "bios_version": "2.12.2", "chassis_asset_tag": "A-17",
    }.items():  # fmt: skip
        machine.file(f"{DMI}/{name}", value + "\n")
    machine.file(
        "/proc/cpuinfo",
        "".join(
            f"processor\t: {n}\nmodel name\t: Intel(R) Xeon(R)\nphysical id\t: {n // 4}\n"
            f"core id\t\t: {n // 2 % 2}\nflags\t: fpu vmx\n\n"
            for n in range(8)
        ),
    )
    machine.file("/proc/meminfo", "MemTotal:       1024 kB\nMemAvailable:    512 kB\nSwapTotal:  0 kB\n")
    machine.file("/proc/loadavg", "0.25 0.10 0.05 1/100 4711\n")
    read = hardware.read(machine.host())
    assert read.identifiers == {"system_uuid": "4c4c4544-0042-4310-8031-b4c04f313233", "system_serial": "ABC1234"}
    said = read.attributes
    assert (said["vendor"], said["model"], said["serial_number"]) == ("Dell Inc.", "PowerEdge R740", "ABC1234")
    assert (said["cpu_count"], said["cpu_core_count"], said["cpu_socket_count"]) == (8, 4, 2)
    assert (said["memory_bytes"], said["memory_available_bytes"], said["swap_bytes"]) == (1 << 20, 1 << 19, 0)
    assert said["virtualization"] == "none"
    assert said["load_average_1m"] == 0.25


def test_without_root_serial_number_and_uuid_are_missed_and_the_section_says_so(machine):
    machine.file(f"{DMI}/sys_vendor", "Dell Inc.\n")
    host = machine.host(is_root=False)
    host.denied = {f"{DMI}/product_serial", f"{DMI}/product_uuid"}
    read = hardware.read(host)
    assert read.state == "partial"
    assert [problem["kind"] for problem in read.problems] == ["permission_denied"]
    assert read.attributes["vendor"] == "Dell Inc."
    assert not read.identifiers


@pytest.mark.parametrize(
    ("vendor", "product", "expected"),
    [
        ("VMware, Inc.", "VMware Virtual Platform", "vmware"),
        ("QEMU", "Standard PC (Q35 + ICH9, 2009)", "kvm"),
        ("Microsoft Corporation", "Virtual Machine", "hyperv"),
        ("innotek GmbH", "VirtualBox", "virtualbox"),
        ("Xen", "HVM domU", "xen"),
        ("Amazon EC2", "m5.large", "kvm"),
    ],
)
def test_a_hypervisor_is_known_by_the_firmware_it_gives(machine, vendor, product, expected):
    machine.file(f"{DMI}/sys_vendor", vendor)
    machine.file(f"{DMI}/product_name", product)
    machine.file("/proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu hypervisor\n")
    assert hardware.read(machine.host()).attributes["virtualization"] == expected


def test_bare_metal_from_a_maker_that_also_makes_hypervisors_is_not_virtual(machine):
    machine.file(f"{DMI}/sys_vendor", "Microsoft Corporation")
    machine.file(f"{DMI}/product_name", "Surface Laptop 4")
    machine.file("/proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu vmx\n")
    assert hardware.read(machine.host()).attributes["virtualization"] == "none"


def test_an_arm_board_is_described_by_its_device_tree(machine):
    machine.file("/proc/device-tree/compatible", b"raspberrypi,4-model-b\0brcm,bcm2711\0")
    machine.file("/proc/device-tree/model", b"Raspberry Pi 4 Model B Rev 1.4\0")
    machine.file("/proc/device-tree/serial-number", b"10000000abcdef01\0")
    machine.file(
        "/proc/cpuinfo",
        "processor\t: 0\nBogoMIPS\t: 108.00\n\nprocessor\t: 1\nBogoMIPS\t: 108.00\n\nModel\t: Raspberry Pi 4\n",
    )
    read = hardware.read(machine.host())
    assert read.attributes["vendor"] == "raspberrypi"
    assert read.attributes["model"] == "Raspberry Pi 4 Model B Rev 1.4"
    assert read.identifiers["system_serial"] == "10000000abcdef01"
    assert read.attributes["cpu_count"] == 2
    assert "cpu_core_count" not in read.attributes


def test_a_firecracker_machine_with_a_stale_docker_marker_is_a_machine(recorded_host):
    host = recorded_host("firecracker")
    assert host.exists("/.dockerenv")
    assert containment.around(host) is None
    assert hardware.read(host).attributes["virtualization"] == "firecracker"


def test_the_operating_system_is_read_from_os_release_and_the_kernel(recorded_host):
    said = operating_system.read(recorded_host("firecracker")).attributes
    assert (said["os_id"], said["os_name"], said["os_version"]) == ("debian", "Debian GNU/Linux", "12")
    assert (said["kernel_name"], said["architecture"], said["time_zone"]) == ("Linux", "x86_64", "Etc/UTC")
    assert said["booted_at"] % 1000 == 0


def test_os_release_quotes_are_undone_and_comments_skipped(machine):
    machine.file(
        "/etc/os-release", '# a comment\nNAME=\'Some "OS"\'\nID=some\nVERSION_ID="4.2"\nBROKEN="never closed\n'
    )
    assert operating_system.os_release(machine.host()) == {
        "NAME": 'Some "OS"', "ID": "some", "VERSION_ID": "4.2", "BROKEN": "never closed",
    }  # fmt: skip


ID = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("cgroup", "mountinfo", "expected"),
    [
        (f"0::/system.slice/docker-{ID}.scope", "", (ID, "docker")),
        (f"12:cpu:/docker/{ID}\n1:name=systemd:/docker/{ID}", "", (ID, "docker")),
        (f"0::/kubepods.slice/kubepods-pod1.slice/cri-containerd-{ID}.scope", "", (ID, "containerd")),
        (f"0::/machine.slice/libpod-{ID}.scope/container", "", (ID, "podman")),
        (f"0::/kubepods/besteffort/podabc/crio-{ID}.scope", "", (ID, "cri-o")),
        ("0::/lxc.payload.web/init.scope", "", ("lxc:web", "lxc")),
        (
            "0::/",
            f"700 600 8:1 /var/lib/docker/containers/{ID}/hostname /etc/hostname rw - ext4 /dev/sda1 rw",
            (ID, "docker"),
        ),
        ("0::/", "700 600 8:1 /tmp/node/hostname /etc/hostname rw - ext4 /dev/sda1 rw", None),
        ("0::/system.slice/nginx.service", "", None),
        ("4:memory:/batch/cf2d77762341821ed5cd44a8bca06868", "", None),
    ],
)
def test_a_container_is_told_by_its_id_in_control_groups_and_mounts(machine, cgroup, mountinfo, expected):
    machine.file("/proc/self/cgroup", cgroup)
    machine.file("/proc/self/mountinfo", mountinfo)
    machine.file("/proc/1/environ", "PATH=/bin\0")
    found = containment.around(machine.host())
    assert (tuple(found) if found else None) == expected


def test_a_container_s_name_is_made_unique_by_the_machine_s_id(machine):
    drawn, named = containment.Container(ID, "docker"), containment.Container("lxc:web", "lxc")
    assert containment.unique_id(machine.host(), drawn) == ID
    assert containment.unique_id(machine.host(), named) is None
    machine.file("/etc/machine-id", "3d1219c7c4c5404aaa1f6d2a48adfda4\n")
    first = containment.unique_id(machine.host(), named)
    assert first is not None
    assert first.endswith(":lxc:web")
    machine.file("/etc/machine-id", "4d1219c7c4c5404aaa1f6d2a48adfda4\n")
    assert containment.unique_id(machine.host(), named) != first
    assert containment.unique_id(machine.host(), containment.Container(None, "nspawn")).endswith(":nspawn:box")


def test_a_container_without_an_id_is_told_by_the_first_process(machine):
    machine.file("/proc/self/cgroup", "0::/")
    machine.file("/proc/1/environ", "PATH=/bin\0container=systemd-nspawn\0")
    assert containment.around(machine.host()) == containment.Container(None, "systemd-nspawn")
