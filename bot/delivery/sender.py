"""The port behind which each push channel sends, and the two ways in which sending may fail."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeVar

from bot.errors import JinnuanError

Content = Mapping[str, Any]
"""What the outbox keeps of one message: `text`, `buttons` (`[title, value]` or `[title, value, ticked]`),
`footnote`, and where the words must not show on a locked screen `notice`, a neutral line shown instead."""
Part = TypeVar("Part")


class Refused(JinnuanError):
    """The message can never be sent; the text says why, for staff."""


class TryLater(JinnuanError):
    """The message did not go out this time.

    `after` is the pause in seconds that the other side asked for, or None.
    """

    def __init__(self, problem: str, after: float | None = None) -> None:
        super().__init__(problem)
        self.after = after


class Sender(Protocol[Part]):
    """Sends one message of one channel, in as many parts as the channel's limits ask for."""

    def parts(self, content: Content) -> Sequence[Part]:
        """What has to be sent for one message, in order; empty if there is nothing to say."""
        ...

    async def send(self, address: str, part: Part) -> None:
        """Send one part.

        Raises:
            Refused: it can never be sent.
            TryLater: it may go out later.
        """
        ...
