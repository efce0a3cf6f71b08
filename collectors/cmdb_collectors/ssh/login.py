"""Who logs in: by a private key, by a password, or by both where the server wants both."""

from __future__ import annotations

import io
from collections.abc import Callable

import paramiko

from cmdb_collectors.credentials import Login
from cmdb_collectors.ssh.failure import Failure, words_of

_KINDS = (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey)


def log_in(transport: paramiko.Transport, login: Login) -> None:
    """Log in to a host that has proved who it is. Raises Failure."""
    wants = ""
    steps = _steps(transport, login)
    for step in steps.values():
        try:
            left = step()
        except paramiko.BadAuthenticationType as error:
            wants = f": the server takes {', '.join(error.allowed_types)}"
        except paramiko.AuthenticationException as error:
            if "timeout" in str(error).lower():
                said = f"does not answer the login of {login.user} within {transport.auth_timeout:g} s"
                raise Failure("time_out", f"the SSH server {said}") from None
            if not transport.is_active():
                raise _broken_off(login, error) from None
        except (paramiko.SSHException, EOFError, OSError) as error:
            raise _broken_off(login, error) from None
        else:
            if transport.is_authenticated():
                return
            wants = f": the server also wants {', '.join(left)}"
    given = " and ".join(steps) or "neither key nor password"
    raise Failure("authentication_failed", f"{login.user} may not log in with {given}{wants}")


def _broken_off(login: Login, error: BaseException) -> Failure:
    return Failure("authentication_failed", f"the login of {login.user} broke off: {words_of(error)}")


def _steps(transport: paramiko.Transport, login: Login) -> dict[str, Callable[[], list[str]]]:
    """What can be tried, in this order, by what people call it; each gives what the server wants besides."""
    steps: dict[str, Callable[[], list[str]]] = {}
    if login.private_key is not None:
        key = private_key(login.private_key, login.passphrase)
        steps["the private key"] = lambda: transport.auth_publickey(login.user, key)
    password = login.password
    if password is not None:
        # Falls back to keyboard-interactive where the server takes passwords in no other way (RFC 4256).
        steps["the password"] = lambda: transport.auth_password(login.user, password)
    return steps


def private_key(text: str, passphrase: str | None) -> paramiko.PKey:
    """A private key of any type that is known. Raises Failure, whose message holds nothing of it."""
    for kind in _KINDS:
        try:
            return kind.from_private_key(io.StringIO(text), passphrase)
        except paramiko.PasswordRequiredException:
            raise Failure("authentication_failed", "the private key needs its passphrase") from None
        except (paramiko.SSHException, ValueError, IndexError):
            continue  # of another type, or this is not its passphrase
    raise Failure(
        "authentication_failed",
        "the private key is of no known type (Ed25519, ECDSA, RSA), or the passphrase is wrong",
    )
