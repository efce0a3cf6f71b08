"""Webhooks: registered, paused, resumed, given a new secret and removed by administrators."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from fastapi import Request
from fastapi.responses import Response

from cmdb.bootstrap import Core
from cmdb.model.events import KINDS
from cmdb.model.types import CI_TYPES
from cmdb.usecases.webhooks import (
    NewSecret,
    create_webhook,
    delete_webhook,
    list_webhooks,
    renew_secret,
    resume_webhook,
    stop_webhook,
)
from cmdb_api.auth import TheCore
from cmdb_api.web.forms import REFUSALS, Fields, Form, Refusal
from cmdb_api.web.page import go_to, pages, render
from cmdb_api.web.visitor import AdminVisitor

router = pages()
KIND_CHOICES = [(kind.name, f"{kind.name}: {kind.about}") for kind in KINDS]
# Events are told of what is independent; what lives in something else is told as a part of it.
TYPE_CHOICES = [(one.label, one.label) for one in CI_TYPES if one.family or one.declared]


@router.get("/webhooks")
def webhooks(request: Request, core: TheCore, _: AdminVisitor) -> Response:
    """Every webhook, and the form for a new one."""
    return _page(request, core)


@router.post("/webhooks")
def create(request: Request, core: TheCore, visitor: AdminVisitor, form: Form) -> Response:
    """Register a webhook; the answer shows its secret, this once."""
    kinds, types = (tuple(form.all(name)) or None for name in ("kinds", "types"))
    try:
        made = create_webhook(core.graph, form["url"], kinds, types, core.now(), visitor.name)
    except REFUSALS as error:
        return _page(request, core, form, refusal=Refusal(error, "url"))
    return _page(request, core, made=made)


@router.post("/webhooks/{webhook_id}/secret")
def renew(request: Request, core: TheCore, _: AdminVisitor, form: Form, webhook_id: str) -> Response:
    """Replace the secret; the answer shows the new one, this once."""
    return _page(request, core, made=renew_secret(core.graph, webhook_id))


@router.post("/webhooks/{webhook_id}/pause")
def pause(core: TheCore, _: AdminVisitor, form: Form, webhook_id: str) -> Response:
    """Send it nothing until it is resumed."""
    stop_webhook(core.graph, webhook_id)
    return go_to("/webhooks")


@router.post("/webhooks/{webhook_id}/resume")
def resume(core: TheCore, _: AdminVisitor, form: Form, webhook_id: str) -> Response:
    """Go on where it stopped."""
    resume_webhook(core.graph, webhook_id, core.now())
    return go_to("/webhooks")


@router.post("/webhooks/{webhook_id}/remove")
def remove(core: TheCore, _: AdminVisitor, form: Form, webhook_id: str) -> Response:
    """Remove it."""
    delete_webhook(core.graph, webhook_id)
    return go_to("/webhooks")


def _page(
    request: Request,
    core: Core,
    given: Mapping[str, str] | None = None,
    *,
    made: NewSecret | None = None,
    refusal: Refusal | None = None,
) -> Response:
    chosen = {name: given.all(name) if isinstance(given, Fields) else [] for name in ("kinds", "types")}
    values = {
        "webhooks": list_webhooks(core.graph), "kind_choices": KIND_CHOICES, "type_choices": TYPE_CHOICES,
        "url": (given or {}).get("url", ""), "chosen": chosen, "made": made, "refusal": refusal,
    }  # fmt: skip
    return render(request, "webhooks.html", values, refusal.status if refusal else HTTPStatus.OK)
