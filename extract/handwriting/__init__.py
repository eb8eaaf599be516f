"""Whether a line was written by hand or printed, from its ink alone, and whether somebody signed."""
