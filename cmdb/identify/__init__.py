"""Which configuration item is each sighting? Pure functions over plain values."""
