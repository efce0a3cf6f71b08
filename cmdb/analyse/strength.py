"""How hard an observed call is: the default rules, each with its reason, and how an unseen call fades."""

from dataclasses import dataclass
from typing import Literal

from cmdb.analyse.neighbourhood import Strength

COUNTS_FOR_MS = 30 * 24 * 60 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Party:
    """One end of a call: names as the agent gives them, None where they are not known."""

    product: str | None = None
    category: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The strength of a call now, why, and how fresh it is: 1 seen just now, 0 no longer counted."""

    strength: Strength
    reason: str
    freshness: float


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


@dataclass(frozen=True, slots=True)
class Rule:
    """Calls that a default covers, by one of their ends: its category, its product, or its port.

    Words are lower case with hyphens. A port speaks only for a listener that nobody recognised.
    """

    end: Literal["caller", "callee"]
    strength: Strength
    reason: str
    categories: frozenset[str]
    products: frozenset[str]
    ports: frozenset[int] = frozenset()


RULES = (
    Rule(
        "caller",
        "none",
        "The caller only watches: what it watches can fail without harm to it.",
        _words("monitoring scanner"),
        _words(
            "cmdb-agent prometheus zabbix-server zabbix-proxy nagios icinga icinga2 checkmk telegraf collectd netdata"
            " munin sensu blackbox-exporter snmp-exporter smokeping librenms cacti uptime-kuma nmap masscan nessus"
            " openvas gvmd qualys"
        ),
    ),
    Rule(
        "caller",
        "none",
        "A backup fetches a copy: without its source it misses a run, and fails nobody.",
        _words("backup"),
        _words("bacula bareos amanda burp borg restic rsnapshot barman pgbackrest duplicity urbackup veeam"),
    ),
    Rule(
        "caller",
        "none",
        "A bastion passes on people's sessions; it needs none of the machines behind it.",
        _words("bastion remote-access"),
        _words("guacamole guacd teleport warpgate openssh-server"),
    ),
    Rule(
        "callee",
        "soft",
        "Clocks drift slowly: a lost time server is felt after hours.",
        _words("time"),
        _words("chrony chronyd ntpd ntpsec openntpd ntp-daemon systemd-timesyncd ptp4l"),
        frozenset({123, 319, 320}),
    ),
    Rule(
        "callee",
        "soft",
        "Names are cached, and resolvers come in several.",
        _words("name-resolution"),
        _words("bind named unbound dnsmasq coredns knot powerdns pdns pdns-recursor systemd-resolved nscd"),
        frozenset({53, 853, 5353}),
    ),
    Rule(
        "callee",
        "soft",
        "Logs are buffered or dropped; the work goes on.",
        _words("logging"),
        _words(
            "rsyslog syslog-ng systemd-journald systemd-journal-remote fluentd fluent-bit logstash vector loki graylog"
        ),
        frozenset({514, 601, 1514, 5044, 6514, 12201, 24224}),
    ),
    Rule(
        "callee",
        "soft",
        "Figures go missing; the work goes on.",
        _words("metrics monitoring"),
        _words(
            "prometheus pushgateway statsd graphite carbon otelcol jaeger zipkin tempo zabbix-server zabbix-proxy"
            " collectd telegraf victoriametrics"
        ),
        frozenset({162, 2003, 2004, 4317, 4318, 8125, 9091, 9411, 10051, 14268, 25826}),
    ),
)

DECLARED = "A person declared it."
FADED = "Not seen for 30 days."
OTHERWISE = "It was seen calling, and no rule says that it can do without."


def call_strength(
    caller: Party, callee: Party, port: int | None, last_seen_at: int, at: int, declared: Strength | None = None
) -> Verdict:
    """The strength of an observed call at an instant; both instants are epoch milliseconds.

    A declared strength wins over the rules. A call last seen 30 days before `at`, or earlier, has faded and
    carries nothing whatever was declared on it: what must hold unseen is declared as a dependency.
    """
    fresh = freshness(last_seen_at, at)
    if fresh == 0:
        return Verdict("none", FADED, fresh)
    if declared is not None:
        return Verdict(declared, DECLARED, fresh)
    for rule in RULES:
        if _covers(rule, caller if rule.end == "caller" else callee, port):
            return Verdict(rule.strength, rule.reason, fresh)
    return Verdict("hard", OTHERWISE, fresh)


def freshness(last_seen_at: int, at: int) -> float:
    """1 for a call just seen, falling evenly to 0 after 30 days; instants in epoch milliseconds."""
    return min(1.0, max(0.0, 1 - (at - last_seen_at) / COUNTS_FOR_MS))


def _covers(rule: Rule, party: Party, port: int | None) -> bool:
    if _word(party.category) in rule.categories or _word(party.product) in rule.products:
        return True
    return party == Party() and port in rule.ports


def _word(name: str | None) -> str | None:
    return name.lower().replace(" ", "-").replace("_", "-") if name else None
