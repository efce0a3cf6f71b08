"""So what? Pure questions over a neighbourhood that was read from the store: impact, needs, blast radius."""
