"""The interface for other systems: everything the desk knows and takes, by token and scope, under ``/api/v1/``."""
