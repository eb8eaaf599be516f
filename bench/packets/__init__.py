"""Packets of pages with known kinds and known requests: how often pages are named and packets split rightly."""
