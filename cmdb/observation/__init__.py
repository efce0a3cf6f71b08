"""What we were told: the observation document, strictly decoded and turned into plain claims."""
