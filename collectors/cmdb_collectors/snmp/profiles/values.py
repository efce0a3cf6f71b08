"""The values that a profile's sources have on one device, out of the rows that were read of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from cmdb_collectors.snmp.mibs import entity_mib
from cmdb_collectors.snmp.mibs.snmpv2_mib import System
from cmdb_collectors.snmp.mibs.snmpv2_tc import column, display_string, integer
from cmdb_collectors.snmp.profiles.profile import (
    Column,
    Description,
    Entity,
    Joined,
    Named,
    ObjectId,
    Pointed,
    Profile,
    Scalar,
    Source,
    Text,
)
from cmdb_collectors.snmp.values import Oid, Rows, oid_of


class Facts(NamedTuple):
    """What was read of one device, as far as profiles look at it."""

    rows: Rows
    system: System
    entities: list[entity_mib.Entity]
    chassis: list[entity_mib.Entity]


def scalars(profile: Profile) -> list[Oid]:
    """The object instances that a profile wants read."""
    wanted = [source.object_id for source in profile.sources if isinstance(source, Scalar | Named)]
    wanted += [source.pointer for source in profile.sources if isinstance(source, Pointed)]
    return [oid_of(name) for name in dict.fromkeys(wanted)]


def columns(profile: Profile) -> list[Oid]:
    """The columns that a profile wants walked."""
    wanted = [source.object_id for source in profile.sources if isinstance(source, Column)]
    wanted += [source.column for source in profile.sources if isinstance(source, Pointed)]
    return [oid_of(name) for name in dict.fromkeys(wanted)]


def first(sources: Iterable[Source], facts: Facts) -> str | None:
    """The value of the first source that has one."""
    return next((value for source in sources if (value := _value(source, facts))), None)


def _value(source: Source, facts: Facts) -> str | None:
    match source:
        case Joined(parts, separator):
            texts = [_value(part, facts) for part in parts]
            return separator.join(text for text in texts if text) if all(texts) else None
        case Scalar(object_id, pattern):
            return _taken(display_string(facts.rows.get(oid_of(object_id))), pattern)
        case Column(object_id, pattern):
            cells = column(facts.rows, oid_of(object_id)).values()
            return _first(map(display_string, cells), pattern)
        case Pointed(pointer, table_column, pattern):
            number = integer(facts.rows.get(oid_of(pointer)))
            cell = None if number is None else facts.rows.get((*oid_of(table_column), number))
            return _taken(display_string(cell), pattern)
        case Entity(name, kind, pattern):
            parts = facts.entities if kind is not None else _main_chassis(facts)
            return _first((getattr(part, name) for part in parts if kind in (None, part.kind)), pattern)
        case Description(pattern):
            return _taken(facts.system.description, pattern)
        case Named(object_id, names):
            number = integer(facts.rows.get(oid_of(object_id)))
            return None if number is None else names.get(number)
        case ObjectId(models):
            return models.get(facts.system.object_id or "")
        case Text(value):
            return value


def _main_chassis(facts: Facts) -> list[entity_mib.Entity]:
    """The chassis that stands for the device, and what may stand for it: many agents list one without a serial."""
    wanted = (entity_mib.CHASSIS, entity_mib.STACK)
    others = [part for kind in wanted for part in facts.entities if part.kind == kind]
    outermost = [part for part in facts.entities if part.contained_in == 0]
    return [*facts.chassis, *others, *outermost]


def _first(texts: Iterable[str | None], pattern: str | None) -> str | None:
    return next((taken for text in texts if (taken := _taken(text, pattern))), None)


def _taken(text: str | None, pattern: str | None) -> str | None:
    """What a pattern takes of a text: its groups, joined by spaces, or the whole match."""
    if text is None or pattern is None:
        return text
    match = re.search(pattern, text)
    if match is None:
        return None
    groups = [group for group in match.groups() if group]
    return (" ".join(groups) if match.re.groups else match[0]).strip() or None
