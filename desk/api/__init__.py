"""What other programs ask of the desk by HTTP, each with a token of its own."""
