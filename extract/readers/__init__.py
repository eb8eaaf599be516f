"""Readers of a line's picture behind one interface: PP-OCRv6, Tesseract, our own."""
