"""From character probabilities to the likeliest values of a kind: the grammar scores, it never filters."""
