"""Every relationship verb: what it means, its inverse, and what the start suffers when the end fails.

Verbs that carry impact point from the dependent to what it needs, so a blast radius is one traversal against the
arrows and "what does it need" one along them.
"""

from __future__ import annotations

from cmdb.model.sections import TOPOLOGY
from cmdb.model.vocabulary import Impact, Verb

RUNS_ON = Verb(name="RUNS_ON", about="executes on a machine or in a container", inverse="runs", impact=Impact.HARD)
PART_OF = Verb(
    name="PART_OF", about="is a part of a machine; the whole does not suffer from a part", inverse="has part",
    impact=Impact.HARD,
)  # fmt: skip
CALLS = Verb(name="CALLS", about="was seen connecting to a listener", inverse="is called by", impact=Impact.OBSERVED)
DEPENDS_ON = Verb(
    name="DEPENDS_ON", about="needs, as a person declared", inverse="is needed by", impact=Impact.DECLARED
)
PROVIDED_BY = Verb(name="PROVIDED_BY", about="is delivered by an entry point", inverse="provides", impact=Impact.HARD)
NEEDS = Verb(name="NEEDS", about="needs enough members of a group", inverse="is needed by", impact=Impact.HARD)
ANY_OF = Verb(name="ANY_OF", about="is held up by k of these members", inverse="member of", impact=Impact.GROUP)
STORED_ON = Verb(name="STORED_ON", about="keeps its data on", inverse="stores", impact=Impact.HARD)
POWERED_BY = Verb(name="POWERED_BY", about="draws power from", inverse="powers", impact=Impact.HARD)
LINKED_TO = Verb(name="LINKED_TO", about="is cabled to", inverse="is cabled to", impact=Impact.NONE)
ATTACHED_TO = Verb(name="ATTACHED_TO", about="is reached through", inverse="reaches", impact=Impact.NONE)
SEES = Verb(
    name="SEES", about="hears of a neighbour (LLDP, CDP), or has learnt its address", inverse="is seen by",
    impact=Impact.NONE, section=TOPOLOGY,
)  # fmt: skip
USES = Verb(name="USES", about="connects to a far end", inverse="is used by", impact=Impact.NONE)
HAS_ADDRESS = Verb(name="HAS_ADDRESS", about="answers at", inverse="is an address of", impact=Impact.NONE)
IN_SUBNET = Verb(name="IN_SUBNET", about="lies in", inverse="contains", impact=Impact.NONE)
IN_VLAN = Verb(name="IN_VLAN", about="is a member of", inverse="has member", impact=Impact.NONE, section=TOPOLOGY)
HAS_INSTALLED = Verb(name="HAS_INSTALLED", about="has installed", inverse="is installed on", impact=Impact.NONE)
PRESENTS = Verb(name="PRESENTS", about="proves itself to its clients by", inverse="is presented by", impact=Impact.NONE)
LOCATED_IN = Verb(name="LOCATED_IN", about="stands in", inverse="houses", impact=Impact.NONE)
OWNED_BY = Verb(name="OWNED_BY", about="is owned by", inverse="owns", impact=Impact.NONE)
SUPPORTED_BY = Verb(name="SUPPORTED_BY", about="is supported by", inverse="supports", impact=Impact.NONE)
REPLACES = Verb(name="REPLACES", about="took the place of", inverse="was replaced by", impact=Impact.NONE)

VERBS = (
    RUNS_ON, PART_OF, CALLS, DEPENDS_ON, PROVIDED_BY, NEEDS, ANY_OF, STORED_ON, POWERED_BY, LINKED_TO, ATTACHED_TO,
    SEES, USES, HAS_ADDRESS, IN_SUBNET, IN_VLAN, HAS_INSTALLED, PRESENTS, LOCATED_IN, OWNED_BY, SUPPORTED_BY,
    REPLACES,
)  # fmt: skip
BY_NAME = {verb.name: verb for verb in VERBS}
IMPACT_VERBS = tuple(verb for verb in VERBS if verb.impact is not Impact.NONE)
OVER_THE_NETWORK = (CALLS, DEPENDS_ON, PROVIDED_BY, NEEDS, ANY_OF, STORED_ON)
"""Verbs whose two ends need a network between them; what runs on, is part of or is powered by something does not."""
