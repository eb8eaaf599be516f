"""Tables and lists of requested services, and lists of diagnoses."""
