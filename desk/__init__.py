"""The application: records, lifecycle, pipeline, the clerk's web desk, command line, settings."""
