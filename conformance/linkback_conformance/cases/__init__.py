"""The cases, one file per protocol and role or family; every module here is loaded."""
