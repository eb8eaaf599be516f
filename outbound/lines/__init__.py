"""The ways out: one module for each program or protocol on the other side."""
