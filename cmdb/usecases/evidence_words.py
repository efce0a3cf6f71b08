"""What evidence proves and why it does not count, as people say it: the same words on the page, in the API and the
command line.
"""

from __future__ import annotations

from cmdb.model.types import IDENTIFIERS
from cmdb.store.queries.provenance import Proof
from cmdb.store.queries.sources import Aside

_ACRONYMS = {
    "ci": "CI", "dns": "DNS", "id": "ID", "mac": "MAC", "macs": "MACs", "ssh": "SSH", "uuid": "UUID",
}  # fmt: skip

_TIERS = {
    "decided": "a person's word",
    "boot": "one boot read twice",
    "strong": "enough alone",
    "medium": "enough together",
    "corroborated": "enough with the same name and address",
}

_CLASHES = {
    "decided": "a person said that they are two things",
    "family": "they are of kinds that are never one thing",
    "exclusive": "two sources of a kind that sees one thing each saw both alive at one time",
}


def kind_words(kind: str) -> str:
    """A kind of evidence in words: system_uuid is "system UUID"."""
    return " ".join(_ACRONYMS.get(word, word) for word in kind.split("_"))


def identifier_words(key: str) -> str:
    """An identifier in words: "system UUID 4c4c…"."""
    kind, _, value = key.partition(":")
    return f"{kind_words(kind)} {value}"


def because(key: str) -> str | None:
    """Why an identifier tells things apart; None for what the model does not declare."""
    declared = IDENTIFIERS.get(key.partition(":")[0])
    return declared.because if declared else None


def tier_of(key: str) -> str:
    """What an identifier is worth: strong, medium, or weak for what never joins by itself."""
    declared = IDENTIFIERS.get(key.partition(":")[0])
    return str(declared.tier) if declared else "weak"


def proof_words(proof: Proof) -> str:
    """Why sightings are one thing, in one sentence without a full stop."""
    strength = _TIERS.get(proof.tier, proof.tier)
    if proof.tier == "decided":
        return "a person decided that they are one thing"
    shared = [f"the same {identifier_words(one)}" for one in proof.identifiers]
    shared += [f"the same name {proof.name}"] if proof.name else []
    shared += [f"the same address {one.rpartition('|')[2]}" for one in proof.addresses]
    return f"{' and '.join(shared)} ({proof.tier}: {strength})"


def clash_words(clash: str | None, kind: str | None) -> str:
    """Why two sightings cannot be one thing."""
    if clash == "contradiction" and kind:
        return f"their {kind_words(kind)} differ at one time"
    return _CLASHES.get(clash or "", "they cannot be one thing")


def aside_words(aside: Aside) -> str:
    """Why an identifier joins nothing, in one sentence without a full stop."""
    match aside.reason:
        case "direct":
            return f"two that have it cannot be one thing: {clash_words(aside.clash, aside.clash_kind)}"
        case "chain":
            why = clash_words(aside.clash, aside.clash_kind)
            return f"through others it would make one thing of two that cannot be: {why}"
        case _:
            return f"{aside.groups} different things have it, so it tells nothing"
