"""What every edge program shares: the document, its bounded spool and its way to the server. Standard library only."""
