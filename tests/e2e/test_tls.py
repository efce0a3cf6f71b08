"""`cmdb up` over TLS: people and agents come in by https, this machine's own programs by loopback."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.support.certificate import certificate
from tests.support.running import cmdb, free_port, up

pytestmark = pytest.mark.neo4j


def test_everything_runs_with_tls_outside_and_loopback_inside(tmp_path: Path) -> None:
    made = certificate(tmp_path)
    data_dir = tmp_path / "data"
    with up(data_dir, *made.options, port=free_port()) as running:
        outside = f"https://127.0.0.1:{running.port}"
        assert outside in running.output
        headers = {"Authorization": f"Bearer {running.admin_token}"}
        with httpx.Client(base_url=outside, verify=made.trust, headers=headers, trust_env=False) as client:
            servers = client.get("/api/v1/cis", params={"type": "Server"}).json()["cis"]
            assert len(servers) == 1
            cookie = client.post("/sign-in", data={"token": running.admin_token}).headers["set-cookie"]
        assert cookie.startswith("__Host-")
        assert "Secure" in cookie
        with pytest.raises(httpx.TransportError):
            httpx.get(running.address + "/api/v1/health", trust_env=False)
        # The profile that `up` wrote leads commands of this machine to the inner address.
        listed = cmdb(data_dir, "ci", "list", "--type", "Server", "--json")
        assert listed.returncode == 0
        assert servers[0]["id"].encode() in listed.stdout
