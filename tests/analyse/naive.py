"""Impact by the book: dictionaries, rounds, every rule spelled out, no thought of speed."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field
from random import Random

from cmdb.analyse.neighbourhood import Neighbourhood

UP, DEGRADED, DOWN = 0, 1, 2
NAMES = ("up", "degraded", "down")


@dataclass(frozen=True)
class Relation:
    source: str
    target: str
    verb: str = "DEPENDS_ON"
    strength: str = "hard"


@dataclass(frozen=True)
class Quorum:
    k: int
    mode: str
    size: int


@dataclass
class World:
    relations: list[Relation] = field(default_factory=list)
    groups: dict[str, Quorum] = field(default_factory=dict)
    extra: set[str] = field(default_factory=set)

    @property
    def nodes(self) -> set[str]:
        ends = {end for r in self.relations for end in (r.source, r.target)}
        return ends | self.extra | self.groups.keys()

    def members(self, group: str) -> set[str]:
        return {r.target for r in self.relations if r.source == group and r.verb == "ANY_OF"}

    def all_members(self, group: str) -> set[str]:
        found: set[str] = set()
        while True:
            more = {m for g in (found | {group}) & self.groups.keys() for m in self.members(g)} - found
            if not more:
                return found
            found |= more

    def places(self, node: str) -> set[str]:
        found = {node}
        while True:
            more = {r.target for r in self.relations if r.source in found and r.verb == "RUNS_ON"} - found
            if not more:
                return found
            found |= more

    def counted(self) -> list[Relation]:
        """Relations that carry something and that no group of their holder speaks for; memberships apart."""
        relations = [r for r in self.relations if r.strength != "none"]
        held = {
            node: [r.target for r in relations if r.source == node and r.target in self.groups]
            for node in self.nodes - self.groups.keys()
        }
        return [
            r
            for r in self.relations
            if r.verb != "ANY_OF"
            and r.strength != "none"
            and not (
                r.source in held
                and r.target not in self.groups
                and any(self.places(r.target) & self.all_members(g) for g in held[r.source])
            )
        ]

    def neighbourhood(self, order: Random | None = None, **more: object) -> Neighbourhood:
        nodes, relations, groups = sorted(self.nodes), list(self.relations), list(self.groups)
        if order:
            for column in (nodes, relations, groups):
                order.shuffle(column)
        return Neighbourhood.from_columns(
            ids=nodes,
            types=["RedundancyGroup" if n in self.groups else "Server" for n in nodes],
            names=nodes,
            edge_from=[r.source for r in relations],
            edge_to=[r.target for r in relations],
            verbs=[r.verb for r in relations],
            strengths=[r.strength for r in relations],
            evidence=["declared"] * len(relations),
            valid_from=[None] * len(relations),
            last_seen_at=[None] * len(relations),
            group_ids=groups,
            group_k=[self.groups[g].k for g in groups],
            group_share=[None] * len(groups),
            group_modes=[self.groups[g].mode for g in groups],
            **more,
        )


@dataclass
class Answer:
    state: dict[str, int]
    before: dict[str, int]
    distance: dict[tuple[str, int], int]
    at_risk: dict[str, int]
    stopped: dict[str, str]
    truncated: set[str]
    spared: set[str]

    def reached(self, world: World, failed: dict[str, str]) -> dict[str, tuple[str, bool, int, str]]:
        found = {}
        for node in world.nodes - world.groups.keys():
            level = self.state[node]
            if level > self.before[node]:
                distance = self.distance[node, level]
            elif node in failed:
                distance = 0
            elif node in self.at_risk:
                distance = self.at_risk[node]
            else:
                continue
            found[node] = (NAMES[level], node in self.at_risk, distance, NAMES[self.before[node]])
        return found


def passed(relation: Relation, level: int) -> int:
    if relation.strength == "hard":
        return level
    return DEGRADED if level == DOWN else UP


def group_level(world: World, group: str, state: dict[str, int]) -> int:
    quorum = world.groups[group]
    lost = sum(state[m] == DOWN for m in world.members(group))
    weak = sum(state[m] == DEGRADED for m in world.members(group))
    k = min(quorum.k, quorum.size)
    if quorum.size - lost < k:
        return DOWN
    if (quorum.mode == "capacity" and lost > 0) or quorum.size - lost - weak < k:
        return DEGRADED
    return UP


def run(
    world: World, state: dict[str, int], starts: dict[str, int], depth: int | None, excluded: set[str]
) -> tuple[dict[str, int], dict[tuple[str, int], int], dict[str, int]]:
    counted = world.counted()
    state, stopped = dict(state), {}
    distance: dict[tuple[str, int], int] = {}

    def settle(after: dict[str, int], at: int) -> dict[str, int]:
        while True:
            new = dict(after)
            for group in world.groups:
                level = group_level(world, group, after)
                for r in counted:
                    if r.source == group:
                        level = max(level, passed(r, after[r.target]))
                if group in excluded:
                    stopped[group] = (
                        max(level, stopped.get(group, 0)) if level > after[group] else stopped.get(group, 0)
                    )
                else:
                    new[group] = max(after[group], level)
            if new == after:
                return after
            after = new

    def note(old: dict[str, int], new: dict[str, int], at: int) -> None:
        for node in new:
            for level in range(old[node] + 1, new[node] + 1):
                distance[node, level] = at

    first = settle({n: max(state[n], starts.get(n, UP)) for n in state}, 0)
    note(state, first, 0)
    state, at = first, 0
    while depth is None or at < depth:
        at += 1
        new = dict(state)
        for r in counted:
            if r.source in world.groups:
                continue
            level = passed(r, state[r.target])
            if r.source in excluded:
                if level > state[r.source]:
                    stopped[r.source] = max(level, stopped.get(r.source, 0))
            else:
                new[r.source] = max(new[r.source], level)
        new = settle(new, at)
        if new == state:
            break
        note(state, new, at)
        state = new
    return state, distance, {n: level for n, level in stopped.items() if level}


def find_risk(
    world: World, state: dict[str, int], before: dict[str, int], distance: dict[tuple[str, int], int],
    depth: int | None, excluded: set[str],
) -> tuple[dict[str, int], set[str]]:  # fmt: skip
    def spare(group: str, of: dict[str, int]) -> int:
        quorum = world.groups[group]
        return quorum.size - sum(of[m] == DOWN for m in world.members(group)) - min(quorum.k, quorum.size)

    standing = {n for n in world.nodes if state[n] != DOWN and n not in excluded}
    sources = {g for g in world.groups if g in standing and spare(g, state) == 0 and spare(g, before) > 0}
    risk = {
        g: max(distance[m, DOWN] for m in world.members(g) if state[m] == DOWN and before[m] != DOWN) for g in sources
    }
    stopped: set[str] = set()
    counted = world.counted()
    changed = True
    while changed:
        changed = False
        for r in [*counted, *(r for r in world.relations if r.verb == "ANY_OF")]:
            if r.target not in risk or r.source in sources or state[r.source] == DOWN:
                continue
            if r.verb == "ANY_OF":
                cost, carries = 0, spare(r.source, state) == 0
            else:
                cost, carries = int(r.source not in world.groups), r.strength == "hard"
            at = risk[r.target] + cost
            if not carries or (depth is not None and at > depth):
                continue
            if r.source in excluded:
                stopped.add(r.source)
            elif at < risk.get(r.source, 10**9):
                risk[r.source] = at
                changed = True
    return risk, stopped


def answer(
    world: World, failed: dict[str, str], depth: int | None = None, excluded: Set[str] = frozenset(),
    context: Set[str] = frozenset(),
) -> Answer:  # fmt: skip
    up = dict.fromkeys(world.nodes, UP)
    before, _, stopped_before = run(world, up, dict.fromkeys(context, DOWN), None, excluded)
    starts = {n: NAMES.index(effect) for n, effect in failed.items()}
    state, distance, stopped_now = run(world, before, starts, depth, excluded)
    risk, risk_stopped = find_risk(world, state, before, distance, depth, excluded)
    stopped = dict.fromkeys(risk_stopped, "at_risk")
    for node, level in stopped_now.items():
        if level > max(before[node], stopped_before.get(node, UP)):
            stopped[node] = NAMES[level]

    raised = {n for n in world.nodes if state[n] > before[n]}
    reached = raised | risk.keys() | failed.keys() | context
    last = {n for n in raised if any(distance.get((n, level), -1) == depth for level in (DEGRADED, DOWN))}
    untouched = world.groups.keys() - raised - excluded
    counted = world.counted()
    grouping = [r for r in counted if r.source in world.groups]
    grouping += [r for r in world.relations if r.verb == "ANY_OF"]

    def beside(ends: set[str], relations: list[Relation]) -> set[str]:
        touched = {r.source for r in grouping if r.target in ends and r.source in untouched}
        found = {r.source for r in relations if r.target in ends} | {r.source for r in counted if r.target in touched}
        return found - reached - excluded - world.groups.keys()

    truncated = beside(last, counted) | (
        {r.source for r in counted if r.strength == "hard" and risk.get(r.target, -1) == depth}
        - reached - excluded - world.groups.keys()
    )  # fmt: skip
    needs = {r.target for r in world.relations if r.source in failed and r.strength != "none"}
    spared = beside(raised - last, [r for r in world.relations if r.verb != "ANY_OF"])
    spared |= needs - reached - excluded - world.groups.keys()
    return Answer(state, before, distance, risk, stopped, truncated, spared - truncated)


def random_world(random: Random) -> World:
    cis = [f"ci{i:02}" for i in range(random.randint(2, 12))]
    groups = [f"group{i}" for i in range(random.choice([0, 0, 1, 1, 2, 3, 4]))]
    nodes = cis + groups
    random.shuffle(nodes)
    verbs = ["DEPENDS_ON", "CALLS", "RUNS_ON", "PART_OF", "NEEDS"]
    strengths = ["hard", "hard", "hard", "soft", "soft", "none"]
    relations = [
        Relation(random.choice(cis), random.choice(nodes), random.choice(verbs), random.choice(strengths))
        for _ in range(random.randint(1, 2 * len(nodes)))
    ]
    quorums = {}
    for group in groups:
        members = random.sample(nodes, random.randint(0, min(4, len(nodes))))
        relations += [Relation(group, member, "ANY_OF") for member in members]
        relations += [Relation(random.choice(cis), group, "NEEDS", random.choice(["hard", "hard", "soft"]))]
        if random.random() < 0.1:
            relations += [Relation(group, random.choice(nodes), "DEPENDS_ON", random.choice(["hard", "soft"]))]
        quorums[group] = Quorum(random.randint(1, 4), random.choice(["standby", "capacity"]), len(members))
    if random.random() < 0.3:
        relations += random.sample(relations, 1)
    return World(relations, quorums, set(cis))


@dataclass(frozen=True)
class Question:
    failed: dict[str, str]
    depth: int | None
    excluded: set[str]
    context: set[str]


def random_question(world: World, random: Random) -> Question:
    cis = sorted(world.nodes - world.groups.keys())
    shuffled = random.sample(cis, len(cis))
    failed = {node: random.choice(["down", "down", "degraded"]) for node in shuffled[: random.randint(1, 3)]}
    rest = shuffled[len(failed) :]
    return Question(
        failed,
        random.choice([None, None, None, 0, 1, 2, 3]),
        set(random.sample(sorted(world.nodes), random.choice([0, 0, 1, 2, min(3, len(cis))]))),
        set(rest[: random.choice([0, 0, 1, 2])]),
    )
