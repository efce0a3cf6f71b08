"""What of an impact answer to draw: every reached CI with the relation that reached it, within a limit."""

from collections import Counter
from collections.abc import Collection, Iterable
from re import sub

from cmdb.analyse.answer import Hop, HopState, shown_state
from cmdb.analyse.blast import SERVICE_TYPES
from cmdb.analyse.impact import Impact
from cmdb.analyse.layout import Drawing, Link, Shape, lay_out
from cmdb.analyse.neighbourhood import Node

SIBLINGS_SHOWN = 5
CUT_OFF_BY = "CUT_OFF_BY"
"""What stands instead of a verb between what was cut off and the lost element of the network."""


def draw_impact(impact: Impact, limit: int = 200, service_types: Collection[str] = SERVICE_TYPES) -> Drawing:
    """The drawing of an answer, in at most `limit` boxes, groups among them.

    Alike dead ends (one cause, one type, one state) beyond five become one box "and 37 more interfaces". Over
    the limit, starts stay, then services with their reasons, then what is nearest; the rest is one box a
    type. What other tickets already took down appears where a reason needs it.
    """
    picture = _Picture(impact, service_types)
    picture.fold_siblings()
    if len(picture.shapes) > limit:
        picture.keep(limit)
    return lay_out(list(picture.shapes.values()), picture.links())


class _Picture:
    def __init__(self, impact: Impact, service_types: Collection[str]) -> None:
        self._impact = impact
        self._service_types = service_types
        self._reached = {reached.ci.id: reached for reached in impact.reached}
        self._groups = {group.group.id: group for group in impact.groups}
        self._hops: dict[str, tuple[Hop, ...]] = {}
        self._drawn_as: dict[str, str] = {}  # key of an original shape to the key of the one it was folded into
        self.shapes: dict[str, Shape] = {}
        for reached in impact.reached:
            self._add(reached.ci, shown_state(reached.state, isolated=reached.isolated))

    def _add(self, node: Node, state: HopState) -> None:
        """Add a shape behind those of its causes that are groups, or other tickets' failures."""
        if node.id in self._hops:
            return
        known = node.id in self._reached or node.id in self._groups
        self._hops[node.id] = self._impact.first_hops(node.id) if known else ()
        for cause in (cause for hop in self._hops[node.id] for cause in _causes(hop)):
            if cause.id in self._groups:
                group = self._groups[cause.id]
                self._add(cause, "at_risk" if group.state == "up" else group.state)
            elif cause.id not in self._reached:
                self._add(cause, "down")
        note = None if known else "already down"
        self.shapes[node.id] = Shape(node.id, node.name, node.type, state, (node.id,), note)

    def links(self) -> list[Link]:
        """What follows from what among the shapes, each pair once."""
        found: dict[tuple[str, str], Link] = {}
        for node, hops in self._hops.items():
            effect = self._drawn_as.get(node, node)
            for hop, of in ((one, cause) for one in hops for cause in _causes(one)):
                cause = self._drawn_as.get(of.id, of.id)
                if cause != effect and cause in self.shapes and effect in self.shapes:
                    verb = CUT_OFF_BY if hop.cut_by else hop.verb
                    found.setdefault((cause, effect), Link(cause, effect, verb, hop.strength))
        causes: dict[str, list[str]] = {}
        for cause, effect in found:
            if len(self.shapes[effect].ids) > 1:
                causes.setdefault(effect, []).append(cause)
        main = {effect: self._main_cause(effect, several) for effect, several in causes.items()}
        return [link for link in found.values() if link.cause == main.get(link.effect, link.cause)]

    def _main_cause(self, key: str, causes: Iterable[str]) -> str:
        """Of a box that stands for many, the cause that most of them share."""
        shared = Counter(
            self._drawn_as.get(cause.id, cause.id)
            for node in self.shapes[key].ids
            for hop in self._hops[node][:1]
            for cause in _causes(hop)
        )
        return min(causes, key=lambda cause: (-shared[cause], cause))

    def fold_siblings(self) -> None:
        """Put dead ends that look alike into one box, beyond the first five."""
        causes = {cause.id for hops in self._hops.values() for hop in hops for cause in _causes(hop)}
        alike: dict[tuple[str, str, str], list[str]] = {}
        for key, shape in self.shapes.items():
            hops = self._hops[key]
            if len(hops) == 1 and key not in causes and shape.type not in self._service_types:
                alike.setdefault((_causes(hops[0])[0].id, shape.type, shape.state), []).append(key)
        self._fold(keys[SIBLINGS_SHOWN:] for keys in alike.values() if len(keys) > SIBLINGS_SHOWN + 1)

    def keep(self, limit: int) -> None:
        """Fold by type and state whatever does not fit, the least important."""
        kinds = {(shape.type, shape.state) for shape in self.shapes.values()}
        room = max(0, limit - len(kinds))
        kept: dict[str, None] = {}
        for keys in self._by_importance():
            new = [key for key in keys if key not in kept]
            if len(kept) + len(new) <= room:
                kept.update(dict.fromkeys(new))
        rest: dict[tuple[str, str], list[str]] = {}
        for key, shape in self.shapes.items():
            if key not in kept:
                rest.setdefault((shape.type, shape.state), []).append(key)
        self._fold(rest.values())

    def _by_importance(self) -> Iterable[tuple[str, ...]]:
        for reached in self._impact.reached:
            if not self._hops[reached.ci.id]:
                yield (reached.ci.id,)
        for reached in self._impact.reached:
            if reached.ci.type in self._service_types:
                reason = self._impact.reason(reached.ci.id)
                way = (reached.ci.id, *(cause.id for hop in reason.hops for cause in _causes(hop)))
                yield tuple(dict.fromkeys(self._drawn_as.get(node, node) for node in way))
        for key in list(self.shapes):
            yield (key,)

    def _fold(self, alike: Iterable[list[str]]) -> None:
        """Replace each of these lists of shapes by one shape, in the place of its first."""
        in_place: dict[str, Shape] = {}
        gone: set[str] = set()
        for keys in alike:
            first = self.shapes[keys[0]]
            ids = tuple(node for key in keys for node in self.shapes[key].ids)
            of_type = plural(first.type) if len(ids) > 1 else spoken(first.type)
            folded = Shape(f"more:{keys[0]}", f"and {len(ids)} more {of_type}", first.type, first.state, ids)
            in_place[keys[0]] = folded
            gone.update(keys)
            self._drawn_as.update(dict.fromkeys(ids, folded.key))
        shapes = (in_place.get(key, shape) for key, shape in self.shapes.items() if key in in_place or key not in gone)
        self.shapes = {shape.key: shape for shape in shapes}


def _causes(hop: Hop) -> tuple[Node, ...]:
    """What a hop is drawn from: its target, or what lies lost between the two."""
    return hop.cut_by or (hop.target,)


def spoken(ci_type: str) -> str:
    """A type name as words: NetworkInterface is "network interface", IPAddress is "IP address"."""
    words = sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", ci_type).split()
    return " ".join(word if word.isupper() else word.lower() for word in words)


def plural(ci_type: str) -> str:
    """A type name as words for several of it."""
    words = spoken(ci_type)
    if words.endswith(("s", "x", "ch", "sh")):
        return words + "es"
    if words.endswith("y") and words[-2:-1] not in tuple("aeiou"):
        return words[:-1] + "ies"
    return words + "s"
