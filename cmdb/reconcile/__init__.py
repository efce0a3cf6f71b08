"""Which value wins, what exists, and what changed. Pure: contents in, a projection and its difference out."""
