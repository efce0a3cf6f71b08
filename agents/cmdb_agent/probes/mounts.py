"""The mounted filesystems that hold data, out of mountinfo (proc_pid_mountinfo(5))."""

from __future__ import annotations

import re
from typing import NamedTuple

# Filesystems whose server may be gone: statvfs(3) on them can hang for ever, so their size is not asked.
REMOTE = frozenset({
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "ceph", "glusterfs", "lustre", "gpfs", "beegfs", "afs", "ncpfs",
    "ocfs2", "gfs2", "orangefs", "coda", "davfs", "virtiofs",
})  # fmt: skip
# The kernel's views of itself, memory, images of packages and mounts on demand: none holds data of its own.
_PSEUDO = frozenset({
    "proc", "sysfs", "devtmpfs", "devpts", "tmpfs", "ramfs", "cgroup", "cgroup2", "securityfs", "debugfs", "tracefs",
    "configfs", "pstore", "bpf", "mqueue", "hugetlbfs", "autofs", "binfmt_misc", "rpc_pipefs", "nfsd", "fusectl",
    "efivarfs", "selinuxfs", "nsfs", "squashfs", "overlay", "aufs", "rootfs", "fuse.lxcfs", "fuse.gvfsd-fuse",
    "fuse.portal", "fuse.snapfuse", "ecryptfs", "iso9660", "udf", "erofs", "dax", "smackfs", "resctrl", "xenfs",
})  # fmt: skip
_WITH_SUBVOLUMES = frozenset({"btrfs", "bcachefs"})
_OCTAL = re.compile(r"\\([0-7]{3})")


class Mount(NamedTuple):
    """A mounted filesystem. `number` is major:minor of what it is on."""

    number: str
    root: str
    mount_point: str
    device: str
    filesystem_type: str
    is_read_only: bool

    @property
    def is_remote(self) -> bool:
        """True where another machine, or a program, answers for it."""
        return self.filesystem_type in REMOTE or self.filesystem_type.startswith("fuse.")


def filesystems(mountinfo: str) -> list[Mount]:
    """The filesystems with data, one mount point each, sorted by it.

    A bind mount shows a folder of a filesystem again and is left out, unless nothing else shows the filesystem (as in
    a container). What is mounted over counts no more. A container's own root is its filesystem though an overlay.
    """
    visible = {mount.mount_point: mount for mount in map(parse, mountinfo.splitlines()) if mount}
    kept = [m for m in visible.values() if m.filesystem_type not in _PSEUDO or _is_overlay_root(m)]
    chosen: dict[tuple[str, str], Mount] = {}
    for mount in sorted(
        kept, key=lambda m: (m.root != "/", m.mount_point.count("/"), len(m.mount_point), m.mount_point)
    ):
        subvolume = mount.root if mount.filesystem_type in _WITH_SUBVOLUMES else ""
        thing = (mount.device if mount.is_remote else mount.number, subvolume)
        chosen.setdefault(thing, mount)
    return sorted(chosen.values(), key=lambda mount: mount.mount_point)


def _is_overlay_root(mount: Mount) -> bool:
    return mount.mount_point == "/" and mount.filesystem_type == "overlay"


def parse(line: str) -> Mount | None:
    """One line of mountinfo; None where it is none. Spaces in names are written in octal."""
    before, separator, after = line.partition(" - ")
    left, right = before.split(" "), after.split(" ")
    if not separator or len(left) < 6 or len(right) < 2:
        return None
    return Mount(
        number=left[2],
        root=_plain(left[3]),
        mount_point=_plain(left[4]),
        device=_plain(right[1]),
        filesystem_type=right[0],
        is_read_only="ro" in left[5].split(",") or (len(right) > 2 and "ro" in right[2].split(",")),
    )


def _plain(text: str) -> str:
    """The text with the escaped space, tab, newline and backslash as they are."""
    return _OCTAL.sub(lambda found: chr(int(found[1], 8)), text) if "\\" in text else text
