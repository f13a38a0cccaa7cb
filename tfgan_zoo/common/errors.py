"""The one exception that means: the user can mend this, and here is how."""


class UserError(ValueError):
    """A mistake in what was asked for, told in one line.

    The message names the flag, argument or file, the value received and what is accepted.
    The command line prints it without a traceback and exits with status 2.
    """


class Advice(UserWarning):
    """What a user had better know of a choice that is allowed. The command line prints it in one line."""
