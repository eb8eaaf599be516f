"""Sample faxes and mails, their expected results, and the programs that make them."""
