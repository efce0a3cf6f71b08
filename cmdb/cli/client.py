"""The API as commands see it: JSON in, JSON out, every refusal one exception."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from cmdb import __version__
from cmdb.cli.exits import Refused
from cmdb.cli.loopback import is_loopback
from cmdb.cli.settings import Profile
from cmdb.errors import Invalid, NotAllowed, Unavailable

_PREFIX = "/api/v1"
_TIMEOUT = httpx.Timeout(120, connect=10)


class Client:
    """A connection to one server. A context manager.

    Every method raises Refused for a refusal, Unavailable where no server answers.
    """

    def __init__(self, profile: Profile) -> None:
        """Raises Invalid for an address that cannot be used, NotAllowed where the token file cannot be read."""
        address = httpx.URL(profile.server)
        is_here = is_loopback(address.host)
        if address.scheme != "https" and not (address.scheme == "http" and is_here):
            raise Invalid(f"{profile.server}: plain HTTP would show the token to the network; use https://NAME[:PORT]")
        try:
            token = profile.token_file.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise NotAllowed(
                f"no token: {profile.token_file} cannot be read ({error.strerror}). Start `cmdb up` here, or name a "
                "file with a token: --token-file or CMDB_TOKEN_FILE"
            ) from error
        self._server = profile.server
        headers = {"Authorization": f"Bearer {token}", "User-Agent": f"cmdb/{__version__}"}
        self._http = httpx.Client(
            base_url=profile.server + _PREFIX,
            headers=headers,
            timeout=_TIMEOUT,
            verify=_trusted(profile.ca_file),
            trust_env=not is_here,  # proxies are for other machines
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def get(self, path: str, **parameters: object) -> Any:
        """The answer to a question. Parameters that are None are left out."""
        return self._ask("GET", path, params=_given(parameters))

    def post(self, path: str, body: Mapping[str, object] | None = None) -> Any:
        """The answer to something new."""
        return self._ask("POST", path, json=body or {})

    def put(self, path: str, body: Mapping[str, object]) -> Any:
        """The answer to something that replaces what was there."""
        return self._ask("PUT", path, json=body)

    def delete(self, path: str) -> Any:
        """The answer to an end."""
        return self._ask("DELETE", path)

    def send(self, path: str, body: bytes, *, is_gzip: bool) -> Any:
        """The answer to a JSON document that is sent as it is."""
        headers = {"Content-Type": "application/json"} | ({"Content-Encoding": "gzip"} if is_gzip else {})
        return self._ask("POST", path, content=body, headers=headers)

    def patch(self, path: str, **wanted: object) -> Any:
        """The thing at `path`, changed. What is None stays as it is."""
        return self._ask("PATCH", path, json=_given(wanted))

    def every(self, path: str, key: str, **parameters: object) -> Iterator[Any]:
        """Every row of a list, page by page; `key` is where a page holds its rows."""
        cursor: str | None = None
        while True:
            page = self.get(path, cursor=cursor, **parameters)
            yield from page[key]
            cursor = page.get("next_cursor")
            if cursor is None:
                return

    def _ask(self, method: str, path: str, **request: Any) -> Any:
        response = self._answer(method, path, **request)
        return response.json() if response.content else None

    def _answer(self, method: str, path: str, **request: Any) -> httpx.Response:
        try:
            response = self._http.request(method, path, **request)
        except httpx.TransportError as error:
            raise Unavailable(
                f"no answer from {self._server} ({error}). Does it run? Start it with `cmdb up`, or name another: "
                "--server or CMDB_SERVER"
            ) from error
        if response.is_success:
            return response
        raise _refusal(response)


def _trusted(ca_file: Path | None) -> ssl.SSLContext | bool:
    if ca_file is None:
        return True
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        raise Invalid(f"--ca: {ca_file} holds no certificate authority: {error}") from error


def _given(parameters: Mapping[str, object]) -> dict[str, Any]:
    return {name: value for name, value in parameters.items() if value is not None}


def _refusal(response: httpx.Response) -> Refused:
    """What a problem document says (RFC 9457), or the bare status where something else answered."""
    bare = Refused(response.status_code, f"the server answered {response.status_code} {response.reason_phrase}")
    if "json" not in response.headers.get("Content-Type", ""):
        return bare
    said = response.json()
    if not isinstance(said, dict) or "detail" not in said:
        return bare
    if several := said.get("errors"):
        detail = "; ".join(f"{one['field']}: {one['detail']}" for one in several)
        return Refused(response.status_code, detail)
    return Refused(response.status_code, said["detail"], said.get("field"))
