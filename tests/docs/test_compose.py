"""The containers of production: what they are allowed, what starts after what, and that their commands exist."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from check_jsonschema.builtin_schemas import get_builtin_schema
from cmdb_agent.arguments import parser
from jsonschema import Draft202012Validator

from cmdb.cli.main import app
from cmdb.config import from_environment

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if service["image"] == "cmdb"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
HEALTH = "http://127.0.0.1:8000/api/v1/health"


def used(kind: str) -> set[str]:
    """The names of this kind that services use."""
    found = {one["source"] if isinstance(one, dict) else one for s in SERVICES.values() for one in s.get(kind, [])}
    if kind == "volumes":
        return {name for name in (one.split(":")[0] for one in found) if re.fullmatch(r"[a-z-]+", name)}
    return found


def test_the_file_is_one_by_the_compose_schema() -> None:
    validator = Draft202012Validator(get_builtin_schema("vendor.compose-spec"))
    assert [error.message for error in validator.iter_errors(COMPOSE)] == []
    broken = COMPOSE | {"services": COMPOSE["services"] | {"api": {"image": "cmdb", "restrat": "always"}}}
    assert not validator.is_valid(broken)


@pytest.mark.parametrize("kind", ["secrets", "networks", "volumes", "configs"])
def test_what_services_use_is_declared_and_nothing_else_is(kind: str) -> None:
    assert used(kind) == set(COMPOSE[kind])


def test_only_the_proxy_is_reached_from_outside() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert SERVICES["graph"]["networks"] == ["graph"]
    assert COMPOSE["networks"]["graph"] == {"internal": True}
    assert "graph" not in SERVICES["proxy"]["networks"]


def test_secrets_are_files_and_in_no_variable() -> None:
    assert all(set(secret) == {"file"} for secret in COMPOSE["secrets"].values())
    variables = {name: value for s in SERVICES.values() for name, value in s.get("environment", {}).items()}
    named = {value.removeprefix("/run/secrets/") for value in variables.values() if value.startswith("/run/secrets/")}
    assert named == {"graph-auth", "graph-password"}
    assert [name for name in variables if re.search("AUTH|PASSWORD|SECRET|TOKEN", name) and "_FILE" not in name] == []
    assert "secrets/" in (ROOT / ".gitignore").read_text().splitlines()


def test_a_secret_that_a_service_names_is_given_to_it() -> None:
    for name, service in SERVICES.items():
        text = repr({key: value for key, value in service.items() if key != "secrets"})
        if name == "proxy":
            text += COMPOSE["configs"]["proxy"]["content"]
        assert set(re.findall(r"/run/secrets/([a-z-]+)", text)) == set(service["secrets"]), name


def test_the_graph_is_healthy_before_it_is_migrated_and_migrated_before_it_is_served() -> None:
    after = {
        name: {on: how["condition"] for on, how in s["depends_on"].items()}
        for name, s in SERVICES.items()
        if "depends_on" in s
    }
    assert after == {
        "migrate": {"graph": "service_healthy"},
        "api": {"migrate": "service_completed_successfully"},
        "proxy": {"api": "service_healthy"},
    }
    assert SERVICES["migrate"]["restart"] == "no"
    for name in ("graph", "api", "proxy"):
        assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"


@pytest.mark.parametrize("name", SERVICES)
def test_no_service_may_more_than_it_needs(name: str) -> None:
    service = SERVICES[name]
    assert "no-new-privileges:true" in service["security_opt"]
    assert not service.get("privileged")
    if name != "graph":  # its start writes its configuration, and gives its folders to another user
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]


def test_the_agent_reads_the_machine_and_starts_only_when_asked_for() -> None:
    agent = SERVICES["agent"]
    assert agent["profiles"] == ["agent"]
    assert (agent["network_mode"], agent["pid"]) == ("host", "host")
    assert all(volume.endswith(":ro") for volume in agent["volumes"] if volume.startswith(("/", "$")))
    assert [name for name, service in SERVICES.items() if "profiles" in service] == ["agent"]


def test_the_images_have_short_names() -> None:
    named = [service["image"] for service in SERVICES.values()] + re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert [name for name in named if "/" in name] == []
    assert SERVICES["graph"]["image"].startswith("neo4j:5.26")


def test_settings_are_those_of_the_product() -> None:
    found = from_environment(SERVICES["api"]["environment"])
    assert found.graph_uri == "bolt://graph:7687"
    assert found.graph_password_file == Path("/run/secrets/graph-password")
    assert SERVICES["migrate"]["environment"] == SERVICES["api"]["environment"]


@pytest.mark.parametrize("words", [SERVICES["migrate"]["command"], ast.literal_eval(DOCKERFILE.split("\nCMD ")[-1])])
def test_what_the_containers_run_is_understood(words: list[str]) -> None:
    command: Any = typer.main.get_command(app)
    command.commands[words[0]].make_context(words[0], words[1:])


def test_what_the_agents_container_runs_is_understood() -> None:
    said = parser().parse_args(SERVICES["agent"]["command"])
    assert (said.ca, said.enrolment_token_file) == ("/run/secrets/tls-ca", "/run/secrets/enrolment-token")


def test_the_image_runs_as_no_root_and_asks_for_its_health() -> None:
    user = re.findall(r"^USER (\S+)", DOCKERFILE, re.MULTILINE)
    assert user == ["10001:10001"]
    assert HEALTH in DOCKERFILE
    assert HEALTH in SERVICES["api"]["healthcheck"]["test"][-1]
    assert "--require-hashes" in DOCKERFILE
    assert "--hash=sha256:" in (ROOT / "requirements" / "run.txt").read_text()


def test_the_health_that_is_asked_for_is_a_route() -> None:
    described = json.loads((ROOT / "docs" / "reference" / "openapi.json").read_text())
    assert HEALTH.partition("8000")[2] in described["paths"]


def test_what_is_copied_exists_and_is_not_ignored() -> None:
    copied = [
        source
        for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
        for source in line.split()[:-1]
    ]
    assert [source for source in copied if not (ROOT / source).exists()] == []
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert set(copied) == kept


def test_the_proxy_speaks_for_the_client_and_dollars_are_escaped() -> None:
    content = COMPOSE["configs"]["proxy"]["content"]
    assert "$" not in content.replace("$$", "")
    # A client that says who it is would be believed otherwise.
    assert "X-Forwarded-For $$remote_addr;" in content
    assert "X-Forwarded-Proto https;" in content
