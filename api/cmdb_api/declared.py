"""What the resources of declared things share: a reference to a CI, and who may declare."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Depends
from pydantic import Field

from cmdb.usecases.access import Caller, Role
from cmdb_api.auth import Allows
from cmdb_api.resource import Answer

Editor = Annotated[Caller, Depends(Allows(Role.RESPONDER, Role.CHANGE_MANAGER))]
"""Whoever works on tickets may also say what depends on what."""


class RefAnswer(Answer):
    """A CI that something refers to."""

    id: str = Field(examples=["ci_p2l9c4w8z1"])
    type: str = Field(examples=["ServiceInstance"])
    title: str = Field(examples=["app"])
    state: Literal["active", "retired"]
