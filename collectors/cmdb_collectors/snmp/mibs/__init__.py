"""One MIB a module: the objects that are read of it, and pure functions from rows to plain values."""
