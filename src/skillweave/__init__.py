"""Measure and repair how tool-using agents combine skills."""

__version__ = "0.1.0"
