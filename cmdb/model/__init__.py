"""What there is: CI types, their attributes, what identifies them, and the verbs between them. Data only."""
