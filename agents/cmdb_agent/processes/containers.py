"""Names and images of containers, out of what their runtimes keep on disk: no runtime is asked."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from cmdb_agent.host import Host

_DOCKER = "/var/lib/docker/containers"
_PODMAN = "/var/lib/containers/storage/overlay-containers/containers.json"
_CONTAINERD = "/run/containerd/io.containerd.runtime.v2.task"
_CRI = "io.kubernetes.cri"


class Description(NamedTuple):
    """What people call a container, and the image it came from; each None where it cannot be read."""

    name: str | None = None
    image: str | None = None


def describe(host: Host, container_id: str) -> Description:
    """Name and image of a container. Only root may read them."""
    try:
        for read in (_docker, _podman, _containerd):
            found = read(host, container_id)
            if found is not None:
                return found
    except PermissionError:
        return Description()
    return Description()


def _docker(host: Host, container_id: str) -> Description | None:
    said = _json(host, f"{_DOCKER}/{container_id}/config.v2.json")
    if said is None:
        return None
    config = said.get("Config") or {}
    return Description(str(said.get("Name") or "").lstrip("/") or None, config.get("Image"))


def _podman(host: Host, container_id: str) -> Description | None:
    raw = host.read(_PODMAN)
    for entry in json.loads(raw) if raw else []:
        if entry.get("id") == container_id:
            metadata = json.loads(entry.get("metadata") or "{}")
            return Description(next(iter(entry.get("names") or []), None), metadata.get("image-name"))
    return None


def _containerd(host: Host, container_id: str) -> Description | None:
    for namespace in host.names(_CONTAINERD):
        said = _json(host, f"{_CONTAINERD}/{namespace}/{container_id}/config.json")
        if said is not None:
            notes = said.get("annotations") or {}
            pod, name = notes.get(f"{_CRI}.sandbox-name"), notes.get(f"{_CRI}.container-name")
            return Description(f"{pod}/{name}" if pod and name else name, notes.get(f"{_CRI}.image-name"))
    return None


def _json(host: Host, path: str) -> dict[str, Any] | None:
    raw = host.read(path)
    said = json.loads(raw) if raw else None
    return said if isinstance(said, dict) else None
