"""Known forms: definitions as data (``*.toml``) and how a page is recognised as one."""
