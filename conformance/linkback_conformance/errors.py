"""What can go wrong outside a case: each message is one sentence that says what to do."""


class SuiteError(Exception):
    """Base of everything that the suite raises on purpose."""


class UsageError(SuiteError):
    """The command line, or a file that it names, cannot be followed: exit code 2."""


class TargetUnusable(SuiteError):
    """Nothing can be tried on the target, or not at all from here: exit code 3."""
