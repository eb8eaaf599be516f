"""Request or decision to notice to PDF and fax TIFF to transmission."""
