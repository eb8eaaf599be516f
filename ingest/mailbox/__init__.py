"""A mailbox over IMAP with TLS as a source of arrivals: each message exactly once, whatever breaks."""
