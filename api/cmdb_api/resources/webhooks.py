"""Webhooks: addresses that are sent events, registered by administrators."""

from __future__ import annotations

from http import HTTPStatus

from pydantic import Field

from cmdb.usecases.webhooks import (
    MAX_URL_CHARACTERS,
    Webhook,
    create_webhook,
    delete_webhook,
    list_webhooks,
    renew_secret,
    resume_webhook,
    stop_webhook,
)
from cmdb_api.auth import Admin, TheCore
from cmdb_api.instants import Instant
from cmdb_api.problems import responses
from cmdb_api.resource import Answer, Given, resource

router = resource("webhooks")


class WebhookAnswer(Answer):
    """A webhook without its secret."""

    id: str = Field(examples=["wh_0f3a9c1b2d4e5f60"])
    url: str = Field(examples=["https://example.org/cmdb"])
    kinds: list[str] | None = Field(description="Kinds of events that it is sent; null: all.", examples=[["changed"]])
    types: list[str] | None = Field(description="Types of CIs whose events it is sent; null: all.", examples=[None])
    position: int = Field(description="Position of the last event that was taken.", examples=[4711])
    is_active: bool
    created_at: Instant
    created_by: str
    delivered_at: Instant | None = Field(description="When something was last taken; null: never.")
    failures: int = Field(description="Tries since then that failed.", examples=[0])
    failing_since: Instant | None
    last_failure: str | None = Field(description="What went wrong the last time.", examples=["it answered 500"])
    next_try_at: Instant
    stopped_because: str | None = Field(description="Why nothing is sent any more, where no person stopped it.")


class WebhooksAnswer(Answer):
    """Every webhook, oldest first."""

    webhooks: list[WebhookAnswer]


class NewSecretAnswer(Answer):
    """A webhook with its secret, shown this once."""

    webhook: WebhookAnswer
    secret: str = Field(description="Deliveries are signed with it.", examples=["whsec_…"])


class NewWebhook(Given):
    """A webhook to register. It is sent what happens from now on."""

    url: str = Field(description="https, or http on this machine.", max_length=MAX_URL_CHARACTERS,
                     examples=["https://example.org/cmdb"])  # fmt: skip
    kinds: list[str] | None = Field(default=None, max_length=20, description="null: all kinds.", examples=[["changed"]])
    types: list[str] | None = Field(default=None, max_length=50, description="null: all types.", examples=[None])


class WebhookChange(Given):
    """True resumes it where it stopped, false stops it."""

    is_active: bool


@router.post(
    "/webhooks", status_code=HTTPStatus.CREATED, response_model=NewSecretAnswer,
    responses=responses(HTTPStatus.CONFLICT),
)  # fmt: skip
def create(core: TheCore, caller: Admin, given: NewWebhook) -> object:
    """Register a webhook. Its secret is in this answer and nowhere else."""
    kinds, types = tuple(given.kinds or ()) or None, tuple(given.types or ()) or None
    return create_webhook(core.graph, given.url, kinds, types, core.now(), caller.name)


@router.get("/webhooks", response_model=WebhooksAnswer)
def list_all(core: TheCore, _: Admin) -> object:
    """List webhooks, how far each has come, and what is wrong with it."""
    return {"webhooks": list_webhooks(core.graph)}


@router.patch("/webhooks/{webhook_id}", response_model=WebhookAnswer, responses=responses(HTTPStatus.NOT_FOUND))
def change(core: TheCore, _: Admin, webhook_id: str, given: WebhookChange) -> Webhook:
    """Stop or resume a webhook. It keeps its position meanwhile."""
    if given.is_active:
        return resume_webhook(core.graph, webhook_id, core.now())
    return stop_webhook(core.graph, webhook_id)


@router.post("/webhooks/{webhook_id}/secret", response_model=NewSecretAnswer, responses=responses(HTTPStatus.NOT_FOUND))
def renew(core: TheCore, _: Admin, webhook_id: str) -> object:
    """Replace the secret; deliveries from now on are signed with the new one."""
    return renew_secret(core.graph, webhook_id)


@router.delete("/webhooks/{webhook_id}", status_code=HTTPStatus.NO_CONTENT, responses=responses(HTTPStatus.NOT_FOUND))
def delete(core: TheCore, _: Admin, webhook_id: str) -> None:
    """Delete a webhook; nothing is sent to it any more."""
    delete_webhook(core.graph, webhook_id)
