"""What people say is always, or never, noise."""

from __future__ import annotations

from http import HTTPStatus

from pydantic import Field

from cmdb.usecases.drift_rules import StoredRule, end_rule, list_rules, make_rule
from cmdb_api.auth import ChangeManager, Reader, TheCore
from cmdb_api.instants import GivenInstant, Instant
from cmdb_api.problems import responses
from cmdb_api.resource import Answer, Given, resource
from cmdb_api.resources.impact import NAMES_OF_CIS

router = resource("drift")


class NoiseRuleAnswer(Answer):
    """What somebody said about an attribute. What stands in no CI's name holds for all CIs of the type."""

    id: str = Field(examples=["NSE-000001"])
    type: str = Field(examples=["NetworkInterface"])
    attribute: str = Field(examples=["mtu"])
    is_noise: bool = Field(description="true: always noise; false: never, whatever was learned.")
    reason: str
    made_by: str
    made_at: Instant
    expires_at: Instant | None
    ended_by: str | None
    ended_at: Instant | None
    ci: str | None = Field(description="Only of this CI and what lives in it.")
    ci_title: str | None
    is_in_force: bool


class NoiseRulesAnswer(Answer):
    """Every rule, newest first."""

    rules: list[NoiseRuleAnswer]


class NoiseRuleToMake(Given):
    """What to say about an attribute."""

    type: str = Field(max_length=100, examples=["NetworkInterface"])
    attribute: str = Field(
        max_length=300,
        examples=["mtu"],
        description="An attribute; `presence`, `address`, `cable`; or a package as a finding names it.",
    )
    is_noise: bool
    reason: str = Field(min_length=1, max_length=20_000)
    ci: str | None = Field(default=None, max_length=500, description=f"null: all of the type. {NAMES_OF_CIS}")
    expires_at: GivenInstant | None = None


@router.get("/drift/rules", response_model=NoiseRulesAnswer)
def list_all(core: TheCore, _: Reader) -> object:
    """List what people said is always, or never, noise."""
    now = core.now()
    return {"rules": [_answer(one, now) for one in list_rules(core.graph)]}


@router.post(
    "/drift/rules",
    status_code=HTTPStatus.CREATED,
    response_model=NoiseRuleAnswer,
    responses=responses(HTTPStatus.NOT_FOUND),
)
def make(core: TheCore, caller: ChangeManager, given: NoiseRuleToMake) -> object:
    """Say that an attribute is always, or never, noise. It counts for what is open, too."""
    now = core.now()
    made = make_rule(
        core.graph, type=given.type, attribute=given.attribute, is_noise=given.is_noise, reason=given.reason,
        by=caller.name, now=now, ci=given.ci, expires_at=given.expires_at,
    )  # fmt: skip
    return _answer(made, now)


@router.delete("/drift/rules/{rule_id}", status_code=HTTPStatus.NO_CONTENT, responses=responses(HTTPStatus.NOT_FOUND))
def end(core: TheCore, caller: ChangeManager, rule_id: str) -> None:
    """Let a rule count no more; it stays in the list."""
    end_rule(core.graph, rule_id, caller.name, core.now())


def _answer(rule: StoredRule, now: int) -> dict[str, object]:
    names = (
        "id", "type", "attribute", "is_noise", "reason", "made_by", "made_at", "expires_at", "ended_by", "ended_at",
        "ci", "ci_title",
    )  # fmt: skip
    found: dict[str, object] = {name: getattr(rule, name) for name in names}
    return found | {"is_in_force": rule.is_in_force(now)}
