"""Feeds broken bytes to everything that reads what strangers send, guided by what the code then does."""
