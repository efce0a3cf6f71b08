"""Where a collector stands: the address and MAC of its way to a target, and none towards itself."""

from __future__ import annotations

import subprocess
import sys

import pytest
from cmdb_collectors.place import observed_from

from tests.support.require import require


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "localhost", "no-such-name.invalid", "a..b", "0.0.0.0"])
def test_a_target_that_no_network_leads_to_shows_no_place(address: str) -> None:
    assert observed_from(address, 161) is None


def test_the_place_is_the_address_and_mac_of_the_way_to_the_target() -> None:
    ip = require("netns")
    mac = "02:00:5e:10:00:07"
    script = (
        f"{ip} link add p0 address {mac} type veth peer name p1 && {ip} addr add 10.77.0.5/24 dev p0 && "
        f"{ip} link set p0 up && {ip} link set p1 up && {ip} -6 addr add fd77::5/64 dev p0 nodad && "
        "exec {python} -c 'from cmdb_collectors.place import observed_from as o; "
        'print([o(a, 161) for a in ("10.77.0.9", "fd77::9", "10.77.0.5", "192.0.2.1")])\''
    )

    done = subprocess.run(
        ["unshare", "--net", "sh", "-c", script.replace("{python}", sys.executable)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    v4, v6 = {"address": "10.77.0.5", "mac_address": mac}, {"address": "fd77::5", "mac_address": mac}
    assert done.stdout.strip() == str([v4, v6, None, None])
