"""The observation document as it stands on the wire: strict, bounded, and decoded in one pass.

Its limits are checked before or while it is parsed, never after: a body is decompressed up to `MAX_BYTES` and no
further, and every value has a type that bounds its depth.
"""

from __future__ import annotations

import re
import zlib
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from cmdb.errors import Invalid, TooLarge

SCHEMA_VERSION = 1
ACCEPTED_VERSIONS = (SCHEMA_VERSION,)  # the version before it joins once there is one

MAX_BYTES = 8 * 1024 * 1024
MAX_ITEMS = 20_000
MAX_RELATIONS = 50_000
MAX_PROBLEMS = 1_000
MAX_TEXT = 64 * 1024
MAX_INSTANT = 253_402_300_799_999  # the end of the year 9999

Text = Annotated[str, Meta(max_length=MAX_TEXT)]
Name = Annotated[str, Meta(min_length=1, max_length=512, pattern=r"^[^\x00-\x1f|#]+$")]
"""A part of a key: the separators of keys (`|`, `#`) and control characters stay out."""
ItemKey = Annotated[str, Meta(min_length=1, max_length=2048)]
Key = Annotated[str, Meta(max_length=64)]
"""A word that the model knows or refuses by name: checking its spelling here would cost more than all the rest."""
Instant = Annotated[int, Meta(ge=0, le=MAX_INSTANT)]
Integer = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
Value = Integer | float | bool | Text | list[Text] | None
SectionState = Literal["read", "partial", "not_read"]


class Source(Struct, frozen=True, forbid_unknown_fields=True):
    """Who read: the program, and which instance of it."""

    kind: Annotated[str, Meta(min_length=1, max_length=32, pattern=r"^[a-z][a-z0-9_]*$")]
    name: Name
    version: Name
    instance: Name


class Scope(Struct, frozen=True, forbid_unknown_fields=True):
    """What was read. `domain` is the routing domain in which its addresses mean what they say."""

    kind: Annotated[str, Meta(min_length=1, max_length=32, pattern=r"^[a-z][a-z0-9_]*$")]
    key: Name
    domain: Name = "default"


class Item(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """One thing. `key` is stable from one document of the scope to the next; `in` names what it lives in."""

    key: ItemKey
    type: Key
    parent: ItemKey | None = msgspec.field(default=None, name="in")
    identifiers: dict[Key, Text | list[Text] | None] = {}
    attributes: dict[Key, Value] = {}


class FarEnd(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """The other side of a connection, or a neighbour. A reference, not a CI.

    A neighbour has a chassis id of the subtypes of LLDP-MIB (LldpChassisIdSubtype), or `cdpDeviceId`; `address` is then
    that of its management. `discovered_by`: lldp, cdp (or both, with a comma), fdb or arp.
    """

    address: Annotated[str, Meta(max_length=64)] | None = None
    port: Annotated[int, Meta(ge=0, le=65535)] | None = None
    protocol: Literal["tcp", "udp", "sctp"] | None = None
    chassis_id_subtype: Name | None = None
    chassis_id: Name | None = None
    port_id_subtype: Name | None = None
    port_id: Name | None = None
    port_description: Annotated[str, Meta(max_length=512)] | None = None
    sys_name: Annotated[str, Meta(max_length=512)] | None = None
    sys_descr: Annotated[str, Meta(max_length=4096)] | None = None
    discovered_by: Literal["lldp", "cdp", "lldp,cdp", "fdb", "arp"] | None = None


class Relation(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """A verb from one item to another, or to a far end."""

    verb: Key
    start: ItemKey = msgspec.field(name="from")
    end: ItemKey | FarEnd = msgspec.field(name="to")
    attributes: dict[Key, Value] = {}


class Problem(Struct, frozen=True, forbid_unknown_fields=True):
    """Something the source could not read, and why."""

    kind: Annotated[str, Meta(max_length=64)]
    message: Annotated[str, Meta(max_length=4096)]
    section: Annotated[str, Meta(max_length=64)] | None = None


class Place(Struct, frozen=True, forbid_unknown_fields=True):
    """Where a collector stands in the network: the address and MAC it reads from."""

    address: Annotated[str, Meta(max_length=64)] | None = None
    mac_address: Annotated[str, Meta(max_length=64)] | None = None


class Document(Struct, frozen=True, forbid_unknown_fields=True):
    """What one source saw in one scope at one instant. Instants are milliseconds since 1970, UTC."""

    schema_version: int
    document_id: Annotated[str, Meta(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9-]+$")]
    source: Source
    scope: Scope
    observed_at: Instant
    sections: dict[Key, SectionState]
    items: Annotated[list[Item], Meta(max_length=MAX_ITEMS)]
    age_ms: Annotated[int, Meta(ge=0, le=10 * 366 * 86_400_000)] = 0
    age_uncertain: bool = False
    interval_ms: Annotated[int, Meta(ge=1_000, le=366 * 86_400_000)] | None = None
    booted_at: Instant | None = None
    boot_id: Annotated[str, Meta(max_length=64)] | None = None
    observed_from: Place | None = None
    relations: Annotated[list[Relation], Meta(max_length=MAX_RELATIONS)] = []
    problems: Annotated[list[Problem], Meta(max_length=MAX_PROBLEMS)] = []


_decoder = msgspec.json.Decoder(Document, strict=True)
_LIMIT = re.compile(r"length <= (20000|50000|65536)")


def decode(body: bytes, encoding: str | None = None) -> Document:
    """The document in a request body. `encoding` is its Content-Encoding: None, identity or gzip.

    Raises TooLarge over a limit (and names the limit), Invalid with the JSON path where it breaks the schema.
    """
    text = decompress(body, encoding)
    try:
        document = _decoder.decode(text)
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at `")
        where = path.rstrip("`").removeprefix("$").removeprefix(".") or None
        raise (TooLarge if _LIMIT.search(message) else Invalid)(message, where) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Invalid(f"the body is not JSON in UTF-8: {error}") from error
    except RecursionError as error:
        raise Invalid("the body is nested too deeply") from error
    if document.schema_version not in ACCEPTED_VERSIONS:
        known = ", ".join(str(version) for version in ACCEPTED_VERSIONS)
        raise Invalid(f"schema version {document.schema_version} is not known here ({known})", "schema_version")
    return document


def decompress(body: bytes, encoding: str | None) -> bytes:
    """The body as JSON text, never more than `MAX_BYTES` of it, however small the compressed form is."""
    if encoding in (None, "", "identity"):
        if len(body) > MAX_BYTES:
            raise TooLarge(f"a document may have {MAX_BYTES} bytes; this one has {len(body)}")
        return body
    if encoding != "gzip":
        raise Invalid(f"Content-Encoding {encoding!r} is not known here: use gzip or none")
    inflater = zlib.decompressobj(wbits=31)  # 31: gzip framing with the largest window (zlib manual, inflateInit2)
    try:
        text = inflater.decompress(body, MAX_BYTES + 1)
    except zlib.error as error:
        raise Invalid(f"the body is not gzip: {error}") from error
    if len(text) > MAX_BYTES:
        raise TooLarge(f"a document may have {MAX_BYTES} bytes decompressed; this one has more")
    if not inflater.eof or inflater.unused_data:
        raise Invalid("the gzip body is cut short or followed by something else")
    return text
