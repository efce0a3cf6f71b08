"""Answers on standard output: tables for people, JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from rich.console import Console
from rich.table import Table
from rich.text import Text

# Where nobody looks, nothing is cut off.
_PIPE_WIDTH = 240


def console() -> Console:
    """Standard output, as wide as its terminal."""
    found = Console(highlight=False)
    return found if found.is_terminal else Console(highlight=False, width=_PIPE_WIDTH)


def print_json(value: object) -> None:
    """A value as indented JSON."""
    print(json.dumps(value, indent=2, ensure_ascii=False))


def print_line(value: object) -> None:
    """A value as one line of JSON."""
    print(json.dumps(value, ensure_ascii=False))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table, or a word that there is nothing."""
    table = Table(box=None, pad_edge=False, header_style="bold", show_edge=False)
    for number, column in enumerate(columns):
        # Ids are copied: they come first and stay whole.
        table.add_column(column, no_wrap=number == 0, overflow="fold")
    for row in rows:
        table.add_row(*(Text(said(value)) for value in row))
    if table.row_count:
        console().print(table)
    else:
        print("nothing")


def print_facts(facts: Mapping[str, object]) -> None:
    """Names and values below each other; what is unknown is left out."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in facts.items():
        if value is not None and value != []:
            table.add_row(name, Text(said(value)))
    console().print(table)


def said(value: object) -> str:
    """A value in words; None is empty."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case list() | tuple():
            return ", ".join(said(one) for one in value)
        case _:
            return str(value)


def local_time(instant: str | None) -> str:
    """An RFC 3339 instant in this machine's time zone, to the minute; None is empty."""
    return "" if instant is None else datetime.fromisoformat(instant).astimezone().strftime("%Y-%m-%d %H:%M")
