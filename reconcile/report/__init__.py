"""The nightly report as a plain value, its charts, and the files that people keep of it."""
