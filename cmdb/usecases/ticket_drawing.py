"""What a ticket reaches as a picture, over the graph as it is now."""

from __future__ import annotations

from cmdb.analyse.answer import Effect
from cmdb.analyse.layout import Drawing
from cmdb.practices.change import counts_as
from cmdb.store.driver import Graph
from cmdb.usecases.change_ticket import Change
from cmdb.usecases.impact import draw
from cmdb.usecases.incident_ticket import Incident
from cmdb.usecases.tickets import other_outages


def draw_ticket(graph: Graph, ticket: Incident | Change, now: int) -> Drawing | None:
    """The drawing of what an incident affects or a change reaches; None where nothing fails by it.

    As in the ticket's own assessment: an incident leaves what others took down already to them, a change shows all
    it reaches, and what a person marked as not affected stops it.
    """
    failed: dict[str, Effect] = {}
    for link in ticket.links:
        effect = counts_as(link.effect or "unknown") if link.role == "source" else None
        if effect is not None:
            failed[link.ci_id] = effect
    if not failed:
        return None
    excluded = {link.ci_id for link in ticket.links if link.origin == "excluded"}
    context = other_outages(graph, ticket.id) if isinstance(ticket, Incident) else None
    return draw(graph, failed, now, excluded=excluded, context=context)[1]
