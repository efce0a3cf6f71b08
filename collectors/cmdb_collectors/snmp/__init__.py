"""What a device says of itself over SNMP: a session that survives anything, one MIB per file, vendors as data."""
