"""The life of a case: which state may follow which, and what each move needs."""

from typing import Literal, get_args

from bot.errors import InputError

Status = Literal[
    "new", "claimed", "in_progress", "waiting_for_resident", "at_street_office", "service_arranged", "follow_up", "closed"
]
CLOSED: Status = "closed"

_AT_WORK: tuple[Status, ...] = (
    "in_progress", "waiting_for_resident", "at_street_office", "service_arranged", "follow_up", "closed", "new"
)
_MOVES: dict[Status, tuple[Status, ...]] = {
    "new": ("claimed",),
    "claimed": _AT_WORK,
    "in_progress": tuple(status for status in _AT_WORK if status != "in_progress"),
    "waiting_for_resident": ("in_progress", "at_street_office", "service_arranged", "follow_up", "closed", "new"),
    "at_street_office": ("in_progress", "waiting_for_resident", "service_arranged", "follow_up", "closed", "new"),
    "service_arranged": ("in_progress", "waiting_for_resident", "at_street_office", "follow_up", "closed", "new"),
    "follow_up": ("in_progress", "waiting_for_resident", "at_street_office", "service_arranged", "closed", "new"),
    "closed": ("in_progress",),
}


class IllegalMove(InputError):
    """A case cannot go from where it is to where somebody wants it; staff read why."""


def legal_moves(status: Status) -> tuple[Status, ...]:
    """Where a case in `status` may go."""
    return _MOVES[status]


def move(status: Status, to: str, *, outcome: str = "", note: str = "") -> Status:
    """The new status after a legal move.

    Args:
        status: where the case is.
        to: where it shall go.
        outcome, note: how it ended and in what words; both are required to close.

    Raises:
        IllegalMove: the move does not exist from here, or closing lacks outcome or note.
    """
    if to not in get_args(Status) or to not in _MOVES[status]:
        raise IllegalMove("这个个案现在不能这样改,可能同事刚改过。请刷新页面看最新状态")
    if to == CLOSED and not (outcome and note.strip()):
        raise IllegalMove("结案要选结果,并写一句说明。请补上再结")
    return to
