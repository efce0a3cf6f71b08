"""What browsers send: fields as text, accepted only from a form of the same session's pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData

from cmdb.errors import CMDBError, Conflict, Invalid, NotAllowed, NotFound
from cmdb.usecases.resolve import Ambiguous
from cmdb.usecases.sessions import csrf_matches
from cmdb_api.problems import core_problem
from cmdb_api.web import formats
from cmdb_api.web.visitor import session_of

MAX_FIELDS = 2000
REFUSALS = (Invalid, NotFound, Conflict)
"""What sends a person back to the form; anything else is a page of its own."""


class Fields(Mapping[str, str]):
    """A form's fields by name; one that was not sent is empty."""

    def __init__(self, data: FormData) -> None:
        self._data = data

    def __getitem__(self, name: str) -> str:
        value = self._data.get(name)
        return value.strip() if isinstance(value, str) else ""

    def __contains__(self, name: object) -> bool:
        return name in self._data

    def __iter__(self) -> Iterator[str]:
        return iter(self._data)

    def __len__(self) -> int:
        return len(self._data)

    def all(self, name: str) -> list[str]:
        """Every value of a field that may be sent several times, without the empty ones."""
        values = (value.strip() for value in self._data.getlist(name) if isinstance(value, str))
        return [value for value in values if value]

    def lines(self, name: str) -> list[str]:
        """The lines of a text area, without the empty ones."""
        return [line.strip() for line in self[name].splitlines() if line.strip()]

    def number(self, name: str) -> int | None:
        """A whole number; None where the field is empty. Raises Invalid."""
        return whole_number(self[name], name)

    def instant(self, name: str) -> int | None:
        """Epoch milliseconds of an instant that was entered in UTC; None where empty. Raises Invalid."""
        return entered_instant(self[name], name)


def entered_instant(text: str, field: str) -> int | None:
    """Epoch milliseconds of an instant that was entered in UTC; None for nothing. Raises Invalid."""
    try:
        return formats.read_field_instant(text) if text.strip() else None
    except ValueError as error:
        raise Invalid("this is no instant: enter it as 2025-11-24T16:00, in UTC", field) from error


def whole_number(text: str, field: str) -> int | None:
    """What a person wrote as a number; None for nothing. Raises Invalid."""
    try:
        return int(text) if text.strip() else None
    except ValueError as error:
        raise Invalid(f"{text!r} is no whole number", field) from error


async def fields_of(request: Request) -> Fields:
    """The form's fields. Raises NotAllowed where another site, or an older sign-in, made the form.

    The session's own token tells that. Before there is a session, the browser does (W3C Fetch Metadata).
    """
    data = await request.form(max_files=0, max_fields=MAX_FIELDS)
    fields, session = Fields(data), session_of(request)
    if session and not csrf_matches(session, fields["csrf"]):
        raise NotAllowed("this form is from another sign-in: load its page again, and send it from there")
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise NotAllowed("this form was sent by another site")
    return fields


Form = Annotated[Fields, Depends(fields_of)]


class Refusal:
    """Why a form was not accepted: one message at its field, or above the form; candidates for an ambiguous name."""

    def __init__(self, error: CMDBError, field: str | None = None) -> None:
        """`field`: where to show it if the error does not say."""
        path: str | None = getattr(error, "field", None) or field
        self.path = path or ""
        self.field = self.path.partition("[")[0].partition(".")[0]
        self.status = HTTPStatus(core_problem(error).status_code)
        self.message = str(error)
        self.candidates = error.candidates if isinstance(error, Ambiguous) else ()
        if self.candidates:
            self.message = "Several things go by this name. Choose one of them."

    def at(self, field: str) -> str | None:
        """The message for this field, if it is about it."""
        return self.message if self.field == field else None

    def is_about(self, field: str, number: int) -> bool:
        """Whether it is about this one of a field's values."""
        return self.path in (field, f"{field}[{number}]")
