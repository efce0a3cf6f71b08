"""A certificate that services present: one node, however many present it."""

from cmdb.model import normal, verbs
from cmdb.model.sections import CERTIFICATES
from cmdb.model.vocabulary import Attribute, CIType, Inside

CERTIFICATE = CIType(
    label="Certificate",
    about="An X.509 certificate that services present to their clients. A renewed one is another certificate.",
    title=("name",),
    section=CERTIFICATES,
    value_key=("fingerprint_sha256",),
    inside=Inside(verb=verbs.PRESENTS, parents=("ServiceInstance",), points_down=True),
    attributes=(
        Attribute(name="fingerprint_sha256", about="SHA-256 of the whole certificate, hexadecimal.",
                  normalise=normal.opaque, section=CERTIFICATES, searchable=True),
        Attribute(name="name", about="Common name of its subject, else its first DNS name.", section=CERTIFICATES,
                  searchable=True, column=True, completeness="required"),
        Attribute(name="dns_names", about="DNS names it is for.", kind="texts", section=CERTIFICATES, searchable=True),
        Attribute(name="issuer", about="Common name and organisation of who signed it.", section=CERTIFICATES,
                  column=True),
        Attribute(name="serial_number", about="Serial number that its issuer gave it, hexadecimal.",
                  section=CERTIFICATES),
        Attribute(name="not_before_at", about="From when it holds.", kind="instant", section=CERTIFICATES),
        Attribute(name="not_after_at", about="Until when it holds.", kind="instant", section=CERTIFICATES, column=True,
                  completeness="required"),
    ),
)  # fmt: skip
