"""The apps of the office suite, one module each."""
