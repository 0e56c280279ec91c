"""Exercises any pingback or trackback endpoint, independent of every implementation."""
