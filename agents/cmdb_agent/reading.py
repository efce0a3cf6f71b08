"""What a probe hands over: things, relations, and what it could not read. Failure is data, never an exception."""

from __future__ import annotations

from cmdb_agent.wire.document import Item, Problem, Relation, Value

ROOT = "host"  # the key of the machine, or of the container, that the agent runs in

READ = "read"
PARTIAL = "partial"
NOT_READ = "not_read"


class Reading:
    """What one probe saw of one section. `attributes` and `identifiers` belong to the root item."""

    def __init__(self, section: str) -> None:
        self.section = section
        self.state = READ
        self.attributes: dict[str, Value] = {}
        self.identifiers: dict[str, str | list[str]] = {}
        self.items: list[Item] = []
        self.relations: list[Relation] = []
        self.problems: list[Problem] = []

    def set(self, **attributes: Value | None) -> None:
        """Set attributes of the root item; None, an empty text and an empty list are unknown and stay out."""
        self.attributes.update(known(attributes))

    def add(self, key: str, type_name: str, parent: str, **attributes: Value | None) -> Item:
        """Add a thing that lives in the item `parent`."""
        item: Item = {"key": key, "type": type_name, "in": parent, "attributes": known(attributes)}
        self.items.append(item)
        return item

    def relate(self, verb: str, start: str, end: str) -> None:
        """Add a relation between two items."""
        self.relations.append({"verb": verb, "from": start, "to": end})

    def missed(self, kind: str, message: str, state: str = PARTIAL) -> None:
        """Say what could not be read; the section is then `state`, or worse where it was worse."""
        if self.state != NOT_READ:
            self.state = state
        self.note(kind, message)

    def note(self, kind: str, message: str) -> None:
        """Say something that a reader of the section should know, and which does not make it less read."""
        self.problems.append({"section": self.section, "kind": kind, "message": message[:1000]})


def known(attributes: dict[str, Value | None]) -> dict[str, Value]:
    """The attributes that have a value."""
    return {name: value for name, value in attributes.items() if value is not None and value != "" and value != []}
