"""A targets file is checked as a whole: what can be used, and what is wrong with the rest, without showing secrets."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from cmdb_collectors.credentials import Community, Login, UsmUser
from cmdb_collectors.errors import ConfigurationError
from cmdb_collectors.keyring import opened, unavailable
from cmdb_collectors.plan import Plan, load, plan
from cmdb_collectors.targets import Target, Timing, endpoint

WHOLE = """
[collector]
name = "edge-1"
domain = "site-1"
server = "https://cmdb.example.net"
interval = 600

[credentials.core]
kind = "snmp-v3"
user = "cmdb"
auth_protocol = "SHA256"
auth_password = { env = "CORE_AUTH" }
priv_protocol = "AES"
priv_password = { env = "CORE_PRIV" }

[credentials.old]
kind = "snmp-v2c"
community = { env = "OLD" }

[credentials.linux]
kind = "ssh"
user = "discovery"
private_key = { env = "KEY" }

[groups.switches]
kind = "snmp"
credentials = ["core", "old"]
timeout = 1.5
retries = 1
budget = 60

[groups.hosts]
kind = "ssh"
credentials = ["linux"]
known_hosts = "/etc/cmdb/known_hosts"
interval = 300

[[targets]]
name = "sw1"
address = "10.0.0.1"
group = "switches"

[[targets]]
name = "sw1-again"
address = "10.0.0.1"
group = "switches"
credentials = ["old"]
port = 1161
domain = "site-2"

[[targets]]
address = "fd00::1"
group = "hosts"
"""
SECRETS = {"CORE_AUTH": "auth-hush", "CORE_PRIV": "priv-hush", "OLD": "public-hush", "KEY": "key-hush"}


def of(text: str) -> Plan:
    return plan(tomllib.loads(text))


def test_targets_take_what_their_group_says_and_override_it() -> None:
    found = of(WHOLE)
    assert found.wrong == ()
    timing = Timing(1.5, 1, 60)
    assert found.targets == (
        Target("sw1", "snmp", "10.0.0.1", 161, ("core", "old"), "site-1", 600, timing),
        Target("sw1-again", "snmp", "10.0.0.1", 1161, ("old",), "site-2", 600, timing),
        Target("fd00::1:22", "ssh", "fd00::1", 22, ("linux",), "site-1", 300, Timing(), "/etc/cmdb/known_hosts"),
    )
    assert found.groups == {"switches": ("core", "old"), "hosts": ("linux",)}


def test_credentials_are_opened_from_where_their_secrets_are() -> None:
    keyring = opened(of(WHOLE).recipes.values(), SECRETS)
    assert keyring.snmp("core") == UsmUser(
        user="cmdb", auth_protocol="SHA256", auth_password="auth-hush", priv_protocol="AES", priv_password="priv-hush"
    )
    assert keyring.snmp("old") == Community(community="public-hush")
    assert keyring.ssh("linux") == Login(user="discovery", private_key="key-hush")
    assert "hush" not in repr(keyring)


def test_every_secret_that_is_missing_is_said_at_once() -> None:
    with pytest.raises(ConfigurationError) as refused:
        opened(of(WHOLE).recipes.values(), {"KEY": "key-hush"})
    assert refused.value.reasons == (
        "credentials.core: the variable CORE_AUTH is not set, or is empty",
        "credentials.old: the variable OLD is not set, or is empty",
    )
    assert set(unavailable(of(WHOLE).recipes.values(), {"KEY": "key-hush"})) == {"core", "old"}


def test_a_short_password_of_version_3_is_refused_without_showing_it() -> None:
    with pytest.raises(ConfigurationError, match="priv_password is shorter than the 8 characters") as refused:
        opened(of(WHOLE).recipes.values(), SECRETS | {"CORE_PRIV": "hush"})
    assert "hush" not in str(refused.value)


COMMUNITY = '[credentials.a]\nkind = "snmp-v2c"\ncommunity = { env = "A" }\n'
SSH = '[credentials.s]\nkind = "ssh"\nuser = "u"\npassword = { env = "A" }\n'
TARGET = '[[targets]]\nname = "t"\naddress = "10.0.0.1"\nkind = "snmp"\ncredentials = ["a"]\n'


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('[credentials.a]\nkind = "snmp-v2c"\ncommunity = "hush"', "credentials.a: no secret stands in this file"),
        ('[credentials.a]\nkind = "ssh"\nuser = "u"\npassword = "hush"', "credentials.a: no secret stands in this"),
        ('[credentials.a]\nkind = "snmp-v2c"\ncommunity = { file = "a", env = "hush" }', "`community` is one of"),
        ('[credentials.a]\nkind = "snmp-v2c"', "credentials.a: `community` is missing"),
        ('[credentials.a]\nkind = "telnet"', "credentials.a: `kind` is 'telnet': it is one of snmp-v1, snmp-v2c"),
        ('[credentials.a]\nkind = "ssh"\nuser = "u"', "a login needs `private_key` or `password`"),
        ('[credentials.a]\nkind = "snmp-v3"\nuser = "u"\nauth_protocol = "SHA"', "`auth_password` go together"),
        ('[credentials.a]\nkind = "snmp-v3"\nuser = "u"\npriv_protocol = "AES"\npriv_password = { env = "A" }',
         "privacy needs authentication"),
        ('[groups.g]\nkind = "snmp"\ncommunity = "hush"', "groups.g: `community` does not belong here"),
        (COMMUNITY + '[groups.g]\nkind = "ssh"\ncredentials = ["a"]', "groups.g: [credentials.a] is snmp-v2c"),
        (COMMUNITY + TARGET + 'password = "hush"', "targets.t: `password` does not belong here"),
        (COMMUNITY + TARGET + 'colour = "hush"', "targets.t: there is no `colour` here; known are address"),
        (COMMUNITY + TARGET + TARGET, "targets.t: two targets have this name"),
        (COMMUNITY + TARGET.replace("10.0.0.1", "10.0.0.1:161"), "`address` is '10.0.0.1:161'"),
        (COMMUNITY + TARGET.replace("10.0.0.1", "a b"), "`address` is 'a b'"),
        (COMMUNITY + TARGET.replace('"t"', '"a|b"'), "`name` is 'a|b'"),
        (COMMUNITY + TARGET + 'group = "none"', "targets.t: there is no group 'none'; there are none"),
        (COMMUNITY + TARGET.replace('["a"]', '["b"]'), "there is no [credentials.b]"),
        (COMMUNITY + TARGET.replace('["a"]', '["a", "a", "a", "a"]'), "4 credentials are too many"),
        (COMMUNITY + TARGET + "port = 0", "`port` must be a whole number from 1 to 65535"),
        (COMMUNITY + TARGET + "interval = 5", "`interval` must be a whole number from 10 to 86400"),
        (COMMUNITY + TARGET + "timeout = true", "`timeout` must be a number from 0.1 to 300"),
        (SSH + TARGET.replace("snmp", "ssh").replace('"a"', '"s"'), "`known_hosts` is missing"),
        ("[[targets]]\n", "targets[1]: `address` is missing"),
        ("targets = 3", "write each target as [[targets]]"),
        ("groups = 3", "groups: a table is needed"),
        ("[collectors]", "there is no `collectors` in a targets file"),
        ('[collector]\nserver = ""', "collector: `server` must be a text that is not empty"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_said_with_its_place_and_never_with_a_secret(text: str, reason: str) -> None:
    wrong = of(text).wrong
    assert [line for line in wrong if reason in line], wrong
    assert not [line for line in wrong if "hush" in line]


def test_a_fault_of_a_group_is_said_once_and_its_targets_say_where_to_look() -> None:
    group = '[groups.g]\nkind = "snmp"\ncredentials = ["a"]\nport = "x"\n'
    member = '[[targets]]\nname = "t"\naddress = "10.0.0.1"\ngroup = "g"\n'
    found = of(COMMUNITY + group + member + TARGET.replace('"t"', '"u"'))
    assert found.wrong == (
        "groups.g: `port` must be a whole number from 1 to 65535",
        "targets.t: what its group g says cannot be used, see above",
    )
    assert [target.name for target in found.targets] == ["u"]


def test_two_named_targets_may_share_an_address() -> None:
    assert len(of(COMMUNITY + TARGET + TARGET.replace('"t"', '"u"')).targets) == 2


def test_a_file_that_is_no_toml_or_not_there_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "targets.toml"
    with pytest.raises(ConfigurationError, match="No such file"):
        load(str(path))
    path.write_text("[collector\n")
    with pytest.raises(ConfigurationError, match=r"is no TOML: .*line 1"):
        load(str(path))
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigurationError, match="is no TOML"):
        load(str(path))


@pytest.mark.parametrize(
    ("text", "address", "port"),
    [
        ("10.0.0.1", "10.0.0.1", 161),
        ("sw1.example.net:1161", "sw1.example.net", 1161),
        ("fd00::1", "fd00::1", 161),
        ("[fd00::1]:1161", "fd00::1", 1161),
        ("[fe80::1%eth0]", "fe80::1%eth0", 161),
    ],
)
def test_an_address_may_have_a_port(text: str, address: str, port: int) -> None:
    assert endpoint(text, 161) == (address, port)


@pytest.mark.parametrize("text", ["", ":161", "host:", "host:0", "host:65536", "ho st", "[::1]:x", "-v", "a:b:c"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match="is no address"):
        endpoint(text, 161)
