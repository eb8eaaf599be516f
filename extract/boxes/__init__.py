"""Check boxes: where they stand and whether they are marked."""
