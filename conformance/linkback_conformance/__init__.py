"""Exercises any pingback or trackback endpoint, independent of every implementation."""

__version__ = "0.1.0"
"""The version of the suite: results of another one were found by other cases."""
