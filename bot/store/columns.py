"""Column types of the house: encrypted texts, encrypted JSON, and instants with their zone."""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from bot.privacy import Cipher


class EncryptedText(TypeDecorator[str]):
    """A text that is sealed before it reaches the database; `purpose` is the column's name.

    The cipher hangs on the dialect of the engine (`Database` puts it there), so no key is global.
    """

    impl = Text
    cache_ok = True

    def __init__(self, purpose: str) -> None:
        super().__init__()
        self.purpose = purpose

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Seal it."""
        return None if value is None else _cipher(dialect).encrypt(self.dump(value), self.purpose)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Unseal it."""
        return None if value is None else self.load(_cipher(dialect).decrypt(value, self.purpose))

    def dump(self, value: Any) -> str:
        """The value as the text that is sealed."""
        return str(value)

    def load(self, text: str) -> Any:
        """The unsealed text as the value."""
        return text


class EncryptedJson(EncryptedText):
    """A JSON value sealed as one blob."""

    cache_ok = True

    def dump(self, value: Any) -> str:
        """As compact JSON."""
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def load(self, text: str) -> Any:
        """From JSON."""
        return json.loads(text)


class Instant(TypeDecorator[datetime]):
    """A point in time, always with a zone in Python, always UTC in the database."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From UTC."""
        return None if value is None else value.replace(tzinfo=UTC)


def _cipher(dialect: Dialect) -> Cipher:
    cipher: Cipher = dialect.jinnuan_cipher  # type: ignore[attr-defined]
    return cipher
