"""The command `check`: is the targets file right, and could every secret be had? Contacts nobody."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable

from cmdb_agent.wire.answer import AddressError
from cmdb_agent.wire.transport import Transport

from cmdb_collectors import secrets, settings
from cmdb_collectors.errors import ConfigurationError
from cmdb_collectors.keyring import unavailable
from cmdb_collectors.plan import Plan, load
from cmdb_collectors.targets import Target

OK, WRONG = 0, 2
_OF_A_TARGET = re.compile(r"targets[.\[]")


def run(path: str, is_json: bool) -> int:
    """Print what is wrong, first of the file and then of each target; the exit status. Raises ConfigurationError."""
    plan = load(path)
    locked = unavailable(list(plan.recipes.values()), settings.environment())
    general = [line for line in plan.wrong if not _OF_A_TARGET.match(line)] + _wrong_with_the_server(plan)
    refused = [line for line in plan.wrong if _OF_A_TARGET.match(line)]
    targets = {target.name: _wrong_with(target, locked) for target in plan.targets}
    is_right = not general and not refused and not any(targets.values())
    if is_json:
        said = {"is_right": is_right, "file": general, "refused_targets": refused, "targets": targets}
        print(json.dumps(said, ensure_ascii=False, indent=2))
    else:
        for line in _lines(general, refused, targets):
            print(line)
    return OK if is_right else WRONG


def _lines(general: list[str], refused: list[str], targets: dict[str, list[str]]) -> Iterable[str]:
    yield from general
    yield from refused
    for name, wrong in targets.items():
        yield f"{name}: {'; '.join(wrong) or 'ok'}"
    right = sum(not wrong for wrong in targets.values())
    yield f"{right} targets can be read, {len(targets) - right + len(refused)} cannot"


def _wrong_with(target: Target, locked: dict[str, str]) -> list[str]:
    wrong = [f"credentials {name}: {locked[name]}" for name in target.credentials if name in locked]
    if target.known_hosts is not None and not os.access(target.known_hosts, os.R_OK):
        wrong.append(f"known_hosts {target.known_hosts}: there is no such file that this user may read")
    return wrong


def _wrong_with_the_server(plan: Plan) -> list[str]:
    """What is wrong with how documents would be sent, as far as the file says it: options may say the rest."""
    wrong: list[str] = []
    if plan.collector.token_file is not None:
        try:
            secrets.read_file(plan.collector.token_file)
        except ConfigurationError as error:
            wrong.append(f"collector: token_file {error}")
    if plan.collector.server is not None:
        try:
            Transport(plan.collector.server, plan.collector.ca)
        except AddressError as error:
            wrong.append(f"collector: server {error}")
    return wrong
