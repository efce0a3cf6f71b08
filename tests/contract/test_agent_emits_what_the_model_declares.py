"""The agent and the core share no code: what the agent may say is pinned here against the model."""

import ast
import json
import re
from pathlib import Path

import pytest
from cmdb_agent.collect import Author, collect
from cmdb_agent.host import Host
from cmdb_agent.probes import PROBES, certificates, services
from cmdb_agent.processes.sampling import Sampler
from cmdb_agent.reading import READ, Reading
from cmdb_agent.wire.document import encode, with_age

from cmdb.model import verbs
from cmdb.model.sections import SECTION_NAMES
from cmdb.model.types import BY_LABEL
from cmdb.observation.claims import claims_of
from cmdb.observation.document import decode

AGENT = Path(__file__).parents[2] / "agents" / "cmdb_agent"
SNMP = AGENT.parents[1] / "collectors" / "cmdb_collectors" / "snmp"
SAID_BY_PEOPLE = {"is_network_root"}
NOW = 1_764_000_000_000


def says(folder, name):
    """Whether some module below the folder names an attribute or identifier, in quotes or as a keyword."""
    texts = (path.read_text() for path in sorted(folder.rglob("*.py")))
    return any(re.search(rf'"{name}"|\b{name}=', text) for text in texts)


def calls_of(name):
    """Every call of a method of this name in the probes, with its module."""
    for path in sorted((AGENT / "probes").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name:
                yield path.name, node


def added():
    """Type and attributes of everything that a probe adds, by a call of `add` or as a row written out."""
    for module, call in calls_of("add"):
        if call.keywords and isinstance(call.args[1], ast.Constant):
            yield module, call.args[1].value, {keyword.arg for keyword in call.keywords}
    for path in sorted((AGENT / "probes").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Dict) and all(isinstance(key, ast.Constant) for key in node.keys):
                row = {key.value: value for key, value in zip(node.keys, node.values, strict=True)}
                if {"type", "attributes"} <= row.keys():
                    yield path.name, row["type"].value, {key.value for key in row["attributes"].keys}


def test_every_type_and_attribute_that_a_probe_adds_is_declared():
    seen = set()
    for module, label, attributes in added():
        assert attributes <= set(BY_LABEL[label].by_name), f"{module} adds to {label}"
        seen.add(label)
    assert seen >= {"BlockDevice", "Filesystem", "NetworkInterface", "IPAddress", "Subnet", "SoftwareRelease",
                    "ServiceInstance", "Container", "Certificate"}  # fmt: skip


def test_every_attribute_that_a_probe_sets_on_the_machine_is_declared_for_its_section():
    server, seen = BY_LABEL["Server"].by_name, set()
    for module, call in calls_of("set"):
        for keyword in call.keywords:
            assert keyword.arg in server, f"{module} sets {keyword.arg} on the Server"
            assert server[keyword.arg].section == module.removesuffix(".py"), f"{module} sets {keyword.arg}"
            seen.add(keyword.arg)
    unfilled = {name for name in set(server) - seen - SAID_BY_PEOPLE if not says(SNMP, name)}
    assert unfilled == set(), "every declared attribute of a Server has a probe, or a reader over SNMP, that fills it"


def test_every_section_of_a_document_is_declared():
    assert {probe.section for probe in PROBES} | {"services", "connections", certificates.SECTION} == SECTION_NAMES


def test_every_identifier_of_a_machine_is_filled_by_a_probe():
    for label in ("Server", "Container"):
        for identifier in BY_LABEL[label].identified_by:
            filled = says(AGENT, identifier.kind) or says(SNMP, identifier.kind)
            assert filled, f"nothing fills {identifier.kind}"


def test_every_verb_that_a_probe_uses_is_declared():
    used = {call.args[0].value for _, call in calls_of("relate")} | {"CALLS"}
    assert used <= set(verbs.BY_NAME)


def document_of(host, readings):
    author = Author("0b7c1f2e-0000-4000-8000-000000000001", "default", 300)
    return collect(host, author, readings)


def taken(document):
    return claims_of(decode(with_age(encode(document), 1200, is_uncertain=False)), NOW)


@pytest.mark.live
def test_a_document_of_this_machine_is_taken_without_a_refusal():
    host = Host()
    sampler = Sampler(host)
    sampler.sample()
    document = document_of(host, lambda one: services.read(one, sampler, set()))
    claims = taken(document)
    assert claims.refusals == ()
    assert set(claims.items) == {item["key"] for item in document["items"]}
    assert claims.effective_at == NOW - 1200
    assert claims.interval_ms == 300_000


def test_one_of_everything_that_the_agent_can_say_is_taken_without_a_refusal():
    reading = Reading("services")
    container = reading.add("container:c1", "Container", "host", name="cache", container_id="c1" * 32, runtime="docker",
                            image="redis:7")  # fmt: skip
    container["identifiers"] = {"container_id": "c1" * 32}
    reading.add("svc:container:cache", "ServiceInstance", "container:c1", name="cache", listens=["tcp 172.17.0.2:6379"],
                clients=["10.0.0.1 2"], pids=["1"], process_count=1, resident_bytes=1, started_at=NOW)  # fmt: skip
    reading.add("cert:aa11@svc:container:cache", "Certificate", "svc:container:cache", fingerprint_sha256="aa11",
                name="shop.example.org", dns_names=["shop.example.org"], issuer="Example CA", serial_number="01",
                not_before_at=0, not_after_at=NOW)  # fmt: skip
    reading.add("addr:10.0.0.5@eth1", "IPAddress", "if:x", address="10.0.0.5")
    reading.add("if:x", "NetworkInterface", "host", name="x", if_index=99)
    reading.add("net:10.0.0.0/24@10.0.0.6", "Subnet", "addr:10.0.0.5@eth1", prefix="10.0.0.0/24")
    reading.relations.append({
        "verb": "CALLS", "from": "svc:container:cache", "to": {"address": "::1", "port": 5432, "protocol": "tcp"},
        "attributes": {"samples": 3},
    })  # fmt: skip
    reading.note("hidden", "one process")
    document = document_of(Host(), lambda host: [reading, Reading("connections")])
    claims = taken(document)
    assert claims.refusals == ()
    assert [(c.start, c.protocol, c.address, c.port) for c in claims.connections] == [
        ("svc:container:cache", "tcp", "::1", 5432)
    ]
    assert claims.items["container:c1"].identifiers == {"container_id": ("c1" * 32,)}
    assert claims.sections["services"] == READ
    assert json.loads(encode(document))["items"][0]["key"] == "host"
