"""Folders and mailboxes to arrivals to pages; imports only ``terms``."""
