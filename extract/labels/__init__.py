"""Which printed words are labels, what they ask for, and whose value they name."""
