"""Which source is believed for which attribute."""

from __future__ import annotations

import pytest

from cmdb.model.preferences import PREFERENCES, Preference, believed, check, rank_of
from cmdb.model.sources import SOURCE_KINDS
from cmdb.model.types import CI_TYPES
from cmdb.model.vocabulary import ModelError

ATTRIBUTES = [(ci_type.label, attribute.name) for ci_type in CI_TYPES for attribute in ci_type.attributes]


def test_where_nothing_is_declared_the_rank_of_the_source_decides() -> None:
    assert believed("Server", "os_version") == ("agent", "ssh", "snmp", "import")
    assert believed("Server", "model") == ("agent", "ssh", "snmp", "import")
    assert believed("NetworkInterface", "speed_bits_per_second") == ("agent", "ssh", "snmp", "import")


@pytest.mark.parametrize(
    ("label", "attribute"),
    [
        ("NetworkDevice", "model"), ("NetworkDevice", "sys_descr"), ("Server", "sys_name"), ("Server", "forwards"),
        ("NetworkInterface", "if_index"), ("NetworkInterface", "vlan_ids"),
    ],
)  # fmt: skip
def test_what_snmp_alone_knows_at_first_hand_is_believed_before_a_login(label: str, attribute: str) -> None:
    assert believed(label, attribute) == ("snmp", "agent", "ssh", "import")


def test_no_two_sources_are_believed_alike() -> None:
    for label, attribute in ATTRIBUTES:
        assert len({rank_of(kind, label, attribute) for kind in SOURCE_KINDS}) == len(SOURCE_KINDS)


def test_every_preference_says_why() -> None:
    assert all(len(one.because) > 20 for one in PREFERENCES)


def preference(**changed: tuple[str, ...]) -> Preference:
    said = {"types": ("Server",), "attributes": ("model",), "first": ("snmp",)} | changed
    return Preference(types=said["types"], attributes=said["attributes"], first=said["first"], because="of a test")


@pytest.mark.parametrize(
    ("preferences", "about"),
    [
        ([preference(first=("rumour",))], "rumour"),
        ([preference(attributes=("colour",))], "Server.colour"),
        ([preference(types=("Toaster",))], "Toaster.model"),
        ([preference(), preference(first=("ssh",))], "Server.model"),
    ],
)
def test_a_preference_that_cannot_be_meant_is_refused(preferences: list[Preference], about: str) -> None:
    with pytest.raises(ModelError, match=about):
        check(preferences)
