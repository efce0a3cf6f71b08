"""Which names are names of secrets: of options, variables, properties, headers and parameters."""

from __future__ import annotations

import re

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")

# The last word of the name decides, or the last two where they end in `key`.
_LAST = frozenset({
    "password", "passwd", "passwort", "passphrase", "passcode", "pwd", "pass", "pw", "secret", "secrets", "token",
    "credential", "credentials", "authorization", "cookie", "requirepass", "masterauth", "jwt", "psk", "signature",
    "sig", "bearer", "pgpass", "userpass", "apikey", "authkey", "secretkey", "accesskey", "privatekey",
})  # fmt: skip
_ENDINGS = ("password", "passwd", "passphrase", "secret", "token", "apikey", "secretkey", "accesskey", "privatekey")
_KINDS_OF_KEY = frozenset({
    "api", "access", "private", "account", "auth", "secret", "encryption", "encrypt", "signing", "master", "shared",
    "storage", "license", "licence", "app", "admin", "service", "webhook", "session", "cookie", "preshared", "gossip",
})  # fmt: skip
_SWITCHES = frozenset(
    {"no", "ask", "skip", "without", "disable", "enable", "allow", "require", "use", "prompt", "reset"}
)
_NOT_SECRETS = frozenset({"pwd", "oldpwd"})  # the shell's own variables: the folder one is in
_HEADERS = frozenset({"authorization", "cookie"})


def is_secret(name: str) -> bool:
    """True where an option, variable, property, header or parameter of this name holds a secret itself.

    `password-file` does not, nor does `no-password`, `token-ttl` or `bypass`.
    """
    words = [word.lower() for word in _WORD.findall(name)]
    if not words or words[0] in _SWITCHES or name.lower() in _NOT_SECRETS:
        return False
    last = words[-1]
    if last == "key" and len(words) > 1:
        return words[-2] in _KINDS_OF_KEY
    return last in _LAST or last.endswith(_ENDINGS)


def is_header(name: str) -> bool:
    """True for a header whose whole line is the secret (RFC 9110, RFC 6265)."""
    return name.lower().rpartition("-")[2] in _HEADERS
