"""Numbers of cases and receipts: short enough to be read out on the telephone, from the message's own random token."""

from bot.conversation.talk import Talk

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0 O 1 I L, which sound or look alike."""


def case_number(talk: Talk) -> str:
    """`JN` + two digits of year and month + six characters; the same turn always gives the same number."""
    return f"JN{talk.around.now:%y%m}-{_letters(talk)}"


def receipt_number(talk: Talk) -> str:
    """`SC` (删除) and the same: the receipt of an erasure, which says nothing about anybody."""
    return f"SC{talk.around.now:%y%m}-{_letters(talk)}"


def _letters(talk: Talk) -> str:
    rest = int(talk.message.token or "0", 16)
    letters = ""
    for _ in range(6):
        rest, index = divmod(rest, len(_ALPHABET))
        letters += _ALPHABET[index]
    return letters
