"""Fits a reply into Telegram's messages: their length, their HTML, their buttons. Changes no words."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import InlineKeyboardButtonLimit, MessageLimit

from bot.delivery import Content

LONGEST = MessageLimit.MAX_TEXT_LENGTH
TICKED, NOT_TICKED = "☑ ", "☐ "
_CUTS = ("\n\n", "\n", "。", ";", ",")
"""Where a long text may be cut, best first."""
_LIST_MARK = re.compile(r"^[-*] ", re.MULTILINE)
_ROW_WIDTHS = ((3, 4), (2, 8))
"""(buttons in a row, characters that each may have); longer titles stand alone."""


@dataclass(frozen=True, slots=True)
class TelegramPart:
    """One call of sendMessage: the words with tags and without, and the buttons below; or of sendDocument."""

    html: str
    plain: str
    keyboard: InlineKeyboardMarkup | None = None
    document: tuple[str, str] | None = None
    """Name and text of a file that is sent instead of words."""


def parts_of(content: Content) -> list[TelegramPart]:
    """One reply as messages of at most 4096 units, buttons under the last; empty if there are no words."""
    text = _LIST_MARK.sub("• ", str(content.get("text", ""))).strip()
    footnote = str(content.get("footnote", "")).strip()
    notice = str(content.get("notice", "")).strip()
    if not text:
        return []
    reserve = length(footnote) + length(notice) + 4
    pieces = split(text, LONGEST - reserve if reserve < LONGEST // 2 else LONGEST)
    parts = [_part(piece, notice, "") for piece in pieces[:-1]]
    if reserve < LONGEST // 2:
        parts.append(_part(pieces[-1], notice, footnote))
    else:
        parts += [_part(piece, "", "") for piece in (pieces[-1], *split(footnote, LONGEST))]
    last = parts[-1]
    return [*parts[:-1], TelegramPart(last.html, last.plain, keyboard(content.get("buttons", []))), *_files(content)]


def _files(content: Content) -> list[TelegramPart]:
    file = content.get("document")
    return [TelegramPart("", "", document=(str(file["name"]), str(file["text"])))] if file else []


def _part(text: str, notice: str, footnote: str) -> TelegramPart:
    words = html.escape(text, quote=False)
    if notice:
        # A spoiler shows neither in the notification nor on a locked screen until it is tapped.
        words = f"{html.escape(notice, quote=False)}\n\n<tg-spoiler>{words}</tg-spoiler>"
    if footnote:
        words += f"\n\n<blockquote expandable>{html.escape(footnote, quote=False)}</blockquote>"
    return TelegramPart(words, "\n\n".join(item for item in (notice, text, footnote) if item))


def length(text: str) -> int:
    """Length as Telegram counts it: in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def split(text: str, longest: int) -> list[str]:
    """`text` in pieces of at most `longest` units, cut at paragraphs, else lines, else sentences."""
    pieces: list[str] = []
    rest = text.strip()
    while length(rest) > longest:
        head = _fitting(rest, longest)
        cut = _cut(head)
        pieces.append(rest[:cut].strip())
        rest = rest[cut:].strip()
    return [piece for piece in (*pieces, rest) if piece]


def _fitting(text: str, longest: int) -> str:
    """The longest beginning that fits; never ends within a character."""
    return text.encode("utf-16-le", "surrogatepass")[: longest * 2].decode("utf-16-le", "ignore")


def _cut(head: str) -> int:
    for mark in _CUTS:
        place = head.rfind(mark)
        if place > len(head) // 3:
            return place + len(mark)
    return len(head)


def keyboard(buttons: Sequence[Sequence[Any]]) -> InlineKeyboardMarkup | None:
    """Inline buttons in rows that fit a narrow screen; None without buttons."""
    made = [_button(item) for item in buttons if _fits(str(item[1]))]
    return InlineKeyboardMarkup(_rows(made)) if made else None


def _fits(value: str) -> bool:
    size = len(value.encode())
    return InlineKeyboardButtonLimit.MIN_CALLBACK_DATA <= size <= InlineKeyboardButtonLimit.MAX_CALLBACK_DATA


def _button(item: Sequence[Any]) -> InlineKeyboardButton:
    mark = "" if len(item) < 3 or item[2] is None else TICKED if item[2] else NOT_TICKED
    return InlineKeyboardButton(f"{mark}{item[0]}", callback_data=str(item[1]))


def _rows(buttons: Sequence[InlineKeyboardButton]) -> list[list[InlineKeyboardButton]]:
    rows: list[list[InlineKeyboardButton]] = []
    start = 0
    while start < len(buttons):
        count = next((count for count, width in _ROW_WIDTHS if _narrow(buttons[start : start + count], count, width)), 1)
        rows.append(list(buttons[start : start + count]))
        start += count
    return rows


def _narrow(row: Sequence[InlineKeyboardButton], count: int, width: int) -> bool:
    return len(row) == count and all(len(button.text) <= width for button in row)
