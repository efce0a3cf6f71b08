"""Raisecom ROS."""

from cmdb_collectors.snmp.profiles.profile import Description, Match, Profile, Scalar, Text

RAISECOM_ROS = Profile(
    name="raisecom_ros",
    about="Raisecom ROS",
    recognised_by=(Match("1.3.6.1.4.1.8886"),),
    vendor=(Text("Raisecom"),),
    os_name="ROS",
    model=(Scalar("1.3.6.1.4.1.8886.60.131.1.1.6.0"), Description(r"ROS_?\.([^.]+)")),
    serial_number=(Scalar("1.3.6.1.4.1.8886.60.131.1.1.4.0"),),
    os_version=(Scalar("1.3.6.1.4.1.8886.60.131.1.1.1.0"),),
)
