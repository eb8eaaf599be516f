"""The command line. Modules here import what is heavy inside their commands, so that help is instant."""
