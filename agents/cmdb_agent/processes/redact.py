"""Command lines without their secrets. What is taken out stands as `***`; the rest stays as it was written.

A secret is found by the name before it (an option, a variable, a property, a header), by the program that takes it in
a short option, by its place in an address (RFC 3986, userinfo), or by its own shape. All patterns run in linear time.
"""

from __future__ import annotations

import re

from cmdb_agent.processes import secret_names

BYTES_MAX = 4096
HIDDEN = "***"

_PLAIN_VALUE = re.compile(r"(?i)true|false|yes|no|on|off|none|null|auto|stdin|prompt|-")
_ASSIGNMENT = re.compile(r"(?P<name>[-/+]{0,2}[A-Za-z_][\w.\-]*)(?P<separator>[=:])(?P<value>.+)", re.S)
# Names and their values inside longer text: connection strings, JSON, shell, headers, queries of addresses.
_NAME = re.compile(r"(?<![\w.\-])(?P<name>[A-Za-z_][\w.\-]*)[\"']?\s*(?P<separator>[=:])\s*")
_VALUE = re.compile(r"\"[^\"]*\"|'[^']*'|[^\s&;,\"'}\])|]+")
_HEADER_VALUE = re.compile(r"[^\"'\r\n]+")
_USERINFO = re.compile(
    r"(?P<before>\b[a-zA-Z][a-zA-Z0-9+.\-]{0,30}://[^/\s:@\"']{0,256}:)(?!\d{1,5}/)[^\s\"'<>]{0,512}@"
)
_TOKEN_AS_USER = re.compile(r"(?P<before>\bhttps?://)[A-Za-z0-9_\-]{16,512}@")
_SCHEME = re.compile(r"(?i)\b(?P<before>(?:bearer|basic)\s+)[A-Za-z0-9+/=_.\-~]{6,}")
_SHAPES = re.compile(
    r"(?<![A-Za-z0-9_\-])(?:"
    r"eyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{8,}(?:\.[A-Za-z0-9_\-]*)?"  # JSON web token (RFC 7519)
    r"|(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Z0-9])"
    r"|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_\-]{16,}"
    r"|xox[abeoprs]-[A-Za-z0-9\-]{10,}|sk-[A-Za-z0-9_\-]{20,}|[rs]k_(?:live|test)_[A-Za-z0-9]{10,}"
    r"|AIza[A-Za-z0-9_\-]{30,}|hv[sb]\.[A-Za-z0-9_\-]{20,}|ya29\.[A-Za-z0-9_\-]{20,}|npm_[A-Za-z0-9]{20,}"
    r"|-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----[\s\S]*)"
)
_WORDS = re.compile(r"\s+|(?:'[^']*'|\"[^\"]*\"|\S)+")
_NEXT_OPTION = re.compile(r"--?[A-Za-z][A-Za-z\-]+(?:=.*)?", re.S)

_MYSQL = frozenset({
    "mysql", "mysqldump", "mysqladmin", "mysqlimport", "mysqlcheck", "mysqlshow", "mysqlslap", "mysqlsh", "mysqlbinlog",
    "mariadb", "mariadb-dump", "mariadb-admin", "xtrabackup",
})  # fmt: skip
_SNMP = frozenset({
    "snmpget", "snmpwalk", "snmpbulkwalk", "snmpset", "snmptrap", "snmpbulkget", "snmpgetnext", "snmptable",
})  # fmt: skip
_LDAP = frozenset({"ldapsearch", "ldapmodify", "ldapadd", "ldapdelete", "ldapwhoami", "ldappasswd"})
# Their -p is a secret after `login` only: else a port, or something else.
_WITH_LOGIN = frozenset({"docker", "podman", "nerdctl", "az", "helm", "oc"})
_GLUED = {"-p": _MYSQL | {"sshpass", "7z", "7za"}}
_SEPARATE = {
    "-a": frozenset({"redis-cli", "valkey-cli"}),
    "-p": frozenset({"sshpass", "mongo", "mongosh", "mongodump", "mongorestore", "cypher-shell"}) | _WITH_LOGIN,
    "-w": _LDAP,
    "-P": frozenset({"sqlcmd", "bcp", "zip", "unzip", "ipmitool"}),
    "-A": _SNMP,
    "-X": _SNMP,
    "-c": _SNMP,
}
_USER_AND_SECRET = {
    "-u": frozenset({"curl", "wget"}),
    "-U": frozenset({"curl", "smbclient", "rpcclient"}),
    "-a": frozenset({"http", "https", "httpie"}),
    "--user": frozenset({"curl"}),
    "--proxy-user": frozenset({"curl"}),
}


def command_line(arguments: tuple[str, ...]) -> str | None:
    """The arguments joined by spaces, without secrets and at most `BYTES_MAX` long; None where there are none."""
    if not arguments:
        return None
    joined = " ".join(_redacted(arguments))
    encoded = joined.encode("utf-8", "replace")
    return joined if len(encoded) <= BYTES_MAX else encoded[: BYTES_MAX - 3].decode("utf-8", "ignore") + "…"


def text(value: str) -> str:
    """Any text without what is recognised as a secret by the name before it, its place or its shape."""
    value = _USERINFO.sub(rf"\g<before>{HIDDEN}@", value)
    value = _TOKEN_AS_USER.sub(rf"\g<before>{HIDDEN}@", value)
    value = _SCHEME.sub(rf"\g<before>{HIDDEN}", _without_named(value))
    return _SHAPES.sub(HIDDEN, value)


def _redacted(arguments: tuple[str, ...]) -> list[str]:
    """The arguments, each without secrets; what one says about the next is heeded."""
    programs = {argument.rpartition("/")[2] for argument in arguments}
    shown: list[str] = []
    announced: str | None = None
    for argument in arguments:
        if announced and not _NEXT_OPTION.fullmatch(argument):
            shown.append(_pair(argument) if announced == "pair" else HIDDEN)
            announced = None
            continue
        announced = _announces(argument, programs)
        shown.append(_argument(argument, programs))
    return shown


def _announces(argument: str, programs: set[str]) -> str | None:
    """`secret` where the next argument is one, `pair` where it is a user with a secret, None where it is neither."""
    if _is_glued(argument, programs):
        return None
    if programs & _USER_AND_SECRET.get(argument, frozenset()):
        return "pair"
    takers = programs & _SEPARATE.get(argument, frozenset())
    if takers - _WITH_LOGIN or (takers and "login" in programs):
        return "secret"
    is_option = argument.startswith("-") and "=" not in argument and not argument.isspace()
    if is_option and secret_names.is_secret(argument.lstrip("-")):
        return "secret"
    return "secret" if argument.lower() in ("bearer", "requirepass", "masterauth") else None


def _is_glued(argument: str, programs: set[str]) -> bool:
    """True for a short option with the secret right behind it, such as mysql's `-pSECRET`."""
    return len(argument) > 2 and bool(programs & _GLUED.get(argument[:2], frozenset()))


def _argument(argument: str, programs: set[str]) -> str:
    if _is_glued(argument, programs):
        return argument[:2] + HIDDEN
    if re.search(r"\s", argument):
        return _sentence(argument)
    assigned = _ASSIGNMENT.fullmatch(argument)
    if assigned and not assigned["value"].startswith("//"):
        name, value = assigned["name"], assigned["value"]
        is_secret = secret_names.is_secret(name) and not _PLAIN_VALUE.fullmatch(value)
        return f"{name}{assigned['separator']}{HIDDEN if is_secret else text(value)}"
    return text(argument)


def _sentence(argument: str) -> str:
    """An argument of several words: a title that a program wrote, a line for a shell, a header, JSON."""
    words = _WORDS.findall(text(argument))
    shown = iter(_redacted(tuple(word for word in words if not word.isspace())) if len(words) > 1 else words)
    return "".join(word if word.isspace() else next(shown) for word in words)


def _without_named(value: str) -> str:
    """The text without the values that stand after the name of a secret."""
    parts: list[str] = []
    position = 0
    while True:
        found = _NAME.search(value, position)
        if found is None:
            return "".join(parts) + value[position:]
        parts.append(value[position : found.end()])
        position = found.end()
        if secret_names.is_secret(found["name"]):
            is_header = found["separator"] == ":" and secret_names.is_header(found["name"])
            said = (_HEADER_VALUE if is_header else _VALUE).match(value, position)
            if said and not _PLAIN_VALUE.fullmatch(said[0]):
                parts.append(HIDDEN)
                position = said.end()


def _pair(argument: str) -> str:
    """`user:secret` or `user%secret` without the secret."""
    found = re.match(r"[^:%]*[:%]", argument)
    return found[0] + HIDDEN if found else argument
