"""A machine in another's place: said in the graph, with whatever people attached to the place."""

from __future__ import annotations

from cmdb.identify.incremental import Affected
from cmdb.identify.succession import successions
from cmdb.practices import change, incident
from cmdb.store.driver import Transaction
from cmdb.store.queries import succession
from cmdb.store.queries.succession import Place, Replacement


def settle_successions(tx: Transaction, result: Affected, at: int, recorded_at: int, *, stood: bool) -> None:
    """Begin and end REPLACES wherever a new partition has, or had, several things in one place.

    To be called when the sightings point at their CIs. Only a key with a second epoch, or CIs of which one stood in
    such a relationship already, cost anything.
    """
    cis = {cluster.id for cluster in result.partition.clusters}
    places = succession.places_of(tx, cis) if stood else set[Place]()
    places |= {Place(key.scope, key.item) for key in result.keys if key.epoch > 0}
    for place in sorted(places):
        tenures = succession.tenures(tx, place)
        wanted = {Replacement.of(found) for found in successions(tenures)}
        known = succession.standing(tx, place, cis | {tenure.ci for tenure in tenures})
        for one in sorted(known - wanted, key=_since, reverse=True):
            succession.end(tx, one, at, recorded_at)
        for one in sorted(wanted - known, key=_since):
            succession.begin(tx, place, one, incident.UNSOLVED, change.LIFECYCLE.open, at, recorded_at)
        for one in wanted:
            succession.watch(tx, one)


def _since(one: Replacement) -> tuple[int, str]:
    return one.since, one.token
