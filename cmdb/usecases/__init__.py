"""One module for each thing a user asks for: the only code that joins the pure parts to the store."""
