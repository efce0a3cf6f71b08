"""Values as people read them: sizes, rates, instants and the names of attributes. Pure: `now` is given."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from cmdb.model.vocabulary import Attribute, Value

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ACRONYMS = {
    word.lower(): word
    for word in ("BIOS", "CPU", "DNS", "FQDN", "ID", "IP", "MAC", "MTU", "OS", "SSH", "UUID", "VLAN", "CI")
} | {"ids": "IDs", "cis": "CIs", "macs": "MACs"}
_UNITS = (" bytes", " bits per second")
_AGES = ((86_400_000, "day"), (3_600_000, "hour"), (60_000, "minute"))


def size(count: int) -> str:
    """Bytes in binary units: 1536 is "1.5 KiB"."""
    return _scaled(count, 1024, ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"))


def rate(count: int) -> str:
    """Bits per second in decimal units: 1000000000 is "1 Gbit/s"."""
    return _scaled(count, 1000, ("bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"))


def _scaled(count: int, step: int, units: tuple[str, ...]) -> str:
    number, unit = float(count), 0
    while abs(number) >= step and unit < len(units) - 1:
        number /= step
        unit += 1
    shown = f"{number:.1f}".removesuffix(".0") if abs(number) < 100 else f"{number:.0f}"
    return f"{shown} {units[unit]}"


def instant(at: int) -> str:
    """Epoch milliseconds as "24 Nov 2025, 16:00 UTC"."""
    return f"{_moment(at):%-d %b %Y, %H:%M} UTC"


def day(at: int) -> str:
    """The day of an instant, in UTC: "Mon 24 Nov 2025"."""
    return f"{_moment(at):%a %-d %b %Y}"


def time_of_day(at: int) -> str:
    """The time of an instant, in UTC: "16:00"."""
    return f"{_moment(at):%H:%M}"


def machine_instant(at: int) -> str:
    """Epoch milliseconds as the `datetime` of a time element: 2025-11-24T16:00:00Z."""
    return f"{_moment(at):%Y-%m-%dT%H:%M:%SZ}"


def ago(at: int, now: int) -> str:
    """How long before or after `now`: "3 minutes ago", "in 2 days", "just now"."""
    length = duration(abs(now - at))
    if length is None:
        return "just now"
    return f"{length} ago" if at <= now else f"in {length}"


def duration(milliseconds: int) -> str | None:
    """A length of time in its largest unit; None under half a minute."""
    for unit, name in _AGES:
        count = (milliseconds + unit // 2) // unit
        if milliseconds >= unit or (unit == 60_000 and count):
            return f"{count} {name}" if count == 1 else f"{count} {name}s"
    return None


def field_instant(at: int) -> str:
    """Epoch milliseconds as the value of a datetime-local field, in UTC."""
    return f"{_moment(at):%Y-%m-%dT%H:%M}"


def entered(at: int) -> str:
    """Epoch milliseconds as the value of a datetime-local field, in UTC, to the millisecond where it is not whole."""
    whole = at % 60_000 == 0
    return field_instant(at) if whole else _moment(at).replace(tzinfo=None).isoformat(timespec="milliseconds")


def read_field_instant(text: str) -> int:
    """Epoch milliseconds of what a datetime-local field sends, meant in UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - _EPOCH) // timedelta(milliseconds=1)


def name_of(attribute: str) -> str:
    """An attribute's name as a label, without the unit that its value shows: memory_bytes is "Memory"."""
    words = " ".join(_ACRONYMS.get(word, word) for word in attribute.split("_"))
    for unit in _UNITS:
        words = words.removesuffix(unit)
    words = words.removesuffix(" at") if attribute.endswith("_at") else words.removeprefix("is ")
    return begun(words)


def begun(words: str) -> str:
    """Words as a sentence begins."""
    return words[:1].upper() + words[1:]


def value_of(attribute: Attribute | None, value: Value) -> str:
    """A value in the unit of its attribute; None: an attribute that the model does not know."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(value)
    if attribute is not None and isinstance(value, int):
        match attribute.unit, attribute.kind:
            case "bytes", _ if attribute.name != "mtu":
                return size(value)
            case "bits per second", _:
                return rate(value)
            case _, "instant":
                return instant(value)
            case _:
                return str(value)
    return str(value)


def count_of(count: int, one: str, several: str | None = None) -> str:
    """ "1 service", "3 services"."""
    return f"{count:,} {one if count == 1 else several or one + 's'}"


def options(names: Iterable[str]) -> list[tuple[str, str]]:
    """Names as the options of a choice: what is sent, and what is read."""
    return [(name, name.replace("_", " ")) for name in names]


def _moment(at: int) -> datetime:
    return _EPOCH + at * timedelta(milliseconds=1)
