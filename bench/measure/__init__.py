"""What the measurements share: made-up estates, the bare writes beside them, an engine, and how figures are shown."""
