"""Turns one update of Telegram into what the reception takes in. Whatever comes, it never raises."""

from telegram import CallbackQuery, Message, Update
from telegram.constants import ChatType
from telegram.ext import filters

from bot.conversation.incoming import Kind
from bot.reception.ports import Incoming

CHANNEL = "telegram"
WANTED = ("message", "callback_query")
"""Kinds of update to ask for; an edited message was answered already and is not answered again."""
_START = frozenset({"/start", "/help", "/menu"})


def incoming(update: Update) -> list[Incoming]:
    """The messages in one update, oldest first: none, one, or two (a picture and the words below it).

    Groups and channels are not answered: what is said to this bot is nobody else's business.
    """
    if update.callback_query is not None:
        return _tap(update.update_id, update.callback_query)
    message = update.message
    if message is None or message.chat.type != ChatType.PRIVATE or _is_notice(update):
        return []
    words = _text(message)
    if words is not None:
        kind: Kind = "start" if _is_start(words) else "text"
        return [_incoming(str(update.update_id), message, kind, "" if kind == "start" else words)]
    # An album comes as one update per picture; it is one message of the resident and gets one reply.
    external_id = f"album:{message.media_group_id}" if message.media_group_id else str(update.update_id)
    found = [_incoming(external_id, message, _kind(message))]
    if message.caption:
        found.append(_incoming(f"{update.update_id}:caption", message, "text", message.caption))
    return found


def _incoming(external_id: str, message: Message, kind: Kind, text: str = "") -> Incoming:
    return Incoming(CHANNEL, external_id[:120], str(message.chat.id), kind, text)


def _tap(update_id: int, query: CallbackQuery) -> list[Incoming]:
    chat = query.message.chat if query.message is not None else None
    if query.data is None or (chat is not None and chat.type != ChatType.PRIVATE):
        return []
    # A private chat has the id of its resident, also where Telegram no longer shows the old message.
    address = str(chat.id if chat is not None else query.from_user.id)
    value = query.data.encode("utf-8", "ignore").decode("utf-8")
    return [Incoming(CHANNEL, str(update_id), address, "button", button=value)]


def _is_notice(update: Update) -> bool:
    """A notice of Telegram itself (a message was pinned, a timer was set): nobody said anything."""
    return bool(filters.StatusUpdate.ALL.check_update(update))


def _is_start(words: str) -> bool:
    command = words.split(maxsplit=1)[0] if words.strip() else ""
    return command.partition("@")[0].lower() in _START


def _text(message: Message) -> str | None:
    if message.text is not None:
        return message.text
    if message.contact is not None:  # sharing a contact is how Telegram types a telephone number
        number = message.contact.phone_number
        return f"+{number}" if number.isdigit() and len(number) > 11 else number
    return None


def _kind(message: Message) -> Kind:
    if message.voice or message.audio or message.video_note:
        return "voice"
    if message.sticker or message.animation or message.dice:
        return "sticker"
    if message.photo or _is_picture(message):
        return "photo"
    if message.location or message.venue:
        return "location"
    return "other"


def _is_picture(message: Message) -> bool:
    return message.document is not None and (message.document.mime_type or "").startswith("image/")
