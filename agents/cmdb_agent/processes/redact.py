"""Command lines without their secrets. What is taken out stands as `***`; the rest stays as it was written."""

from __future__ import annotations

import re

BYTES_MAX = 4096
HIDDEN = "***"

# Words that make the name of an option, a variable or a property the name of a secret.
_SECRET_NAME = re.compile(
    r"(?i)(?:^|[^a-z0-9]|(?<=[a-z0-9])(?=[A-Z]))?"
    r"(?:passw(?:or)?d|passwd|passphrase|passcode|pwd|secret|token|api[-_.]?key|access[-_.]?key|private[-_.]?key|"
    r"account[-_.]?key|auth[-_.]?key|encryption[-_.]?key|signing[-_.]?key|master[-_.]?key|shared[-_.]?key|"
    r"storage[-_.]?key|license[-_.]?key|credentials?|authorization|cookie|bearer|requirepass|masterauth|pgpass|"
    r"client[-_.]?key[-_.]?data|dsn|webhook[-_.]?url|pass|psk|pin|salt|jwt|sas|sig(?:nature)?)$"
)
# Names that end like a secret's and hold none: files, switches, sizes and the like.
_HARMLESS_NAME = re.compile(
    r"(?i)(?:file|path|dir|folder|length|len|size|ttl|expiry|expiration|timeout|type|policy|algorithm|store|min|max|"
    r"count|url|uri|host|port|prompt|mode|enabled|required)$|^(?:no|ask|skip|without|disable|enable|allow)[-_]|^-*bypass$|"
    r"^-*compass$|^-*(?:by|multi|single|one|two|low|high|band|first|second|all)[-_]?pass$"
)
_PLAIN_VALUE = re.compile(r"(?i)true|false|yes|no|on|off|none|null|auto|stdin|prompt|-|\d{1,2}")
_ASSIGNMENT = re.compile(r"^(?P<name>(?:--?)?[A-Za-z_][\w.\-]*)(?P<separator>[=:])(?P<value>.+)$", re.S)
# An assignment inside a longer argument: JDBC URLs, connection strings, JSON and shell text.
_INNER = re.compile(
    r"(?P<name>[\"']?[A-Za-z_][\w.\-]*[\"']?)(?P<separator>\s*[=:]\s*)(?P<value>\"[^\"]*\"|'[^']*'|[^\s&;,\"'}\])]+)"
)
_USERINFO = re.compile(r"(?P<scheme>[a-zA-Z][a-zA-Z0-9+.\-]*://)(?P<user>[^/\s:@]*):(?P<password>[^/\s]*)@(?=[^@/\s]+)")
_TOKEN_ONLY_USERINFO = re.compile(r"(?P<scheme>https?://)(?P<token>[A-Za-z0-9_\-]{20,})@")
_HEADER = re.compile(r"(?i)\b(?P<word>bearer|basic|token|apikey)(?P<space>\s+)(?P<value>[A-Za-z0-9+/=_.\-~]{6,})")
_HEADER_NAME = re.compile(
    r"(?i)(?P<name>(?:proxy-)?authorization|cookie|set-cookie|x-[a-z\-]*(?:token|key|secret|auth)[a-z\-]*)(?P<separator>:\s*)"
    r"(?P<value>[^\"'\r\n]+)"
)
_SHAPES = re.compile(
    r"eyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{8,}(?:\.[A-Za-z0-9_\-]*)?"  # JSON web token (RFC 7519)
    r"|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"  # AWS access key id
    r"|\b(?:ghp|gho|ghu|ghs|ghr)_[A-Za-z0-9]{20,}|\bgithub_pat_[A-Za-z0-9_]{20,}|\bglpat-[A-Za-z0-9_\-]{16,}"
    r"|\bxox[abeoprs]-[A-Za-z0-9\-]{10,}|\bsk-[A-Za-z0-9_\-]{20,}|\bsk_(?:live|test)_[A-Za-z0-9]{10,}"
    r"|\bAIza[A-Za-z0-9_\-]{30,}|\bhv[sb]\.[A-Za-z0-9_\-]{20,}|\bya29\.[A-Za-z0-9_\-]{20,}"
    r"|\bpypi-[A-Za-z0-9_\-]{20,}|\bnpm_[A-Za-z0-9]{20,}|\bdop_v1_[a-f0-9]{20,}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)"
)
# Short options whose value is a password, by program; each glued (`-pSECRET`), separate (`-p SECRET`) or both.
_GLUED = {"-p": frozenset({"mysql", "mysqldump", "mysqladmin", "mysqlimport", "mysqlcheck", "mysqlshow", "mysqlslap",
                           "mariadb", "mariadb-dump", "mariadb-admin", "mysqlsh", "mysqlbinlog", "xtrabackup",
                           "sshpass", "7z", "7za"})}  # fmt: skip
_SEPARATE = {
    "-a": frozenset({"redis-cli", "valkey-cli"}),
    "-p": frozenset({"sshpass", "mongo", "mongosh", "mongodump", "mongorestore", "docker", "podman", "cypher-shell",
                     "ldapsearch-ng", "az", "helm", "smbclient-ng", "kinit-ng"}),
    "-w": frozenset({"ldapsearch", "ldapmodify", "ldapadd", "ldapdelete", "ldapwhoami", "ldappasswd"}),
    "-P": frozenset({"sqlcmd", "bcp", "zip", "unzip", "ipmitool"}),
    "-A": frozenset({"snmpget", "snmpwalk", "snmpbulkwalk", "snmpset", "snmptrap", "snmpbulkget"}),
    "-X": frozenset({"snmpget", "snmpwalk", "snmpbulkwalk", "snmpset", "snmptrap", "snmpbulkget"}),
    "-c": frozenset({"snmpget", "snmpwalk", "snmpbulkwalk", "snmpset", "snmptrap", "snmpbulkget"}),
    "-H": frozenset(),
}  # fmt: skip
_USER_PASSWORD = {"-u": frozenset({"curl", "http", "https"}), "--user": frozenset({"curl"}),
                  "-U": frozenset({"curl", "smbclient", "rpcclient"}), "--proxy-user": frozenset({"curl"})}  # fmt: skip
_ONLY_WITH = {"docker": "login", "podman": "login", "az": "login", "helm": "login"}  # else -p is a port


def command_line(arguments: tuple[str, ...]) -> str | None:
    """The arguments joined by spaces, without secrets and at most `BYTES_MAX` long; None where there are none."""
    if not arguments:
        return None
    if len(arguments) == 1 and " " in arguments[0]:  # a title that the program wrote, or a whole line in one argument
        arguments = tuple(arguments[0].split(" "))
    joined = " ".join(_redacted(arguments))
    encoded = joined.encode("utf-8", "replace")
    return joined if len(encoded) <= BYTES_MAX else encoded[: BYTES_MAX - 3].decode("utf-8", "ignore") + "…"


def _redacted(arguments: tuple[str, ...]) -> list[str]:
    programs = {argument.rpartition("/")[2] for argument in arguments[:4]}
    shown: list[str] = []
    hide_next: str | None = None
    for argument in arguments:
        if hide_next is not None and not _is_option(argument):
            shown.append(_hidden_pair(argument) if hide_next == "pair" else HIDDEN)
            hide_next = None
            continue
        hide_next = _announces(argument, programs, arguments)
        shown.append(_argument(argument, programs))
    return shown


def _is_option(argument: str) -> bool:
    """True for what looks like the next option, so that a switch named like a secret does not swallow it."""
    return bool(re.match(r"--?[A-Za-z][A-Za-z\-]+(=|$)", argument))


def _announces(argument: str, programs: set[str], arguments: tuple[str, ...]) -> str | None:
    """`secret` where the next argument is one, `pair` where it is user:password, None where neither."""
    if argument in _USER_PASSWORD and programs & _USER_PASSWORD[argument]:
        return "pair"
    for program in programs & _SEPARATE.get(argument, frozenset()):
        if program not in _ONLY_WITH or _ONLY_WITH[program] in arguments:
            return "secret"
    if argument.startswith("-") and "=" not in argument and is_secret_name(argument):
        return "secret"
    # A bare word, as in redis.conf style arguments or `Authorization: Bearer`; only whole words of one meaning.
    if argument.lower() in ("bearer", "requirepass", "masterauth", "identified-by"):
        return "secret"
    return None


def _argument(argument: str, programs: set[str]) -> str:
    for option, with_glue in _GLUED.items():
        if argument.startswith(option) and len(argument) > len(option) and programs & with_glue:
            return option + HIDDEN
    assigned = _ASSIGNMENT.match(argument)
    if assigned and "://" not in argument[: assigned.end("separator") + 2]:
        if is_secret_name(assigned["name"]) and not _PLAIN_VALUE.fullmatch(assigned["value"]):
            return f"{assigned['name']}{assigned['separator']}{HIDDEN}"
        return f"{assigned['name']}{assigned['separator']}{text(assigned['value'])}"
    return text(argument)


def text(value: str) -> str:
    """Any text without what is recognised as a secret by its shape or by the name before it."""
    value = _USERINFO.sub(lambda found: f"{found['scheme']}{found['user']}:{HIDDEN}@", value)
    value = _TOKEN_ONLY_USERINFO.sub(lambda found: f"{found['scheme']}{HIDDEN}@", value)
    value = _HEADER_NAME.sub(lambda found: f"{found['name']}{found['separator']}{HIDDEN}", value)
    value = _HEADER.sub(lambda found: f"{found['word']}{found['space']}{HIDDEN}", value)
    value = _INNER.sub(_inner, value)
    return _SHAPES.sub(HIDDEN, value)


def _inner(found: re.Match[str]) -> str:
    if is_secret_name(found["name"].strip("\"'")) and not _PLAIN_VALUE.fullmatch(found["value"]):
        return f"{found['name']}{found['separator']}{HIDDEN}"
    return found[0]


def _hidden_pair(argument: str) -> str:
    for separator in (":", "%"):
        user, found, _ = argument.partition(separator)
        if found:
            return f"{user}{separator}{HIDDEN}"
    return argument


def is_secret_name(name: str) -> bool:
    """True where an option, variable or property of this name holds a secret."""
    return bool(_SECRET_NAME.search(name)) and not _HARMLESS_NAME.search(name)
