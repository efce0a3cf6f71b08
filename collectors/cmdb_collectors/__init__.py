"""Discovery without an agent: SNMP and SSH collectors that send the same observation documents as the agent does."""
