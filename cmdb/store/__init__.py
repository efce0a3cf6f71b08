"""Everything that speaks with the graph database: the only place with Cypher."""
