"""The `cmdb` command: runs everything on this machine, and talks to a server through its API."""
