"""What a vendor profile is: how a device is recognised, and where it says what it is. Profiles are data."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

Specificity = tuple[int, int, int]
DeviceType = Literal["Server", "NetworkDevice", "Printer", "StorageDevice", "PowerUnit"]


class Match(NamedTuple):
    """One way of being recognised: all that is given must hold.

    `object_id`: the prefix of sysObjectID, in whole numbers. `description`: a regular expression found in sysDescr.
    """

    object_id: str | None = None
    description: str | None = None

    def specificity(self, object_id: str | None, description: str | None) -> Specificity | None:
        """How specific the match is; greater is more: how many of the two hold, then how long they are. None: none."""
        if self.object_id is not None and not f"{object_id}.".startswith(f"{self.object_id}."):
            return None
        if self.description is not None and not re.search(self.description, description or ""):
            return None
        given = (self.object_id is not None) + (self.description is not None)
        return given, self.object_id.count(".") if self.object_id else 0, len(self.description or "")


class Scalar(NamedTuple):
    """The value of one object instance; with a pattern, what the pattern takes of it."""

    object_id: str
    pattern: str | None = None


class Column(NamedTuple):
    """The first cell of a table's column that says something, in index order."""

    object_id: str
    pattern: str | None = None


class Pointed(NamedTuple):
    """The cell of `column` whose index is the number that `pointer` holds."""

    pointer: str
    column: str
    pattern: str | None = None


class Entity(NamedTuple):
    """A column of ENTITY-MIB's main chassis; of its first part of class `kind` that has a value, where one is given."""

    column: Literal[
        "name",
        "description",
        "model",
        "maker",
        "serial_number",
        "hardware_revision",
        "firmware_revision",
        "software_revision",
    ]
    kind: int | None = None
    pattern: str | None = None


class Description(NamedTuple):
    """What a pattern takes of sysDescr."""

    pattern: str


class ObjectId(NamedTuple):
    """The model that a sysObjectID stands for: some agents say it nowhere else."""

    models: dict[str, str]


class Named(NamedTuple):
    """What the number in an object instance is called: an enumeration of the vendor's MIB."""

    object_id: str
    names: dict[int, str]


class Text(NamedTuple):
    """A fixed value, where being recognised says it already."""

    value: str


class Joined(NamedTuple):
    """The values of several scalars, columns or patterns, in one text; none where one of them is missing."""

    parts: tuple[Scalar | Column | Description, ...]
    separator: str = " "


Source = Joined | Scalar | Column | Pointed | Entity | Description | ObjectId | Named | Text

ENTITY_MODEL = (Entity("model"),)
ENTITY_SERIAL = (Entity("serial_number"),)
ENTITY_SOFTWARE = (Entity("software_revision"),)


@dataclass(frozen=True, kw_only=True)
class Profile:
    """One operating system of one vendor. Of each tuple of sources the first that has a value is taken.

    Without a `vendor` the enterprise number says it, else the chassis. `limits`: what it is known not to do.
    """

    name: str
    about: str
    recognised_by: tuple[Match, ...]
    type_name: DeviceType = "NetworkDevice"
    vendor: tuple[Source, ...] = ()
    os_name: str | None = None
    model: tuple[Source, ...] = ENTITY_MODEL
    serial_number: tuple[Source, ...] = ENTITY_SERIAL
    os_version: tuple[Source, ...] = ENTITY_SOFTWARE
    limits: str | None = None

    @property
    def sources(self) -> tuple[Source, ...]:
        """All sources of the profile, those that are joined among them."""
        given = (*self.vendor, *self.model, *self.serial_number, *self.os_version)
        joined = [part for source in given if isinstance(source, Joined) for part in source.parts]
        return (*given, *joined)

    def specificity(self, object_id: str | None, description: str | None) -> Specificity | None:
        """How specifically the device is recognised; None: it is not."""
        found = (match.specificity(object_id, description) for match in self.recognised_by)
        return max((one for one in found if one is not None), default=None)


def recognise(profiles: Iterable[Profile], object_id: str | None, description: str | None) -> Profile | None:
    """The profile that recognises a device most specifically; of equals the first. None: no profile does."""
    best: tuple[Specificity, Profile] | None = None
    for profile in profiles:
        found = profile.specificity(object_id, description)
        if found is not None and (best is None or found > best[0]):
            best = found, profile
    return best[1] if best else None
