"""Passing a need to somebody outside: the resident is asked for each by name; only the fields named for them are given."""

from bot.casework import Scope
from bot.casework.sharing import least_fields
from bot.conversation.own_data import request
from bot.errors import InputError
from bot.reception.desk.counter import Counter
from bot.reception.ports import PUSH_CHANNELS
from bot.store import consents, conversations, outbox, transcripts


class Sharing(Counter):
    """Consent for each recipient of policies/consents.yaml, and what they then get."""

    def ask(self, scope: Scope, number: str, recipient: str) -> None:
        """Ask the resident, in their conversation, whether a recipient may know; they answer by a button, whenever they like."""
        now = self._clock()
        found = request(self._knowledge(), now.date(), recipient)
        if found is None:
            raise InputError("没有这个接收方。请从列表里选")
        buttons = [[button.title, button.value] for button in found.buttons]
        with self._database.write() as connection:
            case = self._own_case(connection, scope, number)
            transcripts.add(connection, case.conversation_id, author="bot", text=found.text, buttons=buttons, now=now)
            conversation = conversations.get(connection, case.conversation_id)
            if conversation.channel in PUSH_CHANNELS:
                content = {"text": found.text, "buttons": buttons, "footnote": ""}
                outbox.add(connection, conversation.id, conversation.channel, content, now)
            self._noted(connection, scope, case, f"asked_consent:{recipient}", "", now)

    def give(self, scope: Scope, number: str, recipient: str) -> dict[str, str]:
        """What the recipient may be told, by field; noted in the case and the audit log.

        Raises:
            InputError: there is no such recipient, or the resident has not agreed (any more).
        """
        now = self._clock()
        found = self._knowledge().consents.recipients.get(recipient)
        if found is None:
            raise InputError("没有这个接收方。请从列表里选")
        with self._database.write() as connection:
            case = self._own_case(connection, scope, number)
            if not consents.in_force(connection, case.conversation_id, recipient):
                raise InputError(f"居民还没同意给「{found.name}」。请先问居民")
            self._noted(connection, scope, case, f"shared:{recipient}", "", now)
        return least_fields(found.fields, case.details, case.district)
