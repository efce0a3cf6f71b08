"""The HTTP API: resources under /api/v1, and the pages that people use."""
