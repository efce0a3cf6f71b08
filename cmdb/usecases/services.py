"""Business services: what someone outside relies on, declared by naming where it enters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from cmdb.errors import Invalid
from cmdb.model import verbs
from cmdb.model.types import BY_LABEL
from cmdb.practices.priority import CRITICALITIES, Criticality
from cmdb.store.driver import Graph, Transaction
from cmdb.store.queries import declared
from cmdb.store.queries.declared import DeclaredCI
from cmdb.usecases.declaring import (
    Ref,
    change_relations,
    change_values,
    checked_name,
    claim_name,
    existing,
    lock_current,
    new_id,
    ref,
)
from cmdb.usecases.relation_events import tell_declared
from cmdb.usecases.resolve import resolve_in
from cmdb.usecases.teams import team_ids

SERVICE = "BusinessService"
ENTRY_POINTS = frozenset(
    {label for verb, label in BY_LABEL[SERVICE].relationships if verb is verbs.PROVIDED_BY} | {"RedundancyGroup"}
)
MAX_ENTRY_POINTS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessService:
    """A business service as it stands. `revision` counts its changes; `criticality` None: nobody said."""

    id: str
    name: str
    description: str | None
    criticality: str | None
    entry_points: tuple[Ref, ...]
    depends_on: tuple[Ref, ...]
    owners: tuple[Ref, ...]
    support: tuple[Ref, ...]
    state: str
    revision: int
    valid_from: int
    valid_to: int | None


class ServiceChanges(TypedDict, total=False):
    """What to say of a service. Entry points and teams are whole lists, by id or by any name that is unique."""

    name: str
    description: str | None
    criticality: Criticality | None
    entry_points: list[str]
    owners: list[str]
    support: list[str]


def declare_service(graph: Graph, said: ServiceChanges, by: str, now: int) -> BusinessService:
    """Declare a service: `name` and `entry_points` are needed.

    Raises Invalid (Ambiguous with candidates) for what cannot be, Conflict where a current service has the name.
    """
    if not said.get("entry_points"):
        raise Invalid("name at least one entry point", "entry_points")
    title = checked_name(said.get("name", ""))

    def write(tx: Transaction) -> BusinessService:
        claim_name(tx, SERVICE, title)
        ci_id = new_id()
        declared.create(tx, SERVICE, ci_id, now, _values(said) | {"name": title, "title": title})
        _relate(tx, ci_id, said, by, now)
        service = existing(tx, SERVICE, ci_id)
        tell_declared(tx, SERVICE, None, service, by, now)
        return _service(service)

    return graph.write(write)


def change_service(
    graph: Graph, service_id: str, changes: ServiceChanges, revision: int | None, by: str, now: int
) -> BusinessService:
    """Change a service that the caller has read at `revision`; raises NotFound, Stale, Invalid, Conflict."""

    def write(tx: Transaction) -> BusinessService:
        service = lock_current(tx, SERVICE, service_id, revision)
        wanted = _values(changes)
        if "name" in changes:
            wanted["name"] = title = checked_name(changes["name"])
            claim_name(tx, SERVICE, title, service_id)
            declared.set_title(tx, service_id, title)
        change_values(tx, service, wanted, now, by)
        _relate(tx, service_id, changes, by, now)
        changed = existing(tx, SERVICE, service_id)
        tell_declared(tx, SERVICE, service, changed, by, now)
        return _service(changed)

    return graph.write(write)


def retire_service(graph: Graph, service_id: str, revision: int | None, by: str, now: int) -> BusinessService:
    """End a service: it needs nothing any more, so that nothing reaches it."""

    def write(tx: Transaction) -> BusinessService:
        service = lock_current(tx, SERVICE, service_id, revision)
        for one in service.relations:
            declared.unrelate(tx, verbs.BY_NAME[one.verb], service_id, one.id, now)
        declared.retire(tx, service_id, now)
        retired = existing(tx, SERVICE, service_id)
        tell_declared(tx, SERVICE, service, retired, by, now)
        return _service(retired)

    return graph.write(write)


def read_service(graph: Graph, service_id: str) -> BusinessService:
    """The service; raises NotFound."""
    return graph.read(lambda tx: _service(existing(tx, SERVICE, service_id)))


def list_services(
    graph: Graph,
    *,
    name: str | None = None,
    retired: bool = False,
    after: tuple[str, str] | None = None,
    limit: int = 50,
) -> list[BusinessService]:
    """Services by (name, id), from behind `after`; `name` is a part of the name, `retired` takes ended ones in."""
    states = ["active", "retired"] if retired else ["active"]
    found = graph.read(
        lambda tx: declared.page(tx, SERVICE, name=name, states=states, after=after, limit=limit)
    )  # fmt: skip
    return [_service(one) for one in found]


def _values(said: ServiceChanges) -> dict[str, str | None]:
    criticality = said.get("criticality")
    if criticality is not None and criticality not in CRITICALITIES:
        raise Invalid(f"the criticality is one of {', '.join(CRITICALITIES)}", "criticality")
    found: dict[str, str | None] = {}
    if "criticality" in said:
        found["criticality"] = criticality
    if "description" in said:
        found["description"] = (said["description"] or "").strip() or None
    return found


def _relate(tx: Transaction, service_id: str, said: ServiceChanges, by: str, now: int) -> None:
    if "entry_points" in said:
        change_relations(tx, service_id, verbs.PROVIDED_BY, _entry_points(tx, said["entry_points"]), now, by)
    if "owners" in said:
        change_relations(tx, service_id, verbs.OWNED_BY, team_ids(tx, said["owners"], "owners"), now, by)
    if "support" in said:
        change_relations(tx, service_id, verbs.SUPPORTED_BY, team_ids(tx, said["support"], "support"), now, by)


def _entry_points(tx: Transaction, names: list[str]) -> list[str]:
    if not 1 <= len(names) <= MAX_ENTRY_POINTS:
        raise Invalid(f"a service has 1 to {MAX_ENTRY_POINTS} entry points", "entry_points")
    found: list[str] = []
    for number, name in enumerate(names):
        one = resolve_in(tx, name, f"entry_points[{number}]")
        if one.type not in ENTRY_POINTS:
            raise Invalid(
                f"{name!r} is a {one.type}: an entry point is one of {', '.join(sorted(ENTRY_POINTS))}; "
                "what the service needs besides is declared as a dependency",
                f"entry_points[{number}]",
            )
        found.append(one.id)
    return found


def _service(ci: DeclaredCI) -> BusinessService:
    def text(name: str) -> str | None:
        value = ci.values.get(name)
        return value if isinstance(value, str) else None

    return BusinessService(
        id=ci.id, name=ci.title, description=text("description"), criticality=text("criticality"),
        entry_points=tuple(map(ref, ci.related(verbs.PROVIDED_BY))),
        depends_on=tuple(map(ref, ci.related(verbs.DEPENDS_ON))),
        owners=tuple(map(ref, ci.related(verbs.OWNED_BY))), support=tuple(map(ref, ci.related(verbs.SUPPORTED_BY))),
        state=ci.state, revision=ci.revision, valid_from=ci.valid_from, valid_to=ci.valid_to,
    )  # fmt: skip
