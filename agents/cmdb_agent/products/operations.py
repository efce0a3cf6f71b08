"""What keeps machines running: access, names, time, mail, files, monitoring, logs, containers."""

from __future__ import annotations

from cmdb_agent.products.product import Product

_JAVA = ("java",)

OPERATIONS: tuple[Product, ...] = (
    Product("OpenSSH server", "remote access", ("sshd",), ports=(22,), packages=("openssh-server", "openssh")),
    Product("Dropbear", "remote access", ("dropbear",), ports=(22,), packages=("dropbear-bin", "dropbear")),
    Product("OpenVPN", "remote access", ("openvpn",), ports=(1194,), packages=("openvpn",)),
    Product(
        "strongSwan",
        "remote access",
        ("charon", "charon-systemd"),
        ports=(500, 4500),
        packages=("strongswan-charon", "charon-systemd", "strongswan"),
    ),
    Product("BIND", "name resolution", ("named",), ports=(53,), packages=("bind9", "bind")),
    Product("Unbound", "name resolution", ("unbound",), ports=(53,), packages=("unbound",)),
    Product("dnsmasq", "name resolution", ("dnsmasq",), ports=(53, 67), packages=("dnsmasq-base", "dnsmasq")),
    Product("CoreDNS", "name resolution", ("coredns",), ports=(53,)),
    Product(
        "systemd-resolved",
        "name resolution",
        ("systemd-resolved", "systemd-resolve"),
        packages=("systemd-resolved", "systemd"),
    ),
    Product("chrony", "time", ("chronyd",), ports=(123, 323), packages=("chrony",)),
    Product("NTP daemon", "time", ("ntpd",), ports=(123,), packages=("ntpsec", "ntp")),
    Product("cron", "scheduling", ("cron", "crond"), packages=("cron", "cronie", "dcron")),
    Product(
        "systemd-timesyncd", "time", ("systemd-timesyncd", "systemd-timesyn"), packages=("systemd-timesyncd", "systemd")
    ),
    Product("Postfix", "mail", ("master",), line=("/postfix/",), ports=(25,), packages=("postfix",)),
    Product("Exim", "mail", ("exim4", "exim"), ports=(25,), packages=("exim4-daemon-(?:light|heavy)", "exim")),
    Product("Dovecot", "mail", ("dovecot",), ports=(143, 993), packages=("dovecot-core", "dovecot")),
    Product("Samba", "file server", ("smbd", "nmbd", "samba"), ports=(445, 139), packages=("samba", "samba-server")),
    Product("OpenLDAP", "directory", ("slapd",), ports=(389, 636), packages=("slapd", "openldap-servers", "openldap")),
    Product("CUPS", "printing", ("cupsd",), ports=(631,), packages=("cups-daemon", "cups")),
    Product("Net-SNMP agent", "monitoring", ("snmpd",), ports=(161,), packages=("snmpd", "net-snmp")),
    Product(
        "Prometheus",
        "monitoring",
        ("prometheus",),
        ports=(9090,),
        version=r"prometheus-(\d[\d.]*\d)",
        packages=("prometheus",),
    ),
    Product(
        "Prometheus node exporter",
        "monitoring",
        ("node_exporter", "prometheus-node-exporter"),
        ports=(9100,),
        version=r"node_exporter-(\d[\d.]*\d)",
        packages=("prometheus-node-exporter",),
    ),
    Product(
        "Alertmanager",
        "monitoring",
        ("alertmanager", "prometheus-alertmanager"),
        ports=(9093,),
        packages=("prometheus-alertmanager",),
    ),
    Product(
        "Grafana",
        "monitoring",
        ("grafana", "grafana-server"),
        line=("grafana server ", "grafana-server"),
        ports=(3000,),
        packages=("grafana(?:-enterprise)?",),
    ),
    Product(
        "Zabbix agent", "monitoring", ("zabbix_agentd", "zabbix_agent2"), ports=(10050,), packages=("zabbix-agent2?",)
    ),
    Product("Zabbix server", "monitoring", ("zabbix_server",), ports=(10051,), packages=(r"zabbix-server-\w+",)),
    Product("Telegraf", "monitoring", ("telegraf",), packages=("telegraf",)),
    Product("lldpd", "monitoring", ("lldpd",), packages=("lldpd",)),
    Product("rsyslog", "logging", ("rsyslogd",), ports=(514,), packages=("rsyslog",)),
    Product("syslog-ng", "logging", ("syslog-ng",), ports=(514,), packages=("syslog-ng-core", "syslog-ng")),
    Product("systemd-journald", "logging", ("systemd-journald", "systemd-journal"), packages=("systemd",)),
    Product("Fluent Bit", "logging", ("fluent-bit",), packages=("fluent-bit",)),
    Product("Logstash", "logging", _JAVA, main=("org.logstash.Logstash",), version=r"logstash-core-(\d[\d.]*\d)"),
    Product(
        "Docker",
        "container runtime",
        ("dockerd", "docker-proxy"),
        ports=(2375, 2376),
        packages=("docker-ce", "docker.io", "moby-engine", "docker-engine", "docker"),
    ),
    Product(
        "containerd",
        "container runtime",
        ("containerd", "containerd-shim-runc-v2"),
        packages=("containerd.io", "containerd"),
    ),
    Product("Podman", "container runtime", ("podman", "conmon"), packages=("podman",)),
    Product("Kubernetes kubelet", "container orchestration", ("kubelet",), ports=(10250,), packages=("kubelet",)),
    Product("Kubernetes API server", "container orchestration", ("kube-apiserver",), ports=(6443,)),
    Product("libvirt", "hypervisor", ("libvirtd", "virtqemud"), packages=("libvirt-daemon", "libvirt")),
    Product("HashiCorp Vault", "secrets", ("vault",), line=("vault server ",), ports=(8200,), packages=("vault",)),
    Product(
        "HashiCorp Consul",
        "service discovery",
        ("consul",),
        line=("consul agent ",),
        ports=(8500,),
        packages=("consul",),
    ),
)
