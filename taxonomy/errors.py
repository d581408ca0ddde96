"""The one error that a user's mistake raises."""


class UserError(Exception):
    """What is wrong with the user's input, in one line, and the way out.

    The command line prints ``message`` and a ``hint:`` line, without a traceback, and exits with 2.
    """

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
