"""What residents may agree to: each purpose by itself, and each recipient outside by name with the fields it gets."""

from pydantic import Field

from bot.knowledge.documents import Strict


class Purpose(Strict):
    """One thing to agree to."""

    name: str
    """What the list of consents calls it."""
    why: str = ""
    """The sentence before the question, where the program asks by this file."""
    version: str = ""
    """Changes with `why`; empty where the words stand in messages.yaml (its notice_version then counts)."""


class Recipient(Purpose):
    """Somebody outside of the service to whom a need may be passed."""

    fields: tuple[str, ...]
    """All that they get: keys of names.shared_field in messages.yaml."""


class Consents(Strict):
    """All of consents.yaml."""

    guardian_under: int = Field(ge=1, le=18)
    """Years of age below which a guardian has to agree that facts of the household are stored."""
    purposes: dict[str, Purpose]
    recipients: dict[str, Recipient]
    note: str = ""

    def find(self, code: str) -> Purpose | None:
        """The purpose or recipient of that code, or None."""
        return self.recipients.get(code) or self.purposes.get(code)

    @property
    def asked(self) -> tuple[str, ...]:
        """Codes of what is asked for by the words of this file."""
        return tuple(code for code, item in [*self.purposes.items(), *self.recipients.items()] if item.why)
