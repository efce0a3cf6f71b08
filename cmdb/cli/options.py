"""Options that several commands have, each said once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

_NETWORK = "Network"

Port = Annotated[int, typer.Option(help="Port of API and pages.", min=1, max=65535, rich_help_panel=_NETWORK)]
Host = Annotated[
    str,
    typer.Option(
        help="Address to serve at. Beyond this machine it needs --tls-cert and --tls-key, or --behind-proxy.",
        rich_help_panel=_NETWORK,
    ),
]
TlsCert = Annotated[
    Path | None,
    typer.Option(help="Certificate chain, PEM.", metavar="FILE", exists=True, rich_help_panel=_NETWORK),
]
TlsKey = Annotated[
    Path | None,
    typer.Option(help="Private key, PEM.", metavar="FILE", exists=True, rich_help_panel=_NETWORK),
]
BehindProxy = Annotated[
    bool,
    typer.Option("--behind-proxy", help="A proxy in front speaks TLS; serve plain HTTP.", rich_help_panel=_NETWORK),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
