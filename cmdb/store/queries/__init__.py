"""Hand-written reads and the few hand-written writes, one module a topic: each constant above its typed function."""
