"""What one scope says at present, and since when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from cmdb.model import verbs
from cmdb.model.types import BY_LABEL
from cmdb.model.vocabulary import Value
from cmdb.observation.relations import Connection, Link, Sight
from cmdb.reconcile.sampled import Seen


class Beginning(NamedTuple):
    """Since when something is said (epoch ms). `after`: the last whole reading without it; None: there was none."""

    at: int
    after: int | None = None


class Reading(NamedTuple):
    """A whole reading of a section: when, and by which version of its source."""

    at: int
    version: str


@dataclass(frozen=True, slots=True)
class ContentItem:
    """One item as the scope says it now.

    `birth`, `born_at`: the key and instant under which the scope first reported it; `since`: present without a gap
    since then; `absent_at`: the last whole reading of its section before that, None where there was none; `changed`:
    per attribute, when its value last changed, where that is later than `since`; `placed`: since when it lives in its
    present parent, where that is later; `held_after`: kept though whole readings after this one lack it.
    """

    type: str
    parent: str | None
    values: dict[str, Value]
    identifiers: dict[str, tuple[str, ...]]
    birth: str
    born_at: int
    since: int
    changed: dict[str, int] = field(default_factory=dict[str, int])
    held_after: int | None = None
    absent_at: int | None = None
    placed: Beginning | None = None

    @property
    def held(self) -> bool:
        """Whether it has vanished with too many others to be believed."""
        return self.held_after is not None


@dataclass(frozen=True, slots=True)
class Birth:
    """A dependent thing that ended: enough to know it again."""

    type: str
    birth: str
    born_at: int
    ended_at: int
    values: dict[str, Value]


@dataclass(frozen=True, slots=True)
class Content:
    """Everything a scope says now.

    `read_at` has, per section, when it was last read, wholly or in part, and `whole` the last whole reading. `version`
    is that of the source that said it last; empty where it is not known.
    """

    items: dict[str, ContentItem] = field(default_factory=dict[str, ContentItem])
    links: dict[Link, Beginning] = field(default_factory=dict[Link, Beginning])
    connections: dict[Connection, Seen] = field(default_factory=dict[Connection, Seen])
    sights: dict[Sight, Seen] = field(default_factory=dict[Sight, Seen])
    read_at: dict[str, int] = field(default_factory=dict[str, int])
    births: tuple[Birth, ...] = ()
    whole: dict[str, Reading] = field(default_factory=dict[str, Reading])
    version: str = ""

    def confirmed(self, at: int) -> Content:
        """The same content, after documents up to `at` that said nothing new: what the last one read was read again."""
        newest = max(self.read_at.values(), default=at)
        if newest == at:
            return self
        return replace(
            self,
            read_at={name: at if then == newest else then for name, then in self.read_at.items()},
            whole={name: one._replace(at=at) if one.at == newest else one for name, one in self.whole.items()},
        )

    def place(self, item: ContentItem) -> tuple[str, str] | None:
        """What an item of this content lives in, the same under every key."""
        return place_in(item, self.items)

    def last_whole(self, section: str | None) -> int | None:
        """When the section was last read wholly; None: never."""
        found = self.whole.get(section or "")
        return found.at if found else None


EMPTY = Content()


def place_in(item: ContentItem, items: Mapping[str, ContentItem]) -> tuple[str, str] | None:
    """What one of these items lives in: its type and birth, the same under every key; None: in nothing."""
    parent = items[item.parent] if item.parent is not None else None
    return (parent.type, parent.birth) if parent is not None else None


def section_of(link: Link, start_type: str) -> str | None:
    """The section by which the link stands or ends."""
    return verbs.BY_NAME[link.verb].section or BY_LABEL[start_type].section


def surely_there(content: Content, section: str | None, since: int) -> int:
    """The last instant at which something was surely there that the content has had in this section since then."""
    return max(content.last_whole(section) or since, since)
