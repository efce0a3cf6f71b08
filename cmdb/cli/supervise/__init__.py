"""Keeping the parts of a CMDB running beside each other on one machine, and stopping them in order."""
