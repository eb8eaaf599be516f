"""From labels to values: where each value stands, whose it is, and what was read there."""
