"""What a change reads: not the hundreds of clones that share nothing but what is set aside."""

from __future__ import annotations

from cmdb.identify.outcome import AsideReason
from cmdb.identify.sighting import Identifier
from tests.support.identity import Estate, sighting


def test_a_change_to_one_of_300_clones_reads_none_of_the_others() -> None:
    estate = Estate()
    estate.take(*(sighting(f"s{n}", f"mac:m{n} machine:i key:k", source="ssh") for n in range(300)))
    estate.read = 0
    answer = estate.take(sighting("s7", "mac:m7 mac:m7b machine:i key:k", source="ssh"))
    assert [key.scope for key in answer.keys] == ["s7"]
    assert estate.read == 1
    assert not estate.differences()


def test_a_clone_more_and_a_clone_less_are_counted_without_reading_the_others() -> None:
    estate = Estate()
    image = Identifier("machine_id", "i")
    estate.take(*(sighting(f"s{n}", f"mac:m{n} machine:i", source="ssh") for n in range(300)))
    estate.read = 0
    estate.take(sighting("s300", "mac:m300 machine:i", source="ssh"))
    assert estate.aside[image].groups == 301
    estate.drop(sighting("s3").key)
    assert estate.aside[image].groups == 300
    assert estate.read == 1


def test_an_image_in_use_by_fifty_again_is_looked_at_again() -> None:
    estate = Estate()
    keys = [sighting(f"s{n}", f"mac:m{n} machine:i", source="ssh") for n in range(51)]
    estate.take(*keys)
    assert {one.reason for one in estate.aside.values()} == {AsideReason.CROWDED}
    estate.drop(keys[0].key)
    assert {one.reason for one in estate.aside.values()} == {AsideReason.DIRECT}
    assert not estate.differences()


def test_of_300_agents_with_one_copied_id_a_change_reads_the_witnesses_at_most() -> None:
    estate = Estate()
    estate.take(*(sighting("a", f"agent:a uuid:u{n} mac:m{n}", epoch=n) for n in range(300)))
    (aside,) = estate.aside.values()
    assert aside.witness is not None
    for number in (0, 1, 299):
        estate.read = 0
        estate.take(sighting("a", f"agent:a uuid:u{number} mac:other{number}", epoch=number))
        assert estate.read <= 2
        assert not estate.differences()


def test_when_a_witness_goes_another_is_found() -> None:
    estate = Estate()
    estate.take(*(sighting(f"s{n}", f"agent:a{n} uuid:u mac:m{n}") for n in range(4)))
    (aside,) = estate.aside.values()
    assert aside.witness is not None
    estate.drop(aside.witness[0])
    (second,) = estate.aside.values()
    assert second.witness is not None
    assert aside.witness[0] not in second.witness
    estate.drop(*second.witness)
    assert not estate.aside
    assert not estate.differences()
