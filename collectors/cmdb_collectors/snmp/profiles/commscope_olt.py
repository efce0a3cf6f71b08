"""Ubiquoss and CommScope optical line terminals."""

from cmdb_collectors.snmp.profiles.profile import Description, Entity, Match, Profile, Text

COMMSCOPE_OLT = Profile(
    name="commscope_olt",
    about="Ubiquoss and CommScope OLT",
    recognised_by=(Match("1.3.6.1.4.1.7800"),),
    vendor=(Text("Ubiquoss"),),
    model=(Description(r"^\S+$"), Entity("model")),
)
