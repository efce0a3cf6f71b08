"""How an agent gets a token of its own: by an enrolment token, or by the token it already has."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from cmdb.errors import Conflict, Invalid, NotAllowed
from cmdb.store.driver import Graph, Transaction
from cmdb.store.queries import access
from cmdb.usecases.access import DAY_MS, Caller, Role, make_token

_AGENT_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
MAX_HOST_NAME = 255


@dataclass(frozen=True, slots=True)
class Enrolled:
    """An agent's own token, and the routing domain in which its addresses mean what they say."""

    token: str = field(repr=False)
    domain: str


def enrol(graph: Graph, caller: Caller, agent_id: str, host_name: str, now: int) -> Enrolled:
    """A token bound to one agent id.

    An id whose token is in use belongs to whoever has that token: an enrolment token, which many hold, cannot take it
    over (Conflict). A token that was never used was lost on its way, and is replaced. An agent's own token renews its
    id, or gets one for a new id: that is how a copied agent becomes one of its own.

    Raises Invalid for an id or name that cannot be, NotAllowed for a caller who may not enrol.
    """
    if not caller.may_act_as(Role.ENROLMENT, Role.AGENT):
        raise NotAllowed("an enrolment token, or the agent's own token, is needed to enrol")
    if not _AGENT_ID.fullmatch(agent_id):
        raise Invalid("an agent id has up to 128 letters, digits and . _ : -", "agent_id")
    if not host_name.strip() or len(host_name) > MAX_HOST_NAME:
        raise Invalid(f"a host name has 1 to {MAX_HOST_NAME} characters", "host_name")
    domain = caller.domain or "default"
    made, properties = make_token(
        f"agent on {host_name.strip()}", Role.AGENT, now, caller.name, domain=domain, agent_id=agent_id
    )

    def work(tx: Transaction) -> None:
        access.lock_token(tx, caller.token_id, now - now % DAY_MS)
        for token_id, last_used_at in access.bound_tokens(tx, agent_id, now):
            if token_id == caller.token_id:
                continue
            if last_used_at is not None and caller.agent_id != agent_id:
                raise Conflict(
                    f"the agent id {agent_id!r} has a token in use: revoke that one, or let the agent make a new id"
                )
            if last_used_at is None:
                access.revoke_in(tx, token_id, now)
        access.save_token(tx, properties)

    graph.write(work)
    return Enrolled(made.secret, domain)
