"""What stops the agent: each message says what is wrong and what would do."""

from __future__ import annotations


class AgentError(Exception):
    """The agent cannot do what it was told."""


class SettingsError(AgentError):
    """A setting that cannot be used."""


class StateError(AgentError):
    """The state folder cannot be read or written."""


class NotEnrolled(AgentError):
    """The server does not know this agent, and there is no token to enrol with."""
