"""The sentences of pages: states, relations and reasons as people say them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cmdb.analyse.answer import STATES as STATE_ORDER
from cmdb.analyse.answer import SparedBecause, shown_state
from cmdb.analyse.neighbourhood import Evidence
from cmdb.analyse.picture import spoken
from cmdb.model.verbs import BY_NAME
from cmdb.model.vocabulary import CIType
from cmdb.practices.priority import CRITICALITIES
from cmdb.usecases.assessment import ReachedCI, ServiceReached
from cmdb.usecases.past import Event
from cmdb.usecases.relations import BY_TYPE
from cmdb_api.web import formats

STATES: Mapping[str, str] = {
    "down": "down",
    "degraded": "degraded",
    "at_risk": "at risk",
    "isolated": "isolated",
    "up": "up",
    "active": "active",
    "retired": "retired",
    "stale": "stale",
    "absent": "not there",
}

LEGEND: Mapping[str, str] = {
    "down": "does not work",
    "degraded": "works worse, or in part",
    "at_risk": "works, with no spare left",
    "isolated": "works, and cannot be reached",
}

PHRASES: Mapping[str, str] = {
    "ANY_OF": "is held up by",
    "ATTACHED_TO": "is attached to",
    "CONNECTED_TO": "is connected to",
    "CUT_OFF_BY": "is cut off by",
    "LINKED_TO": "is linked to",
    "LOCATED_IN": "is located in",
    "OWNED_BY": "is owned by",
    "PART_OF": "is part of",
    "POWERED_BY": "is powered by",
    "PROVIDED_BY": "is provided by",
    "STORED_ON": "is stored on",
    "SUPPORTED_BY": "is supported by",
}
"""Verbs that do not read as a sentence once they are in lower case."""

EVIDENCE: Mapping[Evidence, str] = {
    "declared": "declared by a person",
    "observed": "observed on the network",
    "structure": "discovered",
}

EFFECTS: Mapping[str, str] = {"none": "no effect", "unknown": "effect unknown, counts as down"}
"""What becomes of a CI, where that is not a state."""

ENTRIES: Mapping[str, str] = {
    "opened": "opened it",
    "state": "moved it on",
    "edited": "changed it",
    "comment": "wrote",
    "assessed": "assessed it",
    "linked": "said what failed",
}
"""What was done, in the story of a ticket."""

QUESTIONS: Mapping[str, str] = {
    "aside": "one identifier, several things",
    "ending": "much vanished at once",
    "held": "held back",
    "proposal": "perhaps one thing",
    "replacement": "took another's place",
}
"""What waits for a person."""

VERDICTS: Mapping[str, str] = {"equal": "equal", "shared": "in part", "different": "different", "one_side": ""}
"""How one kind of evidence stands on both sides."""

STANDINGS: Mapping[str, str] = {
    "joins": "joins",
    "alone": "nothing else here has it",
    "set_aside": "set aside",
    "disavowed": "not believed, a person decided",
    "void": "the host's, not the container's",
}
"""What an identifier does for its CI."""

DECISIONS: Mapping[str, str] = {"join": "they are one thing", "separate": "they are different things"}

CAUSES: Mapping[str, str] = {
    "observer": "a new version of its source, which words or finds it anew",
    "identity": "a change of what is taken for one thing",
    "reconcile": "another source, which decides now",
    "person": "a person",
}
"""Why a value ended, or a relationship began or ended, where not because the world changed."""

SPARED: Mapping[SparedBecause, str] = {
    "soft": "It can do without",
    "quorum": "Enough of its group is left",
    "connected": "It still reaches what it needs",
    "already": "Already down",
    "excluded": "Excluded by a person",
    "no_dependency": "It does not depend on it",
    "direction": "Dependency points the other way",
}


def phrase(verb: str) -> str:
    """A verb between its two ends: RUNS_ON is "runs on"."""
    return PHRASES.get(verb) or verb.replace("_", " ").lower()


def reached_state(reached: ReachedCI | ServiceReached) -> str:
    """The state a page shows for a CI that was reached: what is up is there because it is isolated, or at risk."""
    return shown_state(reached.state, isolated=reached.isolated)


def most_urgent_first(services: Iterable[ServiceReached]) -> list[ServiceReached]:
    """Services by state, then by what they mean to the business; those of which nobody said so come last."""
    weight: dict[str | None, int] = {name: -number for number, name in enumerate(CRITICALITIES, 1)}
    return sorted(services, key=lambda one: (-STATE_ORDER.index(one.state), weight.get(one.criticality, 0)))


def heading(verb: str, direction: str) -> str:
    """A verb above what a CI relates to: "Runs on", and from the other side "Runs"."""
    said = phrase(verb) if direction == "out" else BY_NAME[verb].inverse
    return formats.begun(said)


def related(what: str, began: bool) -> str:
    """A verb with its direction, as a time line has it, where the relationship began or ended."""
    verb, _, direction = what.partition(" ")
    said = phrase(verb) if direction == "out" else BY_NAME[verb].inverse
    return said if began else f"no longer {said}"


def how_identified(ci_type: CIType) -> str:
    """How things of a type are told apart, in a sentence."""
    if ci_type.family:
        return "Sources are taken for the same thing by the evidence they share, never by a name alone."
    if ci_type.value_key:
        names = [formats.name_of(name).lower() for name in ci_type.value_key]
        scope = "In one routing domain it" if ci_type.domain_scoped else "It"
        return f"{scope} is known by its value: {' and '.join(names)}. Whoever names that value means this one."
    if ci_type.declared or ci_type.inside is None:
        return "A person declared it; nothing that is discovered changes that."
    ways = " or ".join(
        " with ".join(formats.name_of(name).lower() for name in names) for names in ci_type.inside.matches
    )
    parents = " or ".join(map(spoken, ci_type.inside.parents))
    return f"It is recognised inside its {parents}, by {ways}; a restart or a new process does not make it another."


def source_kind(kind: str) -> str:
    """A kind of source as a heading says it: "SSH", "Agent"."""
    return kind.upper() if kind in ("ssh", "snmp") else formats.begun(kind)


def identifier_kind(kind: str) -> str:
    """A kind of evidence in words: system_uuid is "system UUID"."""
    name = formats.name_of(kind)
    return name if name[:2].isupper() else name[:1].lower() + name[1:]


def begun_decision(kind: str) -> str:
    """A kind of decision as a heading or a button says it."""
    return formats.begun(DECISIONS[kind])


def event(found: Event) -> str:
    """What happened, without its values and other end: the page shows those beside it."""
    match found.kind:
        case "appeared":
            return "was first seen"
        case "retired":
            return "ended: nothing that can see it lists it any more"
        case "began" | "ended":
            verb = BY_TYPE[found.type or ""]
            said = phrase(verb.name) if found.direction == "out" else verb.inverse
            return said if found.kind == "began" else f"no longer {said}"
        case _:
            return formats.name_of(found.attribute or "")
