"""Exercises any pingback or trackback endpoint, clause by clause; independent of every implementation."""
