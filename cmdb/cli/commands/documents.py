"""`cmdb import` and `cmdb export`: what sources saw goes in, the graph comes out."""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cmdb.cli.asking import ask
from cmdb.cli.exits import Exit, Refused
from cmdb.cli.options import AsJson
from cmdb.cli.output import print_line
from cmdb.errors import Invalid

if TYPE_CHECKING:
    from cmdb.cli.client import Client

_PAGE = 500
_AT_ONCE = 8
_GZIP_MAGIC = b"\x1f\x8b"
# No token, or no graph: the next document would fare no better.
_ABOUT_EVERY_DOCUMENT = frozenset({401, 429, 502, 503, 504})


def import_documents(
    ctx: typer.Context,
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="Observation documents, gzip or not; `-` is standard input.")
    ],
    as_json: AsJson = False,
) -> None:
    """Hand in observation documents: files of one document, or of one a line.

    The same document twice changes nothing. A file that is refused does not
    stop the others; the exit code says that there was one.

    Examples:

        cmdb-agent collect --output - | cmdb import -

        cmdb import captured/*.json.gz
    """
    refused = 0
    with ask(ctx) as client:
        for file in files:
            for number, body in enumerate(_documents(file), 1):
                try:
                    receipt = client.send("/observations", gzip.compress(body, 1), is_gzip=True)
                except Refused as error:
                    if error.status in _ABOUT_EVERY_DOCUMENT:
                        raise
                    refused += 1
                    print(f"cmdb: {file}, document {number}: {error}", file=sys.stderr)
                    continue
                print_line(receipt) if as_json else print(f"{file}: {_summary(receipt)}")
                for problem in [] if as_json else receipt["problems"]:
                    print(f"  not taken: {problem['where']}: {problem['message']}")
    if refused:
        raise typer.Exit(Exit.REFUSED)


def export(
    ctx: typer.Context,
    ci_type: Annotated[str | None, typer.Option("--type", help="One type only, such as Server.")] = None,
    retired: Annotated[bool, typer.Option("--retired", help="With those that have ended.")] = False,
) -> None:
    """Print every CI and every relationship, one JSON object a line.

    A relationship follows the CI at which it starts: `kind` tells them apart.

    Example: cmdb export --type Server | jq 'select(.kind == "ci").title'
    """
    with ask(ctx) as client, ThreadPoolExecutor(_AT_ONCE) as pool:
        cis = client.every("/cis", "cis", type=ci_type, state="any" if retired else None, limit=_PAGE)
        while page := list(islice(cis, _PAGE)):
            of_each = pool.map(partial(_relationships, client), page)
            for ci, relationships in zip(page, of_each, strict=True):
                print_line({"kind": "ci", **ci})
                for one in relationships:
                    print_line({"kind": "relationship", "from": ci["id"], **one})


def _relationships(client: Client, ci: dict[str, Any]) -> list[dict[str, Any]]:
    """Those that start at the CI, so that each stands once in the whole."""
    found = client.every(f"/cis/{ci['id']}/relationships", "relationships", direction="out", limit=_PAGE)
    return [_row(one) for one in found]


def _row(one: dict[str, Any]) -> dict[str, Any]:
    told = {name: one[name] for name in ("valid_from", "valid_to", "last_seen_at", "samples", "strength", "scope")}
    return {"verb": one["verb"], "to": one["ci"]["id"] if one["ci"] else one["far_end"], **told}


def _documents(file: str) -> Iterator[bytes]:
    try:
        raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        if raw.startswith(_GZIP_MAGIC):
            raw = gzip.decompress(raw)
    except (OSError, EOFError) as error:
        raise Invalid(f"{file} cannot be read: {error}") from error
    if _is_one_document(raw):
        yield raw
        return
    yield from (line for line in raw.splitlines() if line.strip())


def _is_one_document(raw: bytes) -> bool:
    """Whether it is one JSON value over all its lines; what is no JSON is left to the server to refuse."""
    first, _, rest = raw.lstrip().partition(b"\n")
    if not rest.strip():
        return True
    try:
        json.loads(first)
    except ValueError:
        return True
    return False


def _summary(receipt: dict[str, Any]) -> str:
    counts: dict[str, int] = {}
    for item in receipt["items"]:
        counts[item["status"]] = counts.get(item["status"], 0) + 1
    told = ", ".join(f"{number} {status}" for status, number in sorted(counts.items()))
    return f"{receipt['status']}" + (f" ({told})" if told else "")
