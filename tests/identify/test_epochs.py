"""Which thing stands under a key, document after document."""

from __future__ import annotations

import pytest

from cmdb.identify.epochs import Epoch, Reading, choose_epoch, find_renewals, replaces
from cmdb.identify.sighting import Identifier
from tests.support.identity import DAY, HOUR, RULES, identifiers, sighting


class Key:
    """The epochs under one key, kept from document to document as the ingest keeps them."""

    def __init__(self) -> None:
        self.epochs: dict[int, Epoch] = {}
        self.clock = 0

    def read(self, text: str, *, complete: bool = True, reboot: bool = True) -> int | None:
        self.clock += HOUR if reboot else 0
        kinds = frozenset(RULES.kinds) if complete else frozenset[str]()
        reading = Reading(identifiers(text), kinds, booted_at=self.clock, boot_id=f"boot {self.clock}")
        choice = choose_epoch(list(self.epochs.values()), reading, RULES)
        if choice.number is not None:
            known = self.epochs.get(choice.number)
            kept = known.last.identifiers if known else frozenset[Identifier]()
            read = {one.kind for one in reading.identifiers}
            claims = reading.identifiers | {one for one in kept if one.kind not in read}
            last = Reading(claims, kinds, booted_at=self.clock, boot_id=reading.boot_id)
            self.epochs[choice.number] = Epoch(choice.number, last, choice.former_macs, choice.is_swap_refuted)
            assert choice.is_new == (known is None)
        return choice.number


def read_all(*texts: str) -> list[int | None]:
    key = Key()
    return [key.read(text) for text in texts]


def test_the_same_hardware_is_one_epoch() -> None:
    assert read_all("agent:a uuid:u1 mac:m1", "agent:a uuid:u1 mac:m1") == [0, 0]


def test_a_run_without_root_after_one_with_is_the_same_epoch() -> None:
    assert read_all("agent:a uuid:u1 mac:m1", "agent:a mac:m1", "agent:a", "agent:a uuid:u1 mac:m1") == [0] * 4


def test_hardware_that_is_first_read_later_belongs_to_the_only_epoch() -> None:
    assert read_all("agent:a", "agent:a uuid:u1") == [0, 0]


def test_an_agent_state_copied_to_another_machine_is_a_second_epoch_and_both_keep_theirs() -> None:
    one, two = "agent:a uuid:u1 mac:m1", "agent:a uuid:u2 mac:m2"
    assert read_all(one, two, one, two) == [0, 1, 0, 1]


def test_a_reading_without_hardware_is_held_where_two_things_stand_under_the_key() -> None:
    assert read_all("agent:a uuid:u1", "agent:a uuid:u2", "agent:a") == [0, 1, None]


def test_a_device_swapped_under_its_address_is_another_epoch() -> None:
    assert read_all("chassis:S1 base:b1", "chassis:S2 base:b2") == [0, 1]


def test_a_stack_that_changes_a_member_is_the_same_epoch() -> None:
    assert read_all("chassis:S1 chassis:S2", "chassis:S2 chassis:S3") == [0, 0]


def test_a_replaced_network_card_in_a_machine_with_a_uuid_is_the_same_epoch() -> None:
    assert read_all("agent:a uuid:u1 mac:m1", "agent:a uuid:u1 mac:m2", "agent:a uuid:u1 mac:m2") == [0, 0, 0]


def test_one_of_two_replaced_network_cards_is_no_change_of_epoch() -> None:
    assert read_all("agent:a mac:m1 mac:m2", "agent:a mac:m2 mac:m3") == [0, 0]


@pytest.mark.parametrize("kind", ["mac", "local"])
def test_a_replaced_card_in_a_machine_known_by_mac_alone_takes_the_same_agent_image_and_a_later_boot(
    kind: str,
) -> None:
    before = f"agent:a machine:i {kind}:m1"
    assert read_all(before, f"agent:a machine:i {kind}:m2") == [0, 0]
    assert read_all(before, f"agent:a machine:other {kind}:m2") == [0, 1]
    assert read_all(f"machine:i {kind}:m1", f"machine:i {kind}:m2") == [0, 1]
    key = Key()
    key.read(before)
    assert key.read(f"agent:a machine:i {kind}:m2", reboot=False) == 1


@pytest.mark.parametrize("shared", ["machine:i", "uuid:u1"])
def test_a_clone_started_while_the_original_is_off_is_told_apart_when_the_original_returns(shared: str) -> None:
    original, clone = f"agent:a {shared} mac:m1", f"agent:a {shared} mac:m2"
    assert read_all(original, clone, original, clone, original) == [0, 0, 0, 1, 0]


def test_macs_that_were_not_read_completely_prove_no_other_machine() -> None:
    key = Key()
    assert key.read("mac:m1", complete=False) == 0
    assert key.read("mac:m2", complete=False) == 0


def test_software_macs_come_and_go_without_a_new_epoch_where_other_hardware_is_known() -> None:
    assert read_all("agent:a uuid:u1 local:l1", "agent:a uuid:u1 local:l2", "agent:a uuid:u1 local:l1") == [0] * 3


def test_the_junior_of_two_epochs_alive_has_to_enrol_again() -> None:
    elder = sighting("a", "agent:a uuid:u1", lives=[(0, HOUR), (5 * HOUR, DAY)])
    junior = sighting("a", "agent:a uuid:u2", epoch=1, lives=[(2 * HOUR, 3 * HOUR)])
    assert find_renewals([junior, elder]) == {junior.key}


def test_the_successor_of_a_dead_machine_keeps_its_agent_id() -> None:
    dead = sighting("a", "agent:a uuid:u1", lives=[(0, HOUR)])
    successor = sighting("a", "agent:a uuid:u2", epoch=1, lives=[(2 * HOUR, DAY)])
    assert not find_renewals([dead, successor])


def test_a_new_epoch_under_the_same_name_and_address_replaces_the_old_one() -> None:
    where = {"name": "sw1", "addresses": "default/10.0.0.1", "source": "snmp"}
    old = sighting("sw", "chassis:S1", lives=[(0, HOUR)], **where)
    new = sighting("sw", "chassis:S2", epoch=1, lives=[(2 * HOUR, DAY)], **where)
    assert replaces(new, old)
    assert not replaces(old, new)
    assert not replaces(sighting("sw", epoch=1, lives=[(2 * HOUR, DAY)], name="sw2"), old)
