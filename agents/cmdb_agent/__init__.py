"""The agent: reads the machine it runs on and hands in what it saw."""

__version__ = "0.1.0"
