"""Until when makers support their operating systems, as they publish it; a row more is all that a new release needs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

# Each day was compared with a second publication: those of Debian and Ubuntu with the tables of distro-info-data
# (debian.csv, column eol-lts; ubuntu.csv, column eol), the others with what endoflife.date keeps of the makers' pages.
_DEBIAN = "Debian wiki, page LTS"
_UBUNTU = "https://ubuntu.com/about/release-cycle"
_ALPINE = "https://alpinelinux.org/releases/"
_RHEL = "https://access.redhat.com/support/policy/updates/errata"
_CENTOS = "https://www.centos.org/cl-vs-cs/"
_ROCKY = "https://wiki.rockylinux.org/rocky/version/"
_ALMA = "https://wiki.almalinux.org/release-notes/"
_AMAZON_2 = "https://aws.amazon.com/amazon-linux-2/faqs/"
_AMAZON_2023 = "https://docs.aws.amazon.com/linux/al2023/ug/release-cadence.html"


@dataclass(frozen=True, slots=True)
class OSRelease:
    """A release by `ID` and the beginning of `VERSION_ID` of os-release(5), and the last day of its support.

    The day is that of the longest support everyone gets without a contract. Where only a month is published, it is the
    month's last day. `source`: where the maker says so.
    """

    os_id: str
    version: str
    supported_until: date
    source: str


OS_RELEASES: tuple[OSRelease, ...] = (
    OSRelease("debian", "8", date(2020, 6, 30), _DEBIAN),
    OSRelease("debian", "9", date(2022, 6, 30), _DEBIAN),
    OSRelease("debian", "10", date(2024, 6, 30), _DEBIAN),
    OSRelease("debian", "11", date(2026, 8, 31), _DEBIAN),
    OSRelease("debian", "12", date(2028, 6, 30), _DEBIAN),
    OSRelease("debian", "13", date(2030, 6, 30), _DEBIAN),
    OSRelease("ubuntu", "14.04", date(2019, 4, 25), _UBUNTU),
    OSRelease("ubuntu", "16.04", date(2021, 4, 30), _UBUNTU),
    OSRelease("ubuntu", "18.04", date(2023, 5, 31), _UBUNTU),
    OSRelease("ubuntu", "20.04", date(2025, 5, 31), _UBUNTU),
    OSRelease("ubuntu", "22.04", date(2027, 6, 1), _UBUNTU),
    OSRelease("ubuntu", "23.10", date(2024, 7, 11), _UBUNTU),
    OSRelease("ubuntu", "24.04", date(2029, 5, 31), _UBUNTU),
    OSRelease("ubuntu", "24.10", date(2025, 7, 10), _UBUNTU),
    OSRelease("ubuntu", "25.04", date(2026, 1, 15), _UBUNTU),
    OSRelease("ubuntu", "25.10", date(2026, 7, 9), _UBUNTU),
    OSRelease("ubuntu", "26.04", date(2031, 5, 29), _UBUNTU),
    OSRelease("alpine", "3.18", date(2025, 5, 9), _ALPINE),
    OSRelease("alpine", "3.19", date(2025, 11, 1), _ALPINE),
    OSRelease("alpine", "3.20", date(2026, 4, 1), _ALPINE),
    OSRelease("alpine", "3.21", date(2026, 11, 1), _ALPINE),
    OSRelease("alpine", "3.22", date(2027, 5, 1), _ALPINE),
    OSRelease("alpine", "3.23", date(2027, 11, 1), _ALPINE),
    OSRelease("rhel", "6", date(2020, 11, 30), _RHEL),
    OSRelease("rhel", "7", date(2024, 6, 30), _RHEL),
    OSRelease("rhel", "8", date(2029, 5, 31), _RHEL),
    OSRelease("rhel", "9", date(2032, 5, 31), _RHEL),
    OSRelease("rhel", "10", date(2035, 5, 31), _RHEL),
    OSRelease("centos", "7", date(2024, 6, 30), _CENTOS),
    OSRelease("centos", "8", date(2024, 5, 31), _CENTOS),  # of Stream, which goes by the same words; Linux: end of 2021
    OSRelease("centos", "9", date(2027, 5, 31), _CENTOS),
    OSRelease("rocky", "8", date(2029, 5, 31), _ROCKY),
    OSRelease("rocky", "9", date(2032, 5, 31), _ROCKY),
    OSRelease("almalinux", "8", date(2029, 3, 1), _ALMA),
    OSRelease("almalinux", "9", date(2032, 5, 31), _ALMA),
    OSRelease("almalinux", "10", date(2035, 5, 31), _ALMA),
    OSRelease("amzn", "2", date(2026, 6, 30), _AMAZON_2),
    OSRelease("amzn", "2023", date(2029, 6, 30), _AMAZON_2023),
)


def release_of(os_id: str | None, version: str | None) -> OSRelease | None:
    """The release that a system is of; None where the table does not know it."""
    if os_id is None or version is None:
        return None
    return next(
        (one for one in OS_RELEASES if one.os_id == os_id and f"{version}.".startswith(f"{one.version}.")), None
    )


def without_support(now: int) -> tuple[OSRelease, ...]:
    """The releases whose last day of support has passed at `now` (epoch ms), by the calendar of UTC."""
    today = datetime.fromtimestamp(now / 1000, UTC).date()
    return tuple(one for one in OS_RELEASES if one.supported_until < today)


def pairs(releases: Iterable[OSRelease]) -> list[list[str]]:
    """[os_id, version] of each."""
    return [[one.os_id, one.version] for one in releases]
