"""Values in running text: letters, prescriptions, mails."""
