"""What a host answered, before anybody reads it: files, links and figures by the names they have there."""

from __future__ import annotations

from dataclasses import dataclass, field

from cmdb_agent.rtnetlink import Address, Route


@dataclass
class Snapshot:
    """Filled by the commands, each with what its lines printed.

    `files`, `links`: content and target by path. `paths`: what is there, though its content was not asked for.
    `denied`: what the login may not see. `samples`: the files of /proc/net at each sampling of the sockets.
    `facts`: words by name, see the command `system`. `drivers`: kinds of interfaces by name. `figures`: size and used
    bytes by mount point. `outputs`: what programs printed. `addresses`, `routes`: None where nothing tells them.
    """

    facts: dict[str, str] = field(default_factory=dict[str, str])
    files: dict[str, bytes] = field(default_factory=dict[str, bytes])
    links: dict[str, str] = field(default_factory=dict[str, str])
    paths: set[str] = field(default_factory=set[str])
    denied: set[str] = field(default_factory=set[str])
    samples: list[dict[str, bytes]] = field(default_factory=list[dict[str, bytes]])
    descriptors: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    drivers: dict[str, str] = field(default_factory=dict[str, str])
    addresses: list[Address] | None = None
    routes: list[Route] | None = None
    figures: dict[str, tuple[int, int]] = field(default_factory=dict[str, tuple[int, int]])
    outputs: dict[tuple[str, ...], bytes] = field(default_factory=dict[tuple[str, ...], bytes])

    def children(self) -> dict[str, set[str]]:
        """The names in every folder below which anything is known; that of the root is empty."""
        found: dict[str, set[str]] = {}
        for path in (*self.files, *self.links, *self.paths, *self.denied):
            while path:
                folder, _, name = path.rpartition("/")
                names = found.setdefault(folder, set())
                if name in names:
                    break
                names.add(name)
                path = folder
        return found
