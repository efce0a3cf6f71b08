"""A certificate for an address that signed itself."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.support.require import missing


@dataclass(frozen=True)
class Certificate:
    cert: Path
    key: Path

    @property
    def options(self) -> tuple[str, ...]:
        """What a server is started with."""
        return "--tls-cert", str(self.cert), "--tls-key", str(self.key)

    @property
    def trust(self) -> ssl.SSLContext:
        """What a client needs to believe it."""
        return ssl.create_default_context(cafile=str(self.cert))


def certificate(folder: Path, address: str = "127.0.0.1") -> Certificate:
    """Made anew in this folder, valid for two days."""
    openssl = shutil.which("openssl") or missing("openssl is missing: apt-get install openssl")
    made = Certificate(folder / "cert.pem", folder / "key.pem")
    command = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    command += ["-subj", f"/CN={address}", "-addext", f"subjectAltName=IP:{address}"]
    command += ["-keyout", str(made.key), "-out", str(made.cert)]
    subprocess.run([openssl, *command], check=True, capture_output=True)
    return made
