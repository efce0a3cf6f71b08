"""Which edges a redundancy group takes over from its holder."""

from collections.abc import Iterator, Mapping, Sequence

from cmdb.model.verbs import RUNS_ON


def absorbed_edges(
    outgoing: Sequence[Sequence[int]],
    targets: Sequence[int],
    verbs: Sequence[str],
    strengths: Sequence[str],
    members: Mapping[int, Sequence[int]],
) -> dict[int, int]:
    """Edge to the group that absorbs it: a holder's edges to the members and to what runs in them.

    Who says "any one of db1 and db2 will do" has also said that a call to db1 is not hard by itself.
    Members of nested groups count. Edges to groups are never absorbed: each is a condition of its own.
    `outgoing` lists the edges of each node, `members` the members of each group node.
    """
    absorbed: dict[int, int] = {}
    within = {group: _all_members(group, members) for group in members}
    holders = {
        node: held
        for node, edges in enumerate(outgoing)
        if node not in members
        and (held := [targets[e] for e in edges if targets[e] in members and strengths[e] != "none"])
    }
    for holder, held in holders.items():
        for edge in outgoing[holder]:
            if targets[edge] in members:
                continue
            places = set(_places(targets[edge], outgoing, targets, verbs))
            for group in sorted(held):
                if not places.isdisjoint(within[group]):
                    absorbed[edge] = group
                    break
    return absorbed


def _all_members(group: int, members: Mapping[int, Sequence[int]]) -> set[int]:
    found: set[int] = set()
    waiting = [group]
    while waiting:
        for member in members.get(waiting.pop(), ()):
            if member not in found:
                found.add(member)
                waiting.append(member)
    return found


def _places(
    node: int, outgoing: Sequence[Sequence[int]], targets: Sequence[int], verbs: Sequence[str]
) -> Iterator[int]:
    """The node and everything it runs on."""
    seen = {node}
    waiting = [node]
    while waiting:
        place = waiting.pop()
        yield place
        for edge in outgoing[place]:
            if verbs[edge] == RUNS_ON.name and targets[edge] not in seen:
                seen.add(targets[edge])
                waiting.append(targets[edge])
