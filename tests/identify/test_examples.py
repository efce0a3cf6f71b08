"""The cases that every inventory gets wrong, one test each."""

from __future__ import annotations

import pytest

from cmdb.identify.outcome import AsideReason, ClashReason, ci_id
from cmdb.identify.rules import Tier
from cmdb.identify.sighting import Decisions, Identifier, SightingKey
from tests.support.identity import DAY, HOUR, MINUTE, RULES, divide, scopes, sighting


def one(*names: str) -> set[frozenset[str]]:
    return {frozenset(names)}


def apart(*names: str) -> set[frozenset[str]]:
    return {frozenset({name}) for name in names}


def test_the_same_host_name_on_two_machines_does_not_merge_them() -> None:
    found = divide(
        sighting("a", "agent:a mac:m1", name="web-1.example.org", addresses="default/10.0.0.5"),
        sighting("b", "agent:b mac:m2", name="web-1.example.org", addresses="default/10.0.0.6"),
    )
    assert scopes(found) == apart("a", "b")
    assert not found.set_aside


def test_a_cloned_disk_does_not_merge_two_machines() -> None:
    found = divide(
        sighting("a", "agent:a uuid:u1 mac:m1 machine:i key:k"),
        sighting("b", "agent:b uuid:u2 mac:m2 machine:i key:k"),
    )
    assert scopes(found) == apart("a", "b")
    aside = found.set_aside[Identifier("machine_id", "i")]
    assert (aside.tier, aside.reason) == (Tier.MEDIUM, AsideReason.DIRECT)
    assert aside.witness == (SightingKey("a", "host", 0), SightingKey("b", "host", 0))
    assert aside.clash is not None
    assert aside.clash.reason is ClashReason.EXCLUSIVE


def test_template_clones_read_by_ssh_only_stay_apart_though_they_were_never_read_at_one_time() -> None:
    found = divide(
        sighting("a", "local:52:54:00:00:00:01 machine:i key:k", source="ssh", lives=[(0, 0)]),
        sighting("b", "local:52:54:00:00:00:02 machine:i key:k", source="ssh", lives=[(HOUR, HOUR)]),
    )
    assert scopes(found) == apart("a", "b")


def test_a_board_with_a_shared_uuid_does_not_merge_two_machines() -> None:
    found = divide(
        sighting("a", "agent:a uuid:03000200 mac:m1 machine:i1"),
        sighting("b", "agent:b uuid:03000200 mac:m2 machine:i2"),
    )
    assert scopes(found) == apart("a", "b")
    assert set(found.set_aside) == {Identifier("system_uuid", "03000200")}


def test_a_board_with_a_shared_uuid_is_told_from_another_by_its_serial_number_read_without_agents() -> None:
    found = divide(
        sighting("a", "uuid:u serial:vendor|1", source="ssh"),
        sighting("b", "uuid:u serial:vendor|2", source="ssh"),
    )
    assert scopes(found) == apart("a", "b")
    clash = found.set_aside[Identifier("system_uuid", "u")].clash
    assert clash is not None
    assert (clash.reason, clash.kind) == (ClashReason.CONTRADICTION, "system_serial")


def test_a_machine_without_any_valid_hardware_identifier_is_still_one_by_its_agent_id() -> None:
    found = divide(sighting("a", "agent:a"))
    assert scopes(found) == one("a")
    assert not found.held


def test_a_virtual_machine_is_one_for_its_hypervisor_and_its_agent() -> None:
    found = divide(
        sighting("hv1", "uuid:u1 mac:m1", source="hypervisor", item="vm-7", lives=[(HOUR, DAY)]),
        sighting("a", "agent:a uuid:u1 mac:m1 machine:i", lives=[(0, DAY)]),
    )
    assert scopes(found) == one("hv1", "a")
    (cluster,) = found.clusters
    assert cluster.id == ci_id(SightingKey("a", "host", 0))
    assert [(proof.tier, proof.identifiers, proof.since_at) for proof in cluster.proofs] == [
        (Tier.STRONG, (Identifier("permanent_macs", "m1"),), HOUR),
        (Tier.STRONG, (Identifier("system_uuid", "u1"),), HOUR),
    ]


def test_a_virtual_machine_that_moves_to_another_hypervisor_and_back_stays_one() -> None:
    found = divide(
        sighting("hv1", "uuid:u1", source="hypervisor", item="vm-7", lives=[(0, HOUR), (5 * HOUR, DAY)]),
        sighting("hv2", "uuid:u1", source="hypervisor", item="vm-9", lives=[(HOUR - MINUTE, 5 * HOUR)]),
    )
    assert scopes(found) == one("hv1", "hv2")


def test_two_virtual_machines_of_one_hypervisor_are_two_from_the_first_document_on() -> None:
    found = divide(
        sighting("hv1", "uuid:u1 mac:m1", source="hypervisor", item="vm-7", lives=[(0, 0)]),
        sighting("hv1", "uuid:u1 mac:m2", source="hypervisor", item="vm-8", lives=[(0, 0)]),
    )
    assert sorted(len(cluster.members) for cluster in found.clusters) == [1, 1]


def test_a_snapshot_revert_leaves_one_machine() -> None:
    found = divide(
        sighting("hv1", "uuid:u1", source="hypervisor", item="vm-7"),
        sighting("a", "agent:a uuid:u1 mac:m1", lives=[(0, 2 * HOUR, "b1"), (HOUR, 5 * HOUR, "b1")]),
    )
    assert scopes(found) == one("hv1", "a")


def test_dual_boot_is_one_machine_with_two_agents() -> None:
    found = divide(
        sighting("linux", "agent:a uuid:u1 mac:m1 machine:i1", lives=[(0, HOUR), (3 * HOUR, 4 * HOUR)]),
        sighting("windows", "agent:b uuid:u1 mac:m1", lives=[(HOUR + MINUTE, 2 * HOUR), (5 * HOUR, DAY)]),
    )
    assert scopes(found) == one("linux", "windows")


def test_a_machine_with_a_replaced_network_card_stays_one_with_its_hypervisor() -> None:
    found = divide(
        sighting("a", "agent:a uuid:u1 mac:new"),
        sighting("hv1", "uuid:u1 mac:old", source="hypervisor", item="vm-7", complete=False),
    )
    assert scopes(found) == one("a", "hv1")


def test_a_renamed_machine_stays_one() -> None:
    found = divide(
        sighting("a", "agent:a mac:m1", name="after"),
        sighting("ssh", "mac:m1", source="ssh", name="before"),
    )
    assert scopes(found) == one("a", "ssh")


def test_an_address_handed_to_another_machine_does_not_merge_the_two() -> None:
    found = divide(
        sighting("a", "machine:i1", source="ssh", name="pc", addresses="default/10.0.0.5", lives=[(0, HOUR)]),
        sighting("b", "agent:b mac:m2 machine:i2", name="pc", addresses="default/10.0.0.5"),
    )
    assert scopes(found) == apart("a", "b")


def test_one_address_in_two_domains_does_not_corroborate() -> None:
    a = sighting("a", "agent:a mac:m1 key:k", name="web-1", addresses="site-a/10.0.0.5")
    same = sighting("b", "key:k", source="ssh", name="web-1", addresses="site-a/10.0.0.5")
    other = sighting("c", "key:k", source="ssh", name="web-1", addresses="site-b/10.0.0.5")
    assert scopes(divide(a, same)) == one("a", "b")
    assert scopes(divide(a, other)) == apart("a", "c")


def test_a_host_key_with_name_and_address_corroborates_unless_the_domains_of_the_names_differ() -> None:
    a = sighting("a", "agent:a mac:m1 key:k", name="web-1.one.example", addresses="default/10.0.0.5")
    short = sighting("b", "key:k", source="ssh", name="web-1", addresses="default/10.0.0.5")
    other = sighting("c", "key:k", source="ssh", name="web-1.two.example", addresses="default/10.0.0.5")
    (cluster,) = divide(a, short).clusters
    (proof,) = cluster.proofs
    assert (proof.tier, proof.identifiers) == (Tier.CORROBORATED, (Identifier("ssh_host_keys", "k"),))
    assert (proof.name, [found.address for found in proof.addresses]) == ("web-1", ["10.0.0.5"])
    assert scopes(divide(a, other)) == apart("a", "c")


@pytest.mark.parametrize("evidence", ["uuid:u1 mac:m1 machine:i", "local:52:54:00:00:00:01 machine:i"])
def test_agent_and_ssh_of_one_host_are_one_also_with_one_locally_administered_mac(evidence: str) -> None:
    found = divide(
        sighting("a", "agent:a " + evidence, born=0), sighting("ssh", evidence + " key:k", source="ssh", born=5)
    )
    assert scopes(found) == one("a", "ssh")


@pytest.mark.parametrize("evidence", ["uuid:u1 mac:m1 machine:i", "local:52:54:00:00:00:01 machine:i"])
def test_two_agents_on_one_host_are_one_machine(evidence: str) -> None:
    a = sighting("a", "agent:a " + evidence, lives=[(0, HOUR, "b1"), (2 * HOUR, DAY, "b2")])
    b = sighting("b", "agent:b " + evidence, lives=[(0, HOUR, "b1")])
    found = divide(a, b)
    assert scopes(found) == one("a", "b")
    assert found.clusters[0].proofs[0].tier is Tier.BOOT
    assert not found.set_aside


def test_two_agents_in_one_boot_of_different_hardware_are_two_machines_from_one_memory_snapshot() -> None:
    found = divide(
        sighting("a", "agent:a uuid:u1 mac:m1 machine:i", lives=[(0, DAY, "b1")]),
        sighting("b", "agent:b uuid:u2 mac:m2 machine:i", lives=[(0, DAY, "b1")]),
    )
    assert scopes(found) == apart("a", "b")


def test_one_boot_binds_nobody_where_it_would_bind_hardware_that_contradicts() -> None:
    boot = [(0, DAY, "b1")]
    found = divide(
        sighting("a", "agent:a uuid:u1 mac:m1 mac:m2 mac:m3", lives=boot),
        sighting("between", "mac:m1 mac:m2 mac:m3 mac:m4", source="ssh", lives=boot),
        sighting("b", "agent:b uuid:u2 mac:m2 mac:m3 mac:m4", lives=boot),
    )
    assert scopes(found) == apart("a", "b")
    assert set(found.held) == {SightingKey("between", "host", 0)}


def test_one_boot_does_not_bind_what_a_person_separated() -> None:
    a = sighting("a", "agent:a uuid:u1 mac:m1", lives=[(0, DAY, "b1")])
    b = sighting("b", "agent:b uuid:u1 mac:m1", lives=[(0, DAY, "b1")])
    assert scopes(divide(a, b)) == one("a", "b")
    assert scopes(divide(a, b, decisions=Decisions.of(cannot=[(a.key, b.key)]))) == apart("a", "b")


def test_a_machine_imaged_anew_with_a_new_agent_id_stays_one_and_its_former_agent_is_superseded() -> None:
    found = divide(
        sighting("old", "agent:a uuid:u1 mac:m1 machine:i1", lives=[(0, HOUR)]),
        sighting("new", "agent:b uuid:u1 mac:m1 machine:i2", lives=[(2 * HOUR, DAY)]),
    )
    assert scopes(found) == one("old", "new")
    assert found.clusters[0].id == ci_id(SightingKey("old", "host", 0))
    assert found.superseded == {SightingKey("old", "host", 0)}


def test_an_agent_state_copied_to_another_machine_makes_two_and_its_id_joins_neither() -> None:
    found = divide(
        sighting("a", "agent:a uuid:u1 mac:m1", epoch=0, lives=[(0, DAY)]),
        sighting("a", "agent:a uuid:u2 mac:m2", epoch=1, lives=[(HOUR, DAY)]),
    )
    assert [len(cluster.members) for cluster in found.clusters] == [1, 1]
    assert found.set_aside[Identifier("agent_id", "a")].reason is AsideReason.DIRECT


def test_a_copied_agent_is_another_machine_though_the_original_is_long_off() -> None:
    found = divide(
        sighting("a", "agent:a uuid:u1", epoch=0, lives=[(0, HOUR)]),
        sighting("a", "agent:a uuid:u2", epoch=1, lives=[(2 * HOUR, DAY)]),
    )
    assert [len(cluster.members) for cluster in found.clusters] == [1, 1]


def test_a_copied_agent_that_enrolled_again_is_one_with_what_it_was_before() -> None:
    found = divide(
        sighting("a", "agent:a uuid:u1 mac:m1", epoch=0, lives=[(0, DAY, "b1")]),
        sighting("a", "agent:a uuid:u2 mac:m2", epoch=1, lives=[(HOUR, 2 * HOUR, "b2")]),
        sighting("b", "agent:b uuid:u2 mac:m2", lives=[(HOUR, DAY, "b2")]),
    )
    members = sorted(tuple(key.scope for key in cluster.members) for cluster in found.clusters)
    assert members == [("a",), ("a", "b")]


def test_a_device_swapped_under_its_name_and_address_is_another_device() -> None:
    found = divide(
        sighting("sw", "chassis:S1 base:b1", source="snmp", epoch=0, name="sw1", addresses="default/10.0.0.1"),
        sighting(
            "sw", "chassis:S2 base:b2", source="snmp", epoch=1, name="sw1", addresses="default/10.0.0.1",
            lives=[(2 * DAY, 3 * DAY)],
        ),
    )  # fmt: skip
    assert [len(cluster.members) for cluster in found.clusters] == [1, 1]


def test_a_stack_that_lost_a_member_is_still_the_device_its_other_chassis_make() -> None:
    found = divide(
        sighting("a", "chassis:S1 chassis:S2 base:b1", source="snmp"),
        sighting("b", "chassis:S2 base:b2", source="snmp"),
    )
    assert scopes(found) == one("a", "b")


def test_a_pair_with_one_engine_id_stays_two() -> None:
    found = divide(
        sighting("a", "mac:m1 engine:e", source="snmp", name="fw", addresses="default/10.0.0.1"),
        sighting("b", "mac:m2 engine:e", source="snmp", name="fw", addresses="default/10.0.0.1"),
    )
    assert scopes(found) == apart("a", "b")


def test_two_containers_on_a_host_are_two_things_beside_it() -> None:
    docker = {"family": "container", "source": "docker", "lives": [(0, 0)]}
    found = divide(
        sighting("host", "agent:a uuid:u1 machine:i"),
        sighting("host", "container:c1", item="c1", **docker),
        sighting("host", "container:c2", item="c2", **docker),
    )
    assert [len(cluster.members) for cluster in found.clusters] == [1, 1, 1]


def test_an_agent_inside_a_container_does_not_merge_with_its_host() -> None:
    # They share the host's network namespace, so that they even read the host's cards.
    host = "uuid:u1 serial:v|1 mac:m1 local:l1 machine:i"
    found = divide(
        sighting("host", "agent:a " + host, lives=[(0, DAY, "b1")]),
        sighting("inner", "agent:b " + host, lives=[(0, DAY, "b1")], in_container=True),
        sighting("other", "agent:c " + host, lives=[(0, DAY, "b1")], in_container=True),
    )
    assert scopes(found) == apart("host", "inner", "other")
    assert not found.set_aside


def test_a_run_without_root_after_one_with_stays_one_with_what_root_had_joined() -> None:
    hypervisor = sighting("hv1", "uuid:u1 mac:m1", source="hypervisor", item="vm-7")
    assert scopes(divide(hypervisor, sighting("a", "agent:a uuid:u1 mac:m1"))) == one("hv1", "a")
    assert scopes(divide(hypervisor, sighting("a", "agent:a mac:m1"))) == one("hv1", "a")


def test_seniority_goes_by_when_the_server_says_it_was_not_by_a_clock_of_1970() -> None:
    # The agent's own clock stands nowhere in a sighting: its boot and its birth are the server's reckoning.
    late = sighting("1970", "agent:a uuid:u1", lives=[(DAY - HOUR, DAY)], born=DAY)
    early = sighting("ssh", "uuid:u1", source="ssh", lives=[(0, DAY)])
    assert divide(late, early).clusters[0].members[0].scope == "ssh"


def test_500_clones_of_one_image_are_500_machines_and_the_image_joins_none_of_them() -> None:
    clones = [sighting(f"s{n}", f"mac:m{n} machine:i key:k", source="ssh") for n in range(500)]
    found = divide(*clones)
    assert len(found.clusters) == 500
    assert {(one.reason, one.groups) for one in found.set_aside.values()} == {(AsideReason.CROWDED, 500)}


def test_60_addresses_of_one_router_are_one_router() -> None:
    ports = " ".join(f"mac:p{n}" for n in range(48))
    readings = [sighting(f"r{n}", f"chassis:S1 base:b1 {ports}", source="snmp") for n in range(60)]
    assert len(divide(*readings).clusters) == 1


def test_what_more_than_50_devices_call_their_base_mac_joins_none_of_them() -> None:
    found = divide(*(sighting(f"r{n}", f"base:b engine:e{n}", source="snmp") for n in range(51)))
    assert len(found.clusters) == 51
    assert found.set_aside[Identifier("base_macs", "b")].groups == 51


def test_one_medium_identifier_alone_joins_nothing() -> None:
    found = divide(sighting("a", "mac:m1 machine:i"), sighting("b", "machine:i", source="ssh"))
    assert scopes(found) == apart("a", "b")
    assert not found.set_aside


def test_two_host_keys_are_one_piece_of_evidence() -> None:
    keys = "key:ed25519 key:rsa"
    assert scopes(divide(sighting("a", keys, source="ssh"), sighting("b", keys, source="ssh"))) == apart("a", "b")
    two = keys + " machine:i"
    assert scopes(divide(sighting("a", two, source="ssh"), sighting("b", two, source="ssh"))) == one("a", "b")


def test_a_chain_between_two_agents_is_cut_and_what_hangs_on_one_side_only_stays_joined() -> None:
    found = divide(
        sighting("a", "agent:a mac:m1 uuid:u1"),
        sighting("near-a", "uuid:u1", source="ssh"),
        sighting("middle", "mac:m1 serial:v|9", source="snmp", complete=False),
        sighting("b", "agent:b serial:v|9"),
    )
    assert scopes(found) == {frozenset({"a", "near-a"}), frozenset({"b"})}
    assert set(found.held) == {SightingKey("middle", "host", 0)}
    assert {name.kind: one.reason for name, one in found.set_aside.items()} == {
        "permanent_macs": AsideReason.CHAIN,
        "system_serial": AsideReason.CHAIN,
    }


def test_a_sighting_left_with_nothing_is_held_and_says_what_it_lost() -> None:
    found = divide(
        sighting("a", "agent:a uuid:u mac:m1"),
        sighting("b", "agent:b uuid:u mac:m2"),
        sighting("c", "uuid:u", source="ssh"),
        sighting("d", source="ssh", name="web-1"),
    )
    assert scopes(found) == apart("a", "b")
    assert dict(found.held) == {
        SightingKey("c", "host", 0): (Identifier("system_uuid", "u"),),
        SightingKey("d", "host", 0): (),
    }


def test_a_baseboard_controller_is_not_its_host() -> None:
    found = divide(
        sighting("a", "serial:v|1", source="ssh"),
        sighting("bmc", "serial:v|1", source="snmp", family="controller"),
    )
    assert not found.clusters
    assert found.set_aside[Identifier("system_serial", "v|1")].reason is AsideReason.DIRECT


def test_what_a_person_joined_is_one_whatever_the_evidence_says() -> None:
    a = sighting("a", "agent:a uuid:u1 mac:m1")
    b = sighting("b", "agent:b uuid:u2 mac:m2")
    found = divide(a, b, decisions=Decisions.of(must=[(b.key, a.key)]))
    assert scopes(found) == one("a", "b")
    assert [proof.tier for proof in found.clusters[0].proofs] == [Tier.DECIDED]


def test_what_a_person_separated_is_two_whatever_the_evidence_says() -> None:
    a = sighting("a", "uuid:u1 mac:m1", source="ssh")
    b = sighting("b", "agent:b uuid:u1 mac:m1 machine:i")
    found = divide(a, b, decisions=Decisions.of(cannot=[(b.key, a.key)]))
    assert "b" in {key.scope for cluster in found.clusters for key in cluster.members}
    assert all(len(cluster.members) == 1 for cluster in found.clusters)


def test_two_different_sightings_with_one_key_are_refused() -> None:
    with pytest.raises(ValueError, match=r"a\|host\|0"):
        divide(sighting("a", "mac:m1"), sighting("a", "mac:m2"))


def test_keys_that_differ_differ_as_text_too() -> None:
    assert SightingKey("a|b", "c", 0).text != SightingKey("a", "b|c", 0).text
    assert SightingKey("a", "b|c", 0).text == "a|b%7Cc|0"


def test_an_id_depends_on_the_founding_key_alone() -> None:
    assert ci_id(SightingKey("agent|x", "host", 0)) == ci_id(SightingKey("agent|x", "host", 0))
    assert ci_id(SightingKey("agent|x", "host", 0)) != ci_id(SightingKey("agent|x", "host", 1))
    assert RULES.crowd == 50
