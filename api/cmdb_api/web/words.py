"""The sentences of pages: states, relations and reasons as people say them."""

from __future__ import annotations

from collections.abc import Mapping

from cmdb.analyse.answer import SparedBecause
from cmdb.analyse.neighbourhood import Evidence

STATES: Mapping[str, str] = {
    "down": "down",
    "degraded": "degraded",
    "at_risk": "at risk",
    "up": "up",
    "active": "active",
    "retired": "retired",
}

LEGEND: Mapping[str, str] = {
    "down": "does not work",
    "degraded": "works worse, or in part",
    "at_risk": "works, with no spare left",
}

PHRASES: Mapping[str, str] = {
    "ANY_OF": "is held up by",
    "ATTACHED_TO": "is attached to",
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

SPARED: Mapping[SparedBecause, str] = {
    "soft": "It can do without",
    "quorum": "Enough of its group is left",
    "already": "Already down",
    "excluded": "Excluded by a person",
    "no_dependency": "It does not depend on it",
    "direction": "Dependency points the other way",
}


def phrase(verb: str) -> str:
    """A verb between its two ends: RUNS_ON is "runs on"."""
    return PHRASES.get(verb) or verb.replace("_", " ").lower()


def reached_state(state: str, at_risk: bool) -> str:
    """The state a page shows for a CI that was reached: what is up is there because it is at risk."""
    return "at_risk" if state == "up" and at_risk else state
