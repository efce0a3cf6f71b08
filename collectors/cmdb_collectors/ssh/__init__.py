"""Linux hosts over SSH: one script is sent, its answer is a host in memory, and the agent's probes read that."""
