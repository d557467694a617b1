"""The errors that reach a person: what went wrong, what to do, and the exit status of the command.

Raised where the cause is known, caught at the edge (command line, RPC handler, screen), shown as one line.
"""

from __future__ import annotations


class TracerError(Exception):
    """Something a person can act on. `message` says what happened and `hint` what to do next."""

    exit_status = 3

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}: {self.hint}" if self.hint else self.message


class NotFoundError(TracerError):
    """The thing asked about is not there, or not fine. Exit status 1."""

    exit_status = 1


class UsageError(TracerError):
    """Wrong use: a flag, an id, a file or a store that is missing or is not one. Exit status 2."""

    exit_status = 2


class SurroundingsError(TracerError):
    """The surroundings fail: port taken, disk full, no permission, broker or server away. Exit status 3."""

    exit_status = 3


class MissingExtraError(UsageError):
    """A command needs packages that the base install leaves out."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} needs packages that are not installed", f'pip install "event-tracer[{extra}]"')
        self.extra = extra
