"""The core of the CMDB: what there is, what was told, which CI it is, which value wins, and what follows from it."""

__version__ = "0.1.0"
