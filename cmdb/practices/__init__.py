"""The ITIL practices and their states: data and pure rules, no storage."""
