"""Impact by the book: dictionaries, rounds, every rule spelled out, no thought of speed."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field
from random import Random

from cmdb.analyse.neighbourhood import Neighbourhood
from tests.analyse.naive_network import OVER_THE_NETWORK, Net, random_net

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
    net: Net | None = None
    stands: dict[str, set[str]] = field(default_factory=dict)  # of groups, in a world made of a few relations

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

    def standing(self, node: str) -> set[str]:
        """The devices a node stands at: a group where its holders do, what has no place at the roots."""
        assert self.net is not None
        if node in self.stands:
            return self.stands[node]
        if node in self.groups:
            holders, waiting = set(), [node]
            while waiting:
                group = waiting.pop()
                new = {r.source for r in self.relations if r.target == group and r.strength != "none"} - holders
                holders |= new
                waiting += new & self.groups.keys()
            holders -= self.groups.keys()
            return set().union(*(self.standing(h) for h in holders)) if holders else set(self.net.looking)
        if node in self.net.forwards:
            return {node}
        if node in self.net.places:
            return {self.net.places[node]} & self.net.forwards.keys()
        return set(self.net.looking)

    def is_cut(self, relation: Relation, down: set[str]) -> bool:
        """Whether the ends of a relation were connected and no longer are, both of their machines standing."""
        if self.net is None or relation.verb not in OVER_THE_NETWORK:
            return False
        one, other = self.standing(relation.source) - down, self.standing(relation.target) - down
        whole = self.standing(relation.source), self.standing(relation.target)
        return (
            whole[0] != whole[1] and bool(one and other)
            and self.net.connected(*whole, set()) and self.net.connected(one, other, set())
            and not self.net.connected(one, other, down)
        )  # fmt: skip

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
    cut_off: set[str]
    isolated: dict[str, int]
    isolated_ever: set[str]
    risky: dict[str, int]
    ringed: set[str]

    def reached(self, world: World, failed: dict[str, str]) -> dict[str, tuple[str, bool, int, str, bool]]:
        found = {}
        down = {n for n, level in self.state.items() if level == DOWN}
        machines = set(world.net.forwards) if world.net else set()
        for node in (world.nodes | machines) - world.groups.keys():
            level, before = self.state.get(node, UP), self.before.get(node, UP)
            distances = [of[node] for of in (self.at_risk, self.risky, self.isolated) if node in of]
            if level > before:
                distance = self.distance[node, level]
            elif node in failed:
                distance = 0
            elif distances:
                distance = min(distances)
            else:
                continue
            at_risk = node in self.at_risk or node in self.risky
            standing = world.standing(node) - down if world.net else set()
            isolated = bool(standing) and standing <= self.isolated_ever
            if node not in world.nodes:
                isolated = node in self.isolated
            found[node] = (NAMES[level], at_risk, distance, NAMES[before], isolated)
        return found


@dataclass
class Sight:
    """What befell relations and machines through the network so far, with distances; phases follow each other."""

    cut: dict[Relation, int] = field(default_factory=dict)
    cut_now: dict[Relation, int] = field(default_factory=dict)
    isolated: dict[str, int] = field(default_factory=dict)
    risky: dict[str, int] = field(default_factory=dict)
    down_before: set[str] = field(default_factory=set)

    def look(self, world: World, state: dict[str, int], at: int) -> None:
        net = world.net
        if net is None:
            return
        down = {n for n, level in state.items() if level == DOWN} & (net.forwards.keys() | net.ports())
        for r in [*world.counted(), *(r for r in world.relations if r.verb == "ANY_OF")]:
            if r not in self.cut and world.is_cut(r, down):
                self.cut[r] = self.cut_now[r] = at
        roots = set(net.looking)
        safe, safe_before = net.safe(down), net.safe(self.down_before)
        for machine in net.forwards.keys() - down - self.isolated.keys():
            if not net.connected(roots, [machine], set()):
                continue
            if not net.connected(roots, [machine], down):
                self.isolated[machine] = at
                self.risky.pop(machine, None)
            elif machine in safe_before and machine not in safe:
                self.risky.setdefault(machine, at)

    def settle(self, world: World, state: dict[str, int]) -> None:
        self.cut_now, self.risky = {}, {}
        if world.net is not None:
            down = {n for n, level in state.items() if level == DOWN}
            self.down_before = down & (world.net.forwards.keys() | world.net.ports())


def passed(relation: Relation, level: int) -> int:
    if relation.strength == "hard":
        return level
    return DEGRADED if level == DOWN else UP


def lost_members(world: World, group: str, state: dict[str, int], sight: Sight) -> set[str]:
    cut = {r.target for r in sight.cut if r.source == group and r.verb == "ANY_OF"}
    return {m for m in world.members(group) if state[m] == DOWN or m in cut}


def group_level(world: World, group: str, state: dict[str, int], sight: Sight) -> int:
    quorum = world.groups[group]
    gone = lost_members(world, group, state, sight)
    lost = len(gone)
    weak = sum(state[m] == DEGRADED for m in world.members(group) - gone)
    k = min(quorum.k, quorum.size)
    if quorum.size - lost < k:
        return DOWN
    if (quorum.mode == "capacity" and lost > 0) or quorum.size - lost - weak < k:
        return DEGRADED
    return UP


def run(
    world: World, state: dict[str, int], starts: dict[str, int], depth: int | None, excluded: set[str], sight: Sight
) -> tuple[dict[str, int], dict[tuple[str, int], int], dict[str, int]]:
    counted = world.counted()
    state, stopped = dict(state), {}
    distance: dict[tuple[str, int], int] = {}

    def settle(after: dict[str, int], at: int) -> dict[str, int]:
        sight.look(world, after, at)
        while True:
            new = dict(after)
            for group in world.groups:
                level = group_level(world, group, after, sight)
                for r in counted:
                    if r.source == group:
                        level = max(level, passed(r, DOWN if r in sight.cut else after[r.target]))
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
            level = passed(r, DOWN if r in sight.cut else state[r.target])
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
    depth: int | None, excluded: set[str], sight: Sight,
) -> tuple[dict[str, int], set[str]]:  # fmt: skip
    sight_before = Sight({r: at for r, at in sight.cut.items() if r not in sight.cut_now})

    def spare(group: str, of: dict[str, int], seen: Sight = sight) -> int:
        quorum = world.groups[group]
        return quorum.size - len(lost_members(world, group, of, seen)) - min(quorum.k, quorum.size)

    def lost_at(group: str, member: str) -> int:
        ways = [at for r, at in sight.cut_now.items() if (r.source, r.target, r.verb) == (group, member, "ANY_OF")]
        return min([*ways, *([distance[member, DOWN]] if (member, DOWN) in distance else [])])

    standing = {n for n in world.nodes if state[n] != DOWN and n not in excluded}
    sources = {g for g in world.groups if g in standing and spare(g, state) == 0 and spare(g, before, sight_before) > 0}
    risk = {
        g: max(
            lost_at(g, m) for m in lost_members(world, g, state, sight) - lost_members(world, g, before, sight_before)
        )
        for g in sources
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
    sight = Sight()
    before, _, stopped_before = run(world, up, dict.fromkeys(context, DOWN), None, excluded, sight)
    sight.settle(world, before)
    isolated_before = set(sight.isolated)
    starts = {n: NAMES.index(effect) for n, effect in failed.items()}
    state, distance, stopped_now = run(world, before, starts, depth, excluded, sight)
    risk, risk_stopped = find_risk(world, state, before, distance, depth, excluded, sight)
    down = {n for n, level in state.items() if level == DOWN}
    isolated = {n: at + 1 for n, at in sight.isolated.items() if n not in isolated_before and n not in down}
    risky = {n: at + 1 for n, at in sight.risky.items() if n not in down}
    fates = isolated | risky
    beyond = {n for n, at in fates.items() if n not in excluded and depth is not None and at > depth}
    stopped = dict.fromkeys((fates.keys() & excluded - isolated.keys()) | risk_stopped, "at_risk")
    stopped |= dict.fromkeys(isolated.keys() & excluded, "isolated")
    isolated = {n: at for n, at in isolated.items() if n not in excluded | beyond}
    risky = {n: at for n, at in risky.items() if n not in excluded | beyond}
    for node, level in stopped_now.items():
        if level > max(before[node], stopped_before.get(node, UP)):
            stopped[node] = NAMES[level]

    raised = {n for n in world.nodes if state[n] > before[n]}
    reached = raised | risk.keys() | failed.keys() | context | isolated.keys() | risky.keys()
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
    truncated |= beyond - reached
    needs = {r.target for r in world.relations if r.source in failed and r.strength != "none"}
    spared = beside(raised - last, [r for r in world.relations if r.verb != "ANY_OF"])
    spared |= needs - reached - excluded - world.groups.keys()

    sight_before = Sight({r: at for r, at in sight.cut.items() if r not in sight.cut_now})
    weakened = {
        group for group in world.groups if state[group] != DOWN
        and len(lost_members(world, group, state, sight)) > len(lost_members(world, group, before, sight_before))
    }  # fmt: skip
    region = on_top_of(world, weakened)
    ringed = footing(world, region, before, excluded, sight_before) - footing(world, region, state, excluded, sight)
    ringed = set() if depth is not None else ringed - down - world.groups.keys()

    off: set[str] = set()
    if world.net is not None:
        elements = world.net.forwards.keys() | world.net.ports()
        for r, at in sight.cut_now.items():
            sources = {r.source} - world.groups.keys() if r.source not in untouched else {
                h.source for h in counted if h.target == r.source
            }  # fmt: skip
            sources -= reached | excluded | world.groups.keys()
            if at == depth:
                truncated |= sources
            else:
                spared |= sources
        if down & elements:
            off = world.net.cut_off(down & elements)
        for r in counted:
            one, other = (world.standing(end) - down for end in (r.source, r.target))
            whole = world.standing(r.source), world.standing(r.target)
            if (
                r.source not in world.groups and r not in sight.cut and r.verb in OVER_THE_NETWORK
                and whole[0] != whole[1] and world.net.connected(*whole, set())
                and not one & other and (one | other) & off and world.net.connected(one, other, down & elements)
            ):  # fmt: skip
                spared |= {r.source} - reached - excluded
    return Answer(
        state, before, distance, risk, stopped, truncated, spared - truncated, off, isolated,
        set(sight.isolated), risky, ringed,
    )  # fmt: skip


def on_top_of(world: World, groups: set[str]) -> set[str]:
    """The groups and everything that hangs on them by hard relations and memberships."""
    hard = [r for r in world.counted() if r.strength == "hard"] + [r for r in world.relations if r.verb == "ANY_OF"]
    found = set(groups)
    while more := {r.source for r in hard if r.target in found} - found:
        found |= more
    return found


def footing(world: World, region: set[str], state: dict[str, int], excluded: Set[str], sight: Sight) -> set[str]:
    """What of a region stands on something that is no ring; what lies outside of it does if it is up."""
    hard = [r for r in world.counted() if r.strength == "hard"]
    found = {n for n in world.nodes - region if state[n] != DOWN}
    while True:
        new = set(found)
        for node in {n for n in region if state[n] != DOWN}:
            cut = {r.target for r in sight.cut if r.source == node and r.verb == "ANY_OF"}
            stands = all(r.target in found and r not in sight.cut for r in hard if r.source == node)
            if node in world.groups:
                k = min(world.groups[node].k, world.groups[node].size)
                stands = stands and len((world.members(node) & found) - cut) >= k
            if stands or node in excluded:
                new.add(node)
        if new == found:
            return found & region
        found = new


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


def random_world_with_net(random: Random) -> World:
    world = random_world(random)
    world.net = random_net(random, sorted(world.extra))
    return world
