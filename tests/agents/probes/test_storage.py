import pytest
from cmdb_agent.probes import mounts, storage


def line(number, root, point, kind, device, options="rw", mount_id=1):
    return f"{mount_id} 1 {number} {root} {point} {options},relatime shared:1 - {kind} {device} {options}"


def points(*lines):
    return [mount.mount_point for mount in mounts.filesystems("\n".join(lines))]


def disk(machine, name, sectors, number, **files):
    machine.file(f"/sys/block/{name}/size", f"{sectors}\n")
    machine.file(f"/sys/block/{name}/dev", number + "\n")
    for path, content in files.items():
        machine.file(f"/sys/block/{name}/{path.replace('__', '/')}", content)


def relations(reading):
    return {(r["from"], r["to"]) for r in reading.relations if r["verb"] == "STORED_ON"}


def test_what_holds_no_data_is_no_filesystem():
    assert points(
        line("0:21", "/", "/proc", "proc", "proc"),
        line("0:22", "/", "/run", "tmpfs", "tmpfs"),
        line("7:1", "/", "/snap/core/1", "squashfs", "/dev/loop1", "ro"),
        line("0:50", "/", "/var/lib/docker/overlay2/x/merged", "overlay", "overlay"),
        line("8:1", "/", "/", "ext4", "/dev/sda1"),
    ) == ["/"]  # fmt: skip


def test_a_container_s_own_root_is_a_filesystem_though_an_overlay():
    assert points(line("0:50", "/", "/", "overlay", "overlay")) == ["/"]


def test_a_bind_mount_shows_a_filesystem_again_and_is_left_out():
    assert points(
        line("8:1", "/srv/data", "/export", "ext4", "/dev/sda1"),
        line("8:1", "/", "/", "ext4", "/dev/sda1"),
        line("8:1", "/", "/mnt/again", "ext4", "/dev/sda1"),
    ) == ["/"]  # fmt: skip


def test_a_bind_mount_that_alone_shows_a_filesystem_stands_for_it():
    assert points(line("8:1", "/containers/x/hostname", "/etc/hostname", "ext4", "/dev/sda1")) == ["/etc/hostname"]


def test_subvolumes_of_one_filesystem_are_filesystems_each():
    assert points(
        line("0:30", "/@", "/", "btrfs", "/dev/sda2"), line("0:30", "/@home", "/home", "btrfs", "/dev/sda2")
    ) == ["/", "/home"]  # fmt: skip


def test_what_is_mounted_over_counts_no_more():
    found = mounts.filesystems(
        "\n".join([line("8:1", "/", "/data", "ext4", "/dev/sda1"), line("8:2", "/", "/data", "xfs", "/dev/sdb1")])
    )
    assert [(mount.mount_point, mount.filesystem_type) for mount in found] == [("/data", "xfs")]


def test_spaces_and_other_letters_in_mount_points_are_read():
    assert points(line("8:1", "/", "/mnt/My\\040Ünïcode\\134x", "ext4", "/dev/sda1")) == ["/mnt/My Ünïcode\\x"]


@pytest.mark.parametrize("text", ["", "garbage", "1 2 3 4 5 6 7 8", "1 1 8:1 / / rw - ext4"])
def test_a_line_that_is_no_mount_is_none(text):
    assert mounts.parse(text) is None


def test_a_file_server_is_never_asked_for_its_size(machine):
    machine.file("/proc/self/mountinfo", "\n".join([
        line("0:60", "/", "/home", "nfs4", "filer:/home"),
        line("0:61", "/", "/mnt/ssh", "fuse.sshfs", "me@there:"),
        line("8:1", "/", "/", "ext4", "/dev/sda1", "ro"),
    ]))  # fmt: skip
    host = machine.host()
    asked = []
    host.filesystem_bytes = lambda point: asked.append(point) or (1000, 400)
    reading = storage.read(host)
    assert asked == ["/"]
    found = {item["key"]: item["attributes"] for item in reading.items}
    assert found["fs:/home"] == {
        "mount_point": "/home", "device": "filer:/home", "filesystem_type": "nfs4", "is_read_only": False,
    }  # fmt: skip
    assert found["fs:/"]["size_bytes"] == 1000
    assert found["fs:/"]["used_bytes"] == 400
    assert found["fs:/"]["is_read_only"] is True


def test_partitions_volumes_and_arrays_stand_on_what_is_below_them(machine):
    disk(
        machine, "sda", 2048, "8:0", device__vendor="ATA     \n", device__model="Disk 9000 \n", queue__rotational="0\n"
    )
    disk(machine, "sda/sda1", 1024, "8:1", partition="1\n")
    disk(machine, "sdb", 2048, "8:16", queue__rotational="1\n")
    disk(machine, "md0", 2048, "9:0")
    disk(machine, "dm-0", 512, "253:0", dm__uuid="LVM-abc\n")
    disk(machine, "nvme0n1", 4096, "259:0", device__serial="S4EVNX0\n")
    disk(machine, "nvme0n1/nvme0n1p1", 4096, "259:1", partition="1\n")
    disk(machine, "loop0", 4096, "7:0")
    disk(machine, "zram0", 4096, "252:0")
    disk(machine, "sdc", 0, "8:32")
    machine.file("/run/udev/data/b8:0", "S:disk/by-id/x\nE:ID_SERIAL_SHORT=WD-123\nE:ID_BUS=ata\n")
    for holder, below in (("md0", "sdb"), ("md0", "sda1"), ("dm-0", "md0")):
        machine.file(f"/sys/block/{holder}/slaves/{below}", "")
    machine.link("/dev/mapper/vg-root", "../dm-0")
    machine.file("/dev/dm-0", "")
    machine.file("/proc/self/mountinfo", "\n".join([
        line("253:0", "/", "/", "ext4", "/dev/mapper/vg-root"),
        line("0:40", "/@", "/data", "btrfs", "/dev/nvme0n1p1"),
    ]))  # fmt: skip
    machine.file("/dev/nvme0n1p1", "")
    reading = storage.read(machine.host())
    found = {item["key"]: item["attributes"] for item in reading.items}
    assert {key for key in found if key.startswith("disk:")} == {
        "disk:sda", "disk:sda1", "disk:sdb", "disk:md0", "disk:dm-0", "disk:nvme0n1", "disk:nvme0n1p1",
    }  # fmt: skip
    assert found["disk:sda"] == {
        "name": "sda", "kind": "disk", "size_bytes": 1048576, "vendor": "ATA", "model": "Disk 9000",
        "serial_number": "WD-123", "is_rotational": False,
    }  # fmt: skip
    assert found["disk:sda1"]["kind"] == "partition"
    assert found["disk:dm-0"]["kind"] == "lvm"
    assert found["disk:md0"]["kind"] == "raid"
    assert found["disk:nvme0n1"]["serial_number"] == "S4EVNX0"
    assert relations(reading) == {
        ("disk:sda1", "disk:sda"), ("disk:md0", "disk:sdb"), ("disk:md0", "disk:sda1"), ("disk:dm-0", "disk:md0"),
        ("disk:nvme0n1p1", "disk:nvme0n1"), ("fs:/", "disk:dm-0"), ("fs:/data", "disk:nvme0n1p1"),
    }  # fmt: skip


def test_a_recorded_machine_has_one_disk_and_one_filesystem(recorded_host):
    reading = storage.read(recorded_host("firecracker"))
    assert [item["key"] for item in reading.items] == ["disk:vda", "fs:/"]
    assert relations(reading) == {("fs:/", "disk:vda")}
    assert reading.items[1]["attributes"]["size_bytes"] == 270553174016
