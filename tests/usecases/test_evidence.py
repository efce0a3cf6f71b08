"""Documents of agents, SSH and SNMP as sightings, and the machines that these make."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from cmdb.identify.epochs import Epoch, choose_epoch
from cmdb.identify.outcome import Partition, ci_id
from cmdb.identify.partition import partition
from cmdb.identify.rules import Tier
from cmdb.identify.sighting import Decisions, Identifier, Sighting
from cmdb.observation.claims import claims_of
from cmdb.observation.document import decode
from cmdb.reconcile.content import Content
from cmdb.reconcile.overlay import overlay
from cmdb.usecases.evidence import RULES, reading_of, root_of, sightings_of
from tests.support.hosts import START, encoded, host
from tests.support.require import require

MINUTE = 60_000
UUID = "4c4c4544-0031-3510-8052-b4c04f4a4832"
SWAPPED = "44454c4c-3100-1035-8052-b4c04f4a4832"


def ssh(number: int, **more: Any) -> dict[str, Any]:
    """What the collector reads over SSH on host `number`, which has no agent id."""
    document = host(number, agent=f"ssh-{number}", agent_id=None, ssh_host_keys=[f"SHA256:{number}"], **more)
    document["source"] |= {"kind": "ssh", "name": "cmdb-collect", "instance": "collector"}
    document["scope"] = {"kind": "target", "key": f"ssh-{number}", "domain": "default"}
    return document


def snmp(number: int, *, target: str | None = None, ci_type: str = "Server", vendor: str | None = "Acme",
         booted_at: int = START - 999_000, **more: Any) -> dict[str, Any]:  # fmt: skip
    """What the collector reads over SNMP of host `number`: neither agent id nor machine-id nor boot id."""
    target = target or f"snmp-{number}"
    document = host(number, agent=target, agent_id=None, machine_id=None, booted_at=booted_at, services=(),
                    **{"engine_id": f"80001f8804{number:012x}"} | more)  # fmt: skip
    document["source"] |= {"kind": "snmp", "name": "cmdb-collect", "instance": "collector"}
    document["scope"] = {"kind": "target", "key": target, "domain": "default"}
    document["items"][0] |= {"type": ci_type}
    document["items"][0]["attributes"] |= {"vendor": vendor} if vendor else {}
    del document["boot_id"]
    return document


def read(document: dict[str, Any], at: int | None = None, before: Sighting | None = None) -> Sighting:
    """The machine that a document is about, as a sighting; `before` is what its scope saw last."""
    claims = claims_of(decode(encoded(document)), at or document["observed_at"])
    content = overlay(Content(), claims, release_holds=False)
    known = {before.key: before} if before else {}
    found = sightings_of(claims, content, 0, known, before.last_seen_at if before else None)
    (root,) = (one for one in found if one.key.item == root_of(claims))
    return root


def divide(*documents: dict[str, Any]) -> Partition:
    return partition([read(document) for document in documents], Decisions(), RULES)


def together(found: Partition) -> list[list[str]]:
    """The kinds of source of each machine."""
    return sorted(sorted(key.scope.partition("|")[0] for key in cluster.members) for cluster in found.clusters)


BARE_METAL: dict[str, Any] = {"system_uuid": UUID}
VIRTUAL: dict[str, Any] = {"permanent_macs": [], "routed_macs": ["52:54:00:12:34:56"]}


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("evidence", [BARE_METAL, VIRTUAL], ids=["hardware", "a VM with one local MAC"])
def test_agent_ssh_and_snmp_of_one_host_are_one_in_every_order(evidence: dict[str, Any], order: Sequence[int]) -> None:
    over_snmp = {kind: value for kind, value in evidence.items() if kind != "system_uuid"}
    makers = (
        lambda at: host(1, at=at, ssh_host_keys=["SHA256:1"], **evidence),
        lambda at: ssh(1, at=at, **evidence),
        lambda at: snmp(1, at=at, **over_snmp),
    )
    documents = [makers[which](START + place * MINUTE) for place, which in enumerate(order)]
    found = divide(*documents)
    assert together(found) == [["agent", "snmp", "ssh"]]
    assert not found.set_aside
    assert found.clusters[0].id == ci_id(read(documents[0]).key)


def test_a_vm_known_by_one_local_mac_is_corroborated_by_its_name_and_address() -> None:
    (cluster,) = divide(host(1, **VIRTUAL), snmp(1, **VIRTUAL)).clusters
    (proof,) = cluster.proofs
    assert proof.tier is Tier.CORROBORATED
    assert proof.identifiers == (Identifier("routed_macs", "52:54:00:12:34:56"),)
    assert (proof.name, [found.address for found in proof.addresses]) == ("web-1", ["10.0.0.1"])
    assert together(divide(host(1, **VIRTUAL), snmp(1, name="other", **VIRTUAL))) == [["agent"], ["snmp"]]


def test_a_virtual_machine_seen_by_its_hypervisor_under_a_byte_swapped_uuid_is_one() -> None:
    listed = ssh(1, system_uuid=SWAPPED, machine_id=None, permanent_macs=None)
    listed["source"]["kind"] = "hypervisor"
    assert together(divide(host(1, system_uuid=UUID), listed)) == [["agent", "hypervisor"]]


def test_pairs_of_uuids_from_the_field_are_one_machine_placeholders_none_and_shared_ones_two() -> None:
    vectors = json.loads((require("corpora") / "uuid-vectors" / "vectors.json").read_text())
    counted = dict.fromkeys(("pairs", "placeholders", "shared"), 0)
    for vector in vectors:
        bare: dict[str, Any] = {"machine_id": None, "permanent_macs": None}
        if vector.get("same_machine"):
            one, other = host(1, system_uuid=vector["a"], **bare), ssh(2, system_uuid=vector["b"], **bare)
            counted["pairs"] += together(divide(one, other)) == [["agent", "ssh"]]
        elif "placeholder" in vector:
            claimed = {one.kind for one in read(host(1, system_uuid=vector["placeholder"])).identifiers}
            counted["placeholders"] += "system_uuid" not in claimed
        else:
            shared = vector["duplicated_on_two_real_machines"]
            found = divide(host(1, system_uuid=shared), host(2, system_uuid=shared))
            counted["shared"] += together(found) == [["agent"], ["agent"]]
    assert counted == {"pairs": 7, "placeholders": 7, "shared": 2}


SWITCH: dict[str, Any] = {"ci_type": "NetworkDevice", "name": "core"}


def stack(number: int, *serials: str, **more: Any) -> dict[str, Any]:
    """A stack that its first member leads; each member brings its own ports."""
    macs = [f"00:1b:21:{serial.encode().hex()[:2]}:00:{port:02x}" for serial in serials for port in (1, 2)]
    return snmp(number, chassis_serials=list(serials), base_macs=[macs[0]], permanent_macs=macs, **SWITCH | more)


def test_a_stack_member_that_moved_to_another_stack_leaves_two_stacks() -> None:
    before = divide(stack(1, "A1111", "B2222", "C3333"), stack(2, "D4444"))
    after = divide(stack(1, "A1111", "C3333"), stack(2, "D4444", "B2222"))
    assert together(before) == together(after) == [["snmp"], ["snmp"]]
    assert {cluster.id for cluster in before.clusters} == {cluster.id for cluster in after.clusters}
    assert not after.set_aside


def test_a_stack_under_another_master_is_the_same_device_though_its_base_mac_changed() -> None:
    one, other = stack(1, "A1111", "B2222"), stack(1, "B2222", "A1111", target="second-address")
    assert read(one).identifiers != read(other).identifiers
    assert together(divide(one, other)) == [["snmp", "snmp"]]


def test_base_macs_of_two_devices_that_name_no_chassis_contradict() -> None:
    shared = {"permanent_macs": None, "system_serial": "SN0001", **SWITCH}
    one = snmp(1, base_macs=["00:1b:21:00:00:01"], **shared)
    other = snmp(2, base_macs=["00:1b:21:00:00:02"], **shared)
    found = divide(one, other)
    assert together(found) == [["snmp"], ["snmp"]]
    assert [identifier.kind for identifier in found.set_aside] == ["system_serial"]


def test_a_high_availability_pair_with_one_engine_id_is_two_devices() -> None:
    pair = [snmp(number, engine_id="80001f8804c0ffee00c0ffee", address="10.0.0.1", **SWITCH) for number in (1, 2)]
    assert together(divide(*pair)) == [["snmp"], ["snmp"]]


def test_a_virtual_high_availability_pair_with_one_engine_id_name_and_address_is_told_apart_by_its_macs() -> None:
    one, other = (
        snmp(number, engine_id="80001f8804c0ffee00c0ffee", address="10.0.0.1", permanent_macs=None,
             routed_macs=[f"52:54:00:00:00:{number:02x}"], **SWITCH)
        for number in (1, 2)
    )  # fmt: skip
    assert together(divide(one, other)) == [["snmp"], ["snmp"]]


def test_two_devices_behind_one_virtual_address_are_two_and_each_keeps_its_epoch_there() -> None:
    virtual = [snmp(number, target="virtual", address="10.0.0.100", **SWITCH) for number in (1, 2)]
    epochs: list[Epoch] = []
    chosen: list[int | None] = []
    for document in [*virtual, *virtual]:
        claims = claims_of(decode(encoded(document)), START)
        reading = reading_of(claims, "host")
        choice = choose_epoch(epochs, reading, RULES)
        chosen.append(choice.number)
        if choice.is_new:
            epochs.append(Epoch(choice.number or 0, reading))
    assert chosen == [0, 1, 0, 1]
    first, second = (read(document) for document in virtual)
    second = replace(second, key=second.key._replace(epoch=1))
    each = [read(snmp(number, **SWITCH)) for number in (1, 2)]
    found = partition([first, second, *each], Decisions(), RULES)
    members = [sorted((key.scope.rpartition("|")[2], key.epoch) for key in one.members) for one in found.clusters]
    assert sorted(members) == [[("snmp-1", 0), ("virtual", 0)], [("snmp-2", 0), ("virtual", 1)]]


def test_the_virtual_router_mac_that_two_routers_answer_with_is_no_evidence() -> None:
    vrrp = {"routed_macs": ["00:00:5e:00:01:0a"], "permanent_macs": None, **SWITCH}
    one, other = snmp(1, system_serial="SN0001", **vrrp), snmp(2, system_serial="SN0002", **vrrp)
    assert together(divide(one, other)) == [["snmp"], ["snmp"]]


def test_ports_that_snmp_read_completely_and_an_agent_has_none_of_are_another_machine() -> None:
    shared: dict[str, Any] = {"system_serial": "SN0001"}
    agent = host(1, **shared)
    agent["items"][0]["attributes"]["vendor"] = "Acme"
    assert together(divide(agent, snmp(2, name="web-1", address="10.0.0.1", **shared))) == [["agent"], ["snmp"]]
    partial = snmp(2, name="web-1", address="10.0.0.1", sections={"network": "partial"}, **shared)
    assert together(divide(agent, partial)) == [["agent", "snmp"]]


def test_a_serial_number_counts_within_its_vendor() -> None:
    bare: dict[str, Any] = {"system_serial": "SN0001", "permanent_macs": None, "ci_type": "NetworkDevice"}
    assert together(divide(snmp(1, **bare), snmp(2, **bare))) == [["snmp", "snmp"]]
    assert together(divide(snmp(1, **bare), snmp(2, vendor="Other", **bare))) == [["snmp"], ["snmp"]]


def test_a_named_target_that_tells_nothing_to_know_it_by_is_a_device_and_others_like_it_are_others() -> None:
    bare: dict[str, Any] = {"engine_id": None, "permanent_macs": None, "name": "sensor", "ci_type": "NetworkDevice"}
    found = divide(snmp(1, **bare), snmp(2, **bare))
    assert together(found) == [["snmp"], ["snmp"]]
    assert not found.held
    nameless = host(3, agent_id=None, machine_id=None, permanent_macs=None)
    assert divide(nameless).held
    # The day it tells something, it is the same thing still.
    same = divide(snmp(1, **bare | {"system_serial": "SN0001"}), snmp(2, **bare))
    assert {one.id for one in same.clusters} == {one.id for one in found.clusters}


def test_a_device_that_booted_since_the_last_reading_began_another_life() -> None:
    first = read(snmp(1))
    still_up = read(snmp(1, at=START + MINUTE), before=first)
    assert [(life.from_at, life.to_at) for life in still_up.lives] == [(START - 999_000, START + MINUTE)]
    rebooted = read(snmp(1, at=START + 3 * MINUTE, booted_at=START + 2 * MINUTE), before=still_up)
    assert [(life.from_at, life.to_at) for life in rebooted.lives] == [
        (START - 999_000, START + MINUTE),
        (START + 2 * MINUTE, START + 3 * MINUTE),
    ]
