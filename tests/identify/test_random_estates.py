"""Properties of the partition over random estates full of clones."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import combinations

import pytest

from cmdb.identify.clashes import Clashes
from cmdb.identify.decisions import disputes, separating, together
from cmdb.identify.evidence import weigh
from cmdb.identify.outcome import ClashReason, ci_id
from cmdb.identify.partition import partition
from cmdb.identify.rules import Tier
from cmdb.identify.sighting import Decisions, Life, Sighting, SightingKey
from tests.support.identity import DAY, HOUR, NO_DECISIONS, RULES, Estate, sighting, standing


def random_sighting(rng: random.Random, scope: int, machines: int) -> Sighting:
    """Someone's word about one of a few machines, many of which share something that they should not."""
    source = rng.choice(["agent", "agent", "snmp", "ssh", "hypervisor"])
    machine = rng.randrange(machines)
    image = machine % 3
    words: list[str] = []

    def claim(word: str, chance: float) -> None:
        if rng.random() < chance:
            words.append(word)

    claim(f"mac:m{machine}", 0.7)
    claim(f"mac:m{machine}b", 0.3)
    claim(f"mac:m{rng.randrange(machines)}", 0.1)
    claim(f"uuid:u{rng.choice([machine, machine, machine, image])}", 0.5)
    claim(f"serial:s{machine}", 0.3)
    claim(f"chassis:c{machine // 2}", 0.1)
    claim(f"chassis:c{machine}b", 0.1)
    claim(f"base:b{machine}", 0.1)
    claim(f"machine:i{image}", 0.6)
    claim(f"key:k{image}", 0.5)
    claim(f"engine:e{rng.choice([image, machine])}", 0.2)
    claim(f"local:l{machine}", 0.3)
    claim(f"local:l{image}", 0.1)
    if source == "agent":
        claim(f"agent:a{rng.choice([scope, scope, image])}", 0.9)
    lives: list[tuple[int, int, str] | tuple[int, int]] = []
    start = 0
    for boot in range(rng.randint(1, 3)):
        start += rng.choice([0, HOUR, 6 * HOUR])
        end = start + rng.choice([0, 60_000, 2 * HOUR, 12 * HOUR])
        lives.append((start, end, f"boot{machine}.{boot}") if rng.random() < 0.4 else (start, end))
        start = end + 1
    return sighting(
        f"{source}{scope}",
        " ".join(words),
        item=rng.choice(["host", "host", "other"]),
        epoch=rng.choice([0, 0, 1]),
        source=source,
        family=rng.choice(["machine"] * 9 + ["controller"]),
        lives=lives,
        born=rng.choice([0, HOUR, DAY]),
        complete=rng.random() < 0.6,
        name=rng.choice([None, f"web{machine}", f"web{machine}.a", f"web{image}.b"]),
        addresses=rng.choice(["", f"default/10.0.0.{machine}", f"default/10.0.0.{image} other/10.0.0.1"]),
        in_container=rng.random() < 0.05,
    )


def random_estate(rng: random.Random) -> list[Sighting]:
    count = rng.randint(2, 24)
    found = [random_sighting(rng, rng.randrange(count), rng.randint(1, 8)) for _ in range(count)]
    return list({one.key: one for one in found}.values())


def connected(a: SightingKey, b: SightingKey, groups: list[set[SightingKey]]) -> bool:
    reached = {a}
    for _ in groups:
        for group in groups:
            if not reached.isdisjoint(group):
                reached |= group
    return b in reached


def random_decisions(rng: random.Random, sightings: list[Sighting]) -> Decisions:
    pairs = [(a.key, b.key) for a, b in combinations(sightings, 2)]
    if not pairs or rng.random() < 0.6:
        return NO_DECISIONS
    odd, *others = rng.sample(sightings, rng.randint(2, min(4, len(sightings))))
    said = Decisions.of(
        must=rng.sample(pairs, rng.randint(0, min(3, len(pairs)))),
        cannot=rng.sample(pairs, rng.randint(0, min(2, len(pairs)))),
        disavowed=((one.key, claim) for one in sightings for claim in one.identifiers if rng.random() < 0.05),
    )
    return together(said, separating(odd, others, RULES)) if rng.random() < 0.5 else said


@pytest.mark.parametrize("seed", range(8))
def test_neither_order_nor_repetition_of_sightings_changes_the_partition(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(40):
        sightings = random_estate(rng)
        decisions = random_decisions(rng, sightings)
        expected = partition(sightings, decisions, RULES)
        again = [*sightings, *rng.sample(sightings, len(sightings) // 2)]
        rng.shuffle(again)
        assert partition(again, decisions, RULES) == expected


@pytest.mark.parametrize("seed", range(8))
def test_two_sightings_that_cannot_link_are_never_in_one_cluster(seed: int) -> None:
    rng = random.Random(1000 + seed)
    joined = 0
    for _ in range(40):
        sightings = random_estate(rng)
        found = partition(sightings, NO_DECISIONS, RULES)
        clashes = Clashes({one.key: weigh(one, RULES) for one in sightings}, NO_DECISIONS, RULES)
        for cluster in found.clusters:
            bonded = [set(proof.members) for proof in cluster.proofs if proof.tier is Tier.BOOT]
            for a, b in combinations(cluster.members, 2):
                joined += 1
                clash = clashes.between(a, b)
                excused = clash is not None and clash.reason is ClashReason.EXCLUSIVE
                assert clash is None or (excused and connected(a, b, bonded))
    assert joined > 100


@pytest.mark.parametrize("seed", range(8))
def test_what_a_person_decided_stands_unless_it_disputes_itself(seed: int) -> None:
    rng = random.Random(7000 + seed)
    joined, separated = 0, 0
    for _ in range(60):
        sightings = random_estate(rng)
        decisions = random_decisions(rng, sightings)
        found = partition(sightings, decisions, RULES).cluster_of()
        for a, b in decisions.cannot:
            separated += 1
            assert found[a].id != found[b].id
        if not disputes(decisions):
            for a, b in decisions.must:
                joined += 1
                assert found[a].id == found[b].id
    assert min(joined, separated) > 0


@pytest.mark.parametrize("seed", range(8))
def test_what_a_person_takes_back_was_never_said(seed: int) -> None:
    rng = random.Random(8000 + seed)
    for _ in range(30):
        sightings = random_estate(rng)
        estate = Estate(RULES)
        estate.take(*sightings)
        estate.decide(random_decisions(rng, sightings))
        before = dict(estate.clusters), dict(estate.held), set(estate.superseded), standing(estate.aside)
        earlier = estate.decisions
        estate.decide(together(earlier, random_decisions(rng, sightings)))
        estate.decide(earlier)
        assert (estate.clusters, estate.held, estate.superseded, standing(estate.aside)) == before


@pytest.mark.parametrize("seed", range(8))
def test_a_purge_leaves_the_id_with_whoever_inherits(seed: int) -> None:
    rng = random.Random(9000 + seed)
    inherited = 0
    for _ in range(30):
        sightings = random_estate(rng)
        estate = Estate(RULES)
        estate.take(*sightings)
        estate.decide(random_decisions(rng, sightings))
        for senior in sorted({cluster.members[0] for cluster in estate.clusters.values()}):
            cluster = estate.clusters.get(senior)
            others = [key for key in cluster.members if key != senior] if cluster else []
            if not others:
                continue
            inherited += 1
            born = estate.stored[senior].birth
            estate.purge(senior)
            (heir,) = (key for key in others if born in estate.stored[key].inherited)
            founder = estate.stored[estate.clusters[heir].members[0]].birth
            # What it had set aside may join the heir to something older now.
            assert founder < born or estate.clusters[heir].id == ci_id(born.key)
    assert inherited > 20


@pytest.mark.parametrize("seed", range(8))
def test_every_sighting_is_in_one_cluster_or_held_and_proofs_connect_each_cluster(seed: int) -> None:
    rng = random.Random(2000 + seed)
    for _ in range(40):
        sightings = random_estate(rng)
        found = partition(sightings, random_decisions(rng, sightings), RULES)
        placed = [key for cluster in found.clusters for key in cluster.members] + list(found.held)
        assert sorted(placed) == sorted(one.key for one in sightings)
        assert len({cluster.id for cluster in found.clusters}) == len(found.clusters)
        for cluster in found.clusters:
            links = [set(proof.members) for proof in cluster.proofs]
            assert all(connected(cluster.members[0], member, links) for member in cluster.members)
            assert all(link <= set(cluster.members) for link in links)
            for proof in cluster.proofs:
                assert found.set_aside.keys().isdisjoint(proof.identifiers) or proof.tier is Tier.MEDIUM


@pytest.mark.parametrize("crowd", [2, 4, 50])
@pytest.mark.parametrize("seed", range(14))
def test_step_by_step_equals_all_at_once(seed: int, crowd: int) -> None:
    rng = random.Random(3000 + seed)
    estate = Estate(replace(RULES, crowd=crowd))
    machines = rng.randint(1, 9)
    scopes = rng.randint(2, 30)
    for step in range(60):
        chance = rng.random()
        if chance < 0.12 and estate.stored:
            gone = rng.sample(sorted(estate.stored), rng.randint(1, min(3, len(estate.stored))))
            answer = estate.drop(*gone)
        elif chance < 0.15 and estate.stored:
            answer = estate.purge(rng.choice(sorted(estate.stored)))
        elif chance < 0.19:
            answer = estate.decide(random_decisions(rng, list(estate.stored.values())))
        else:
            some = [random_sighting(rng, rng.randrange(scopes), machines) for _ in range(rng.choice([1, 1, 3]))]
            answer = estate.take(*{one.key: one for one in some}.values())
        assert not estate.differences(), f"after step {step}, which touched {sorted(answer.keys)}"


@pytest.mark.parametrize("seed", range(12))
def test_taking_evidence_back_undoes_all_that_it_joined(seed: int) -> None:
    rng = random.Random(4000 + seed)
    for _ in range(20):
        sightings = random_estate(rng)
        estate = Estate(RULES)
        for one in sightings[1:]:
            estate.take(one)
        before = dict(estate.clusters), dict(estate.held), set(estate.superseded), standing(estate.aside)
        estate.take(sightings[0])
        estate.drop(sightings[0].key)
        assert (estate.clusters, estate.held, estate.superseded, standing(estate.aside)) == before


@pytest.mark.parametrize("seed", range(12))
def test_whoever_reports_first_the_estate_ends_the_same(seed: int) -> None:
    rng = random.Random(5000 + seed)
    for _ in range(12):
        sightings = random_estate(rng)
        ends: list[object] = []
        for _ in range(3):
            rng.shuffle(sightings)
            estate = Estate(RULES)
            for one in sightings:
                estate.take(one)
            ends.append((estate.clusters, estate.held, estate.superseded, standing(estate.aside)))
        assert ends[0] == ends[1] == ends[2]


@pytest.mark.parametrize("seed", range(6))
def test_whoever_is_not_superseded_may_live_on_without_being_looked_at(seed: int) -> None:
    rng = random.Random(6000 + seed)
    lived_on = 0
    for _ in range(30):
        sightings = random_estate(rng)
        found = partition(sightings, NO_DECISIONS, RULES)
        now_at = max(one.last_seen_at for one in sightings) + DAY
        for number, one in enumerate(sightings):
            if one.key in found.superseded:
                continue
            lived_on += 1
            latest = max(one.lives, key=lambda life: life.to_at)
            lives = tuple(replace_end(life, now_at) if life is latest else life for life in one.lives)
            again = [*sightings[:number], replace(one, lives=lives), *sightings[number + 1 :]]
            assert partition(again, NO_DECISIONS, RULES).clusters == found.clusters
    assert lived_on > 50


def replace_end(life: Life, to_at: int) -> Life:
    return Life(life.from_at, to_at, life.boot_id)
