"""One value of a CI: who says what, why it stands, and the form by which a person sets it."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from fastapi import Request
from fastapi.responses import Response

from cmdb.bootstrap import Core
from cmdb.errors import Invalid, NotFound
from cmdb.model.types import BY_LABEL
from cmdb.model.vocabulary import Attribute, Value
from cmdb.usecases.manual_values import list_manual_values, set_manual_value, withdraw_manual_value
from cmdb.usecases.show import Shown, show_ci
from cmdb_api.auth import TheCore
from cmdb_api.web import formats
from cmdb_api.web.forms import REFUSALS, Fields, Form, Refusal, whole_number
from cmdb_api.web.page import go_to, pages, render
from cmdb_api.web.visitor import ManagingVisitor, ReadingVisitor

router = pages()


def settable(shown: Shown) -> tuple[str, ...]:
    """The attributes of this CI that a person may set, in the model's order; none of what people declare."""
    ci_type = BY_LABEL[shown.type]
    if ci_type.declared or ci_type.value_key or shown.state == "retired":
        return ()
    return tuple(attribute.name for attribute in ci_type.attributes if not attribute.volatile)


@router.get("/cis/{ci_id}/values/{attribute}")
def value(request: Request, core: TheCore, _: ReadingVisitor, ci_id: str, attribute: str) -> Response:
    """The page of one value."""
    return _page(request, core, ci_id, attribute)


@router.post("/cis/{ci_id}/values/{attribute}")
def put(request: Request, core: TheCore, visitor: ManagingVisitor, form: Form, ci_id: str, attribute: str) -> Response:
    """Set it."""
    try:
        declared = _declared(show_ci(core.graph, ci_id, core.now()), attribute)
        set_manual_value(
            core.graph, ci_id, attribute, _read(declared, form), form["reason"], form.instant("expires_at"),
            visitor.name, core.now(), form.number("revision"),
        )  # fmt: skip
    except REFUSALS as error:
        return _page(request, core, ci_id, attribute, Refusal(error), form)
    return go_to(f"/cis/{ci_id}/values/{attribute}")


@router.post("/cis/{ci_id}/values/{attribute}/withdraw")
def withdraw(
    request: Request, core: TheCore, visitor: ManagingVisitor, form: Form, ci_id: str, attribute: str
) -> Response:
    """Let what sources say stand again."""
    try:
        withdraw_manual_value(core.graph, ci_id, attribute, visitor.name, core.now(), form.number("revision"))
    except REFUSALS as error:
        return _page(request, core, ci_id, attribute, Refusal(error))
    return go_to(f"/cis/{ci_id}/values/{attribute}")


def _page(
    request: Request,
    core: Core,
    ci_id: str,
    name: str,
    refusal: Refusal | None = None,
    form: Fields | None = None,
) -> Response:
    now = core.now()
    shown = show_ci(core.graph, ci_id, now)
    attribute = _declared(shown, name)
    known = list_manual_values(core.graph, shown.id, now)
    former = [each for each in known.values if each.value.attribute == name]
    one = next((each for each in shown.values if each.name == name), None)
    given: Mapping[str, str] = form or {
        "value": _written(attribute, one.value) if one else "", "reason": "", "expires_at": ""
    }  # fmt: skip
    values = {
        "ci": shown,
        "attribute": attribute,
        "one": one,
        "former": former,
        "in_force": any(each.state == "in_force" for each in former),
        "revision": known.revision,
        "given": given,
        "refusal": refusal,
    }
    return render(request, "ci_value.html", values, refusal.status if refusal else HTTPStatus.OK)


def _declared(shown: Shown, name: str) -> Attribute:
    if name not in settable(shown):
        raise NotFound(f"value of {shown.title} that can be set", name)
    return BY_LABEL[shown.type].by_name[name]


def _read(attribute: Attribute, form: Fields) -> Value:
    text = form["value"]
    match attribute.kind:
        case "texts":
            return form.lines("value")
        case "boolean":
            return text == "true"
        case "integer":
            found: Value | None = whole_number(text, "value")
        case "instant":
            found = form.instant("value")
        case "number":
            try:
                return float(text)
            except ValueError as error:
                raise Invalid(f"{text!r} is no number", "value") from error
        case "text":
            found = text or None
    if found is None:
        raise Invalid("say what it is", "value")
    return found


def _written(attribute: Attribute, value: Value) -> str:
    """A value as its field holds it."""
    if isinstance(value, list):
        return "\n".join(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return formats.field_instant(value) if attribute.kind == "instant" and isinstance(value, int) else str(value)
