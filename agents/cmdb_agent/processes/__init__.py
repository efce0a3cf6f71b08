"""Processes and their sockets, and how they form service instances."""
