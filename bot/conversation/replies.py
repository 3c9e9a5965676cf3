"""What the bot says: texts with buttons, in an order, fit for every channel."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import InputError

EXPORT = "〔我的信息〕"
"""Stands in a reply for what `GiveExport` gives: a link, or the data themselves."""


@dataclass(frozen=True, slots=True)
class Button:
    """A button: what it says, what it sends back, and whether it is ticked (tick-lists)."""

    title: str
    value: str
    ticked: bool | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """One message to the resident."""

    text: str
    buttons: tuple[Button, ...] = ()
    footnote: str = ""
    """Sources and date of checking, shown smaller."""
    several: bool = False
    """Whether the buttons form a tick-list of which several may be chosen."""
    document: str = ""
    """`EXPORT` where the channel is to send the data as a file below the words."""
    hands_out: bool = False
    """Whether the marks of `HANDED_OUT` in it are to be replaced by secrets that are made when the turn is kept."""


HANDED_OUT = {"link": "⟦link⟧", "resume": "⟦resume⟧", "code": "⟦code⟧"}
"""What only the reception can make → the mark that stands for it in a reply; a reply that bears one has no words of a resident."""


@dataclass(frozen=True, slots=True)
class Tap:
    """A decoded button value."""

    turn: int
    code: str
    argument: str


def encode(turn: int, code: str, argument: str = "") -> str:
    """A button value of at most 64 bytes (Telegram's limit): `<turn>:<code>` or `<turn>:<code>:<argument>`."""
    return f"{turn}:{code}:{argument}" if argument else f"{turn}:{code}"


def decode(value: str) -> Tap:
    """The parts of a button value.

    Raises:
        InputError: it is none of ours.
    """
    turn, _, rest = value.partition(":")
    code, _, argument = rest.partition(":")
    if not turn.isascii() or not turn.isdigit() or len(turn) > 9 or not code or len(value) > 200:
        raise InputError("不认识这个按钮")
    return Tap(int(turn), code, argument)


def chosen(button: str, ticks: Sequence[str]) -> str | None:
    """The value to send: the tapped button, or for a tick-list all ticks in one.

    None when ticks and button do not go together: «done» without a tick, or «none of these» with one.
    """
    try:
        tapped = decode(button)
    except InputError:
        return button
    if tapped.code == "ticks" and not tapped.argument:
        indices = [index for tick in ticks if (index := _index(tick, tapped.turn))]
        return encode(tapped.turn, "ticks", ".".join(indices)) if indices else None
    return None if tapped.code == "none" and ticks else button


def _index(tick: str, turn: int) -> str:
    try:
        ticked = decode(tick)
    except InputError:
        return ""
    fits = ticked.turn == turn and ticked.code == "tick" and ticked.argument.isascii() and ticked.argument.isdigit()
    return ticked.argument if fits and len(ticked.argument) < 4 else ""
