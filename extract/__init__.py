"""Pages to words to fields with confidence and evidence; imports only ``terms`` and ``ingest``."""
