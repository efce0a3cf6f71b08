"""The few programs that are run, because nothing else tells what they print."""

from __future__ import annotations

RPM_PACKAGES = ("rpm", "-qa", "--qf", r"%{NAME}\t%{EPOCH}\t%{VERSION}\t%{RELEASE}\t%{ARCH}\t%{SOURCERPM}\n")
"""Every installed package of rpm(8): its database is of several formats, and none is documented."""

PROGRAMS = frozenset({RPM_PACKAGES})
FOLDERS = "/usr/bin:/bin:/usr/sbin:/sbin"
"""Where programs are looked for: never where a user may write."""
OUTPUT_BYTES_MAX = 16 << 20
OUTPUT_SECONDS_MAX = 30
