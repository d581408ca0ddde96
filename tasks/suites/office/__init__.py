"""The embedded suite: an office with its people, papers, customers and rules."""
