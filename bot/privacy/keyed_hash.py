"""Keyed hashes: the same phone or address can be found again without being readable."""

import hashlib
import hmac


class KeyedHash:
    """HMAC-SHA-256 with a key of its own, apart from the one that encrypts."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, purpose: str, value: str) -> str:
        """64 hex digits for `value`; different purposes never give the same hash."""
        return hmac.new(self._key, f"{purpose}\x00{value}".encode(), hashlib.sha256).hexdigest()
