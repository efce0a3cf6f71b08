"""What the command line takes from its environment, and from the profile that `cmdb up` wrote: read here only."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from cmdb.config import DEFAULT_PORT, Settings, from_environment

_PREFIX = "CMDB_"


@dataclass(frozen=True)
class Profile:
    """Which server to ask, the file with the token to show it, and the authority (PEM) that vouches for the server.

    `ca_file` None: the system's own authorities.
    """

    server: str
    token_file: Path
    ca_file: Path | None = None


def settings(data: Path | None = None, environment: Mapping[str, str] = os.environ) -> Settings:
    """The core's settings; `data` is a data folder given as an option. Raises Invalid."""
    found = from_environment(environment)
    return found if data is None else replace(found, data_dir=data.absolute())


def profile(
    server: str | None,
    token_file: Path | None,
    ca_file: Path | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Profile:
    """The options given, else CMDB_SERVER, CMDB_TOKEN_FILE and CMDB_CA, else what `cmdb up` wrote."""
    found = settings(environment=environment)
    named_file, named_ca = environment.get("CMDB_TOKEN_FILE"), environment.get("CMDB_CA")
    address = server or environment.get("CMDB_SERVER") or written_server(found) or f"http://127.0.0.1:{DEFAULT_PORT}"
    return Profile(
        address.rstrip("/"),
        token_file or (Path(named_file) if named_file else found.admin_token_file),
        ca_file or (Path(named_ca) if named_ca else None),
    )


def server_file(found: Settings) -> Path:
    """Where `cmdb up` writes the address at which this machine reaches its server."""
    return found.data_dir / "server"


def written_server(found: Settings) -> str | None:
    """The address that the last `cmdb up` wrote; None before the first."""
    try:
        return server_file(found).read_text(encoding="utf-8").strip() or None
    except OSError:
        return None


def is_default_data(found: Settings) -> bool:
    """Whether the data folder is the one that is taken when nobody names one."""
    return found.data_dir == from_environment(plain_environment()).data_dir


def plain_environment(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment for a child, without this product's own variables."""
    return {name: value for name, value in environment.items() if not name.startswith(_PREFIX)}
