"""What a machine is connected to."""

from __future__ import annotations

from http import HTTPStatus
from typing import Literal

from pydantic import Field

from cmdb.usecases.links import links_of
from cmdb_api.auth import Reader, TheCore
from cmdb_api.instants import Instant
from cmdb_api.problems import responses
from cmdb_api.resource import Answer, resource
from cmdb_api.resources.sources import SeenCIAnswer

router = resource("cis")


class LinkAnswer(Answer):
    """A link from the machine's side."""

    port: SeenCIAnswer | None = Field(description="null: which of its ports is not known.")
    verb: Literal["LINKED_TO", "ATTACHED_TO"] = Field(description="A cable, or an address that a port has learnt.")
    far_port: SeenCIAnswer | None = Field(description="null: which port of the other is not known.")
    machine: SeenCIAnswer = Field(description="At the other end.")
    discovered_by: list[str] = Field(examples=[["lldp"]])
    is_mutual: bool = Field(description="Both ends tell of it.")
    valid_from: Instant


class LinksAnswer(Answer):
    """The links of one machine, by port."""

    id: str = Field(description="The CI's present id.")
    links: list[LinkAnswer]
    is_complete: bool = Field(description="false: there are more than these.")


@router.get("/cis/{ci_id}/links", response_model=LinksAnswer, responses=responses(HTTPStatus.NOT_FOUND))
def list_links(core: TheCore, _: Reader, ci_id: str) -> object:
    """What is cabled to the machine's ports (LLDP, CDP), or stands behind them."""
    return links_of(core.graph, ci_id)
