"""The types of CIs, as the model declares them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from cmdb.errors import NotFound
from cmdb.model.preferences import BY_ATTRIBUTE, believed
from cmdb.model.types import BY_LABEL, CI_TYPES
from cmdb.model.verbs import VERBS
from cmdb.model.vocabulary import Attribute, CIType, Impact, Verb
from cmdb_api.auth import Reader
from cmdb_api.resource import Answer, resource

router = resource("ci-types")


class AttributeAnswer(Answer):
    """One fact about a CI of this type."""

    name: str = Field(examples=["memory_bytes"])
    about: str
    kind: Literal["text", "texts", "integer", "number", "boolean", "instant"]
    unit: str | None = Field(examples=["bytes"])
    section: str = Field(description="Part of a document that says it.", examples=["hardware"])
    volatile: bool = Field(description="Always moves: the last value alone is kept.")
    searchable: bool = Field(description="Found by `q`.")
    column: bool = Field(description="Shown in lists.")
    believed: list[str] = Field(
        description="Kinds of sources, the most believed first.", examples=[["agent", "ssh", "snmp", "import"]]
    )
    because: str | None = Field(description="Why that is another order than the sources' ranks; null: it is theirs.")


class IdentifierAnswer(Answer):
    """One kind of evidence that two sightings are the same thing."""

    kind: str = Field(examples=["system_uuid"])
    tier: Literal["strong", "medium", "weak"]
    origin: Literal["hardware", "image"]
    because: str
    section: str


class RelationshipAnswer(Answer):
    """A verb that CIs of this type may start, and the type at its other end."""

    verb: str = Field(examples=["RUNS_ON"])
    to: str = Field(examples=["Server"])


class CITypeAnswer(Answer):
    """What one kind of CI is."""

    label: str = Field(examples=["Server"])
    about: str
    identified_by: Literal["evidence", "value", "person", "parent"]
    attributes: list[AttributeAnswer]
    identifiers: list[IdentifierAnswer]
    relationships: list[RelationshipAnswer]


class VerbAnswer(Answer):
    """A kind of relationship. With impact it points from what depends to what it needs."""

    name: str = Field(examples=["RUNS_ON"])
    about: str
    inverse: str
    impact: Impact


class ModelAnswer(Answer):
    """Everything that the model declares."""

    ci_types: list[CITypeAnswer]
    verbs: list[VerbAnswer]


@router.get("/ci-types", response_model=ModelAnswer)
def list_ci_types(_: Reader) -> ModelAnswer:
    """The types of CIs with their attributes and identifiers, and the verbs between them."""
    return ModelAnswer(ci_types=[_type(one) for one in CI_TYPES], verbs=[_verb(one) for one in VERBS])


@router.get("/ci-types/{label}", response_model=CITypeAnswer)
def show_ci_type(_: Reader, label: str) -> CITypeAnswer:
    """One type of CI."""
    if label not in BY_LABEL:
        raise NotFound("CI type", label)
    return _type(BY_LABEL[label])


def _verb(verb: Verb) -> VerbAnswer:
    return VerbAnswer(name=verb.name, about=verb.about, inverse=verb.inverse, impact=verb.impact)


def _way(one: CIType) -> Literal["evidence", "value", "person", "parent"]:
    if one.family:
        return "evidence"
    if one.value_key:
        return "value"
    return "person" if one.declared else "parent"


def _attribute(one: CIType, attribute: Attribute) -> AttributeAnswer:
    preference = BY_ATTRIBUTE.get((one.label, attribute.name))
    return AttributeAnswer(
        name=attribute.name,
        about=attribute.about,
        kind=attribute.kind,
        unit=attribute.unit,
        section=attribute.section,
        volatile=attribute.volatile,
        searchable=attribute.searchable,
        column=attribute.column,
        believed=list(believed(one.label, attribute.name)),
        because=preference.because if preference else None,
    )


def _type(one: CIType) -> CITypeAnswer:
    inside = one.inside
    lives_in = [
        RelationshipAnswer(verb=inside.verb.name, to=parent) for parent in inside.parents if not inside.points_down
    ] if inside else []  # fmt: skip
    holds = [
        RelationshipAnswer(verb=other.inside.verb.name, to=other.label)
        for other in CI_TYPES
        if other.inside is not None and other.inside.points_down and one.label in other.inside.parents
    ]
    return CITypeAnswer(
        label=one.label,
        about=one.about,
        identified_by=_way(one),
        attributes=[_attribute(one, attribute) for attribute in one.attributes],
        identifiers=[IdentifierAnswer.model_validate(identifier) for identifier in one.identified_by],
        relationships=[
            *lives_in, *holds, *(RelationshipAnswer(verb=verb.name, to=target) for verb, target in one.relationships)
        ],
    )  # fmt: skip
