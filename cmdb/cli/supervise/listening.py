"""The address at which `cmdb up` serves: bound here, so that it is there before the server and while that restarts."""

from __future__ import annotations

import socket

from cmdb.errors import Unavailable

_BACKLOG = 128


def listen(host: str, port: int) -> socket.socket:
    """A listening socket for a child to inherit. Raises Unavailable when the address is taken or not this machine's."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(_BACKLOG)
    except OSError as error:
        listening.close()
        raise Unavailable(
            f"the address {host}:{port} cannot be used: {error.strerror}. Choose another one: --port, --host"
        ) from error
    listening.set_inheritable(True)
    return listening
